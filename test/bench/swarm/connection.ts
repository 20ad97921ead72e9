import { type BenchRow, rowBeside } from '../bench-row.ts';
import { compareTurns, median } from '../inference/figures.ts';
import type { SideName } from './page/swarm-page.ts';
import { type Pair, type Stage, openPair } from './stage.ts';

/** Odd, so that a median is one of them. A turn is every side once, one after the other. */
const TURNS = 9;
const BULK_BYTES = 24 * 1024 * 1024;
const SMALL_BYTES = 128;
/** What Lattica's users call a large call. */
const LARGE_BYTES = 256_000;

type Turn<Side extends string> = Readonly<Record<Side, number>>;

/** Figures of one connection between two tabs against a bare data channel between the same two, turn about. */
export async function measureBulk(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  return inPair(stage, 'direct', async (pair) => {
    report('Bulk data over one direct connection …');
    const sides = ['raw16', 'raw64', 'send', 'rpc'] as const;
    const turns = await takeTurns(sides, async (side) => {
      const tookMs = await pair.first.call('bulk', side, pair.secondId, BULK_BYTES);
      return BULK_BYTES / 1e6 / (tookMs / 1000);
    });
    // The rival is the better of the two ways to use a bare channel.
    const rival = middle(turns, 'raw16') > middle(turns, 'raw64') ? 'raw16' : 'raw64';
    report(
      `  bare channel, 16 KiB messages ${middle(turns, 'raw16').toFixed(1)} MB/s, 64 KiB ${middle(turns, 'raw64').toFixed(1)} MB/s; ` +
        `messages of the swarm ${middle(turns, 'send').toFixed(1)}; a stream of calls ${middle(turns, 'rpc').toFixed(1)}`,
    );
    const against = `the bare channel in messages of ${rival === 'raw16' ? 16 : 64} KiB, its better size`;
    return [
      compare(`bulk over a call's stream, against ${against}`, 'MB/s', turns, 'rpc', rival, { atLeast: 0.9 }),
      compare(`bulk over messages of the swarm, against ${against}`, 'MB/s', turns, 'send', rival, { atLeast: 0.9 }),
    ];
  });
}

export async function measureRoundTrips(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  return inPair(stage, 'direct', async (pair) => {
    report('Round trips of small calls …');
    const roundTrip = async (side: SideName, count = 400): Promise<number> =>
      median(await pair.first.call('roundTrips', side, pair.secondId, count, SMALL_BYTES));
    const turns = await takeTurns(['raw16', 'send', 'rpc'] as const, roundTrip);
    report('Round trips of small calls while two bulk transfers run …');
    const loaded = await takeTurns(['raw16', 'rpc'] as const, async (side) =>
      median(await pair.first.call('timeUnderLoad', side, pair.secondId, BULK_BYTES / 2, SMALL_BYTES)),
    );
    const name = (what: string): string => `${what}, median of ${SMALL_BYTES} B each way, against the bare channel`;
    return [
      compare(name('round trip of a call'), 'ms', turns, 'rpc', 'raw16', { atMost: 1.5 }),
      compare(name('round trip of a message of the swarm'), 'ms', turns, 'send', 'raw16', { atMost: 1.5 }),
      compare(
        name('round trip of a call while two bulk transfers share the connection'),
        'ms',
        loaded,
        'rpc',
        'raw16',
        { atMost: 1.5 },
      ),
    ];
  });
}

/** "About 10,000 calls a second at 128 B locally and 850 at 256 KB", second-hand: native code, TCP or QUIC, one machine. */
const LATTICA = { small: 10_000, large: 850 };

export async function measureCallRates(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const kind of ['direct', 'relayed'] as const) {
    report(`Calls a second over a ${kind} connection …`);
    await inPair(stage, kind, async (pair) => {
      const rate = async (side: SideName, count: number, sizeBytes: number, depth: number): Promise<number> => {
        const rates: number[] = [];
        for (let turn = 0; turn < 3; turn++)
          rates.push(await pair.first.call('callsPerSecond', side, pair.secondId, count, sizeBytes, depth));
        return median(rates);
      };
      // Calls refuse to carry megabytes over a relay; messages show what it could.
      const large = kind === 'direct' ? 'rpc' : 'send';
      const words = large === 'rpc' ? 'calls' : 'messages (bulk calls are refused there)';
      const few = kind === 'direct' ? 1 : 0.25;
      const row = (what: string, ours: number, rival: number): BenchRow =>
        rowBeside({ name: `${kind}, ${what}, beside Lattica's published local figure`, ours, rival, unit: '/s' });
      rows.push(
        row('calls of 128 B, one at a time', await rate('rpc', 600 * few, SMALL_BYTES, 1), LATTICA.small),
        row('calls of 128 B, 32 under way', await rate('rpc', 8_000 * few, SMALL_BYTES, 32), LATTICA.small),
        row(`${words} of 256 KB, one at a time`, await rate(large, 40 * few, LARGE_BYTES, 1), LATTICA.large),
        row(`${words} of 256 KB, 4 under way`, await rate(large, 80 * few, LARGE_BYTES, 4), LATTICA.large),
      );
      if (kind === 'direct')
        report(
          `  the bare channel: 128 B ${(await rate('raw16', 8_000, SMALL_BYTES, 32)).toFixed(0)}/s with 32 under way, ` +
            `256 KB ${(await rate('raw16', 80, LARGE_BYTES, 4)).toFixed(0)}/s with 4`,
        );
    });
  }
  return rows;
}

async function inPair<T>(stage: Stage, kind: 'direct' | 'relayed', work: (pair: Pair) => Promise<T>): Promise<T> {
  const pair = await openPair(stage, kind);
  try {
    return await work(pair);
  } finally {
    await pair.close();
  }
}

/** The first turn warms up connections and code and is not counted. */
async function takeTurns<Side extends SideName>(
  sides: readonly Side[],
  measure: (side: Side) => Promise<number>,
): Promise<Turn<Side>[]> {
  const turns: Turn<Side>[] = [];
  for (let turn = 0; turn <= TURNS; turn++) {
    const figures: [Side, number][] = [];
    // Each begins as often as the others: what one leaves behind must not always hit the same.
    for (let place = 0; place < sides.length; place++) {
      const side = sides[(turn + place) % sides.length] as Side;
      figures.push([side, await measure(side)]);
    }
    if (turn > 0) turns.push(Object.fromEntries(figures) as Turn<Side>);
  }
  return turns;
}

function middle<Side extends string>(turns: readonly Turn<Side>[], side: Side): number {
  return median(turns.map((turn) => turn[side]));
}

function compare<Side extends string>(
  name: string,
  unit: string,
  turns: readonly Turn<Side>[],
  ours: Side,
  rival: Side,
  bound: Parameters<typeof compareTurns>[2],
): BenchRow {
  const pairs = turns.map((turn) => ({ ours: turn[ours], rival: turn[rival] }));
  return compareTurns({ name, unit }, pairs, bound);
}

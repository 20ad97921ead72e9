import type { BenchRow } from '../bench-row.ts';
import { median } from '../inference/figures.ts';
import { type Stage, type Tab, inTabs, until } from './stage.ts';

const NEWCOMERS = 9;
/** What a rendezvous of 20 lines on the relay took in earlier experiments: 0.9 to 1.1 s from page load. */
const EARLIER_MS = 1_000;

const WAITING = 5;
const DIALS = 200;
/** A dial takes 0.1 to 2 s; what takes longer than this has failed whatever comes of it. */
const PATIENCE_MS = 15_000;

/** From opening the page to the first direct peer, each time in a browser profile of its own. */
export function measureFirstPeer(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  report('From page load to the first direct peer …');
  return inTabs(stage, 1, async ([waiting]) => {
    await (waiting as Tab).call('crowdJoin', stage.relay, 'waiting', 0);
    const times: number[] = [];
    for (let turn = 0; turn <= NEWCOMERS; turn++)
      await inTabs(stage, 1, async ([newcomer]) => {
        const tookMs = await (newcomer as Tab).call('firstDirectMs', stage.relay, 'newcomer');
        // The first warms up the browser.
        if (turn > 0) times.push(tookMs);
      });
    report(`  ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    return [
      {
        name: 'from page load to the first direct peer, median, against earlier experiments',
        ours: median(times),
        rival: EARLIER_MS,
        unit: 'ms',
        ratio: median(times) / EARLIER_MS,
        target: 'none',
        holds: true,
      },
    ];
  });
}

/** A newcomer dials everybody in the room, again and again; each time as another peer. */
export function measureDials(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  report(`${DIALS} dials, ${WAITING} at once …`);
  return inTabs(stage, WAITING + 1, async ([newcomer, ...waiting]) => {
    for (const [index, tab] of waiting.entries()) await tab.call('crowdJoin', stage.relay, `waiting-${index}`, index);
    await until('those who wait see each other', async () => {
      const degrees = await Promise.all(waiting.map((tab) => tab.call('crowdDegrees')));
      return degrees.flat().every((degree) => degree >= WAITING - 1);
    });
    let [tried, failed] = [0, 0];
    const times: number[] = [];
    for (let round = 0; tried < DIALS; round++) {
      const { reached, dials, tookMs } = await (newcomer as Tab).call(
        'dialRound',
        stage.relay,
        `newcomer-${round}`,
        WAITING,
        PATIENCE_MS,
      );
      const again = Math.max(WAITING - reached, dials - WAITING);
      tried += WAITING;
      failed += Math.min(WAITING, Math.max(0, again));
      times.push(tookMs);
      const said = await (newcomer as Tab).call('log');
      if (again > 0) report(`  round ${round}: ${reached} reached with ${dials} dials\n    ${said.join('\n    ')}`);
    }
    const share = (tried - failed) / tried;
    report(
      `  ${tried - failed} of ${tried} at the first attempt; all ${WAITING} reached in ${median(times).toFixed(0)} ms`,
    );
    return [
      {
        name: `dials that succeed at the first attempt, of ${tried}, against all of them`,
        ours: 100 * share,
        rival: 100,
        unit: '%',
        ratio: share,
        target: '>= 0.99',
        holds: share >= 0.99,
      },
    ];
  });
}

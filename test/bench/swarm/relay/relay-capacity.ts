import { setTimeout as wait } from 'node:timers/promises';
import { relayMultiaddr, relayOfPage } from '../../../../src/swarm/joining/relay-address.ts';
import { type BenchRow, rowBeside } from '../../bench-row.ts';
import { startCrowd } from './crowd.ts';
import { type RelayReading, startRelay } from './relay-process.ts';

const SIZES = [100, 500, 1_000];
const IDLE_MS = 20_000;
/** Within which every tab asks for one sample. */
const SAMPLING_MS = 5_000;
/** What a relay of the same libraries took in earlier experiments on a machine like this, at 500 tabs. */
const EARLIER = { heapBytesPerTab: 40_000, idleCores: 0.07, joinCpuMs: 18 };

interface Level {
  readonly tabs: number;
  readonly rssBytes: number;
  readonly heapBytesPerTab: number;
  readonly idleCores: number;
  readonly idleBytesPerTabAndSecond: number;
  readonly joinCpuMs: number;
  readonly joinBytes: number;
  readonly sampleCpuMs: number;
  readonly sampleBytes: number;
}

/** A relay in a process of its own, as tabs come, and while nothing happens. */
export async function measureRelay(report: (line: string) => void): Promise<BenchRow[]> {
  const relay = await startRelay();
  const crowd = await startCrowd(relayMultiaddr(relayOfPage(new URL(relay.url), relay.peerId)));
  try {
    const empty = await settled(relay.read);
    const levels: Level[] = [];
    let before = empty;
    for (const tabs of SIZES) {
      await crowd.grow(tabs);
      const grown = await settled(relay.read);
      if (grown.reservations !== tabs || grown.members !== tabs)
        throw new Error(`${grown.reservations} reservations and ${grown.members} members of ${tabs} tabs`);
      await wait(IDLE_MS);
      const idle = await relay.read();
      const sampledMs = performance.now();
      await crowd.sample(SAMPLING_MS);
      const sampled = await relay.read();
      const share = (performance.now() - sampledMs) / IDLE_MS;
      const quietCpuMs = idle.cpuMs - grown.cpuMs;
      const quietBytes = bytesOf(idle) - bytesOf(grown);
      const came = tabs - before.members;
      levels.push({
        tabs,
        rssBytes: idle.rssBytes,
        heapBytesPerTab: (idle.heapBytes - empty.heapBytes) / tabs,
        idleCores: quietCpuMs / IDLE_MS,
        idleBytesPerTabAndSecond: quietBytes / tabs / (IDLE_MS / 1000),
        joinCpuMs: (grown.cpuMs - before.cpuMs) / came,
        joinBytes: (bytesOf(grown) - bytesOf(before)) / came,
        sampleCpuMs: (sampled.cpuMs - idle.cpuMs - quietCpuMs * share) / tabs,
        sampleBytes: (bytesOf(sampled) - bytesOf(idle) - quietBytes * share) / tabs,
      });
      report(describe(levels.at(-1) as Level));
      before = sampled;
    }
    return levels.flatMap(rowsOf);
  } finally {
    await crowd.stop();
    await relay.stop();
  }
}

/** After what joining left to do. */
async function settled(read: () => Promise<RelayReading>): Promise<RelayReading> {
  await wait(2_000);
  return read();
}

const bytesOf = ({ sentBytes, receivedBytes }: RelayReading): number => sentBytes + receivedBytes;

function describe(level: Level): string {
  return (
    `relay with ${level.tabs} tabs: ${(level.rssBytes / 1e6).toFixed(0)} MB, heap ${(level.heapBytesPerTab / 1e3).toFixed(1)} kB ` +
    `a tab; idle ${level.idleCores.toFixed(3)} cores, ${level.idleBytesPerTabAndSecond.toFixed(1)} B/s a tab; ` +
    `a join ${level.joinCpuMs.toFixed(1)} ms of CPU and ${level.joinBytes.toFixed(0)} B; ` +
    `a sample ${level.sampleCpuMs.toFixed(2)} ms and ${level.sampleBytes.toFixed(0)} B`
  );
}

function rowsOf(level: Level): BenchRow[] {
  const at = `relay at ${level.tabs} reservations`;
  const row = (name: string, ours: number, rival: number, unit: string): BenchRow =>
    rowBeside({ name: `${at}: ${name}`, ours, rival, unit });
  return [
    row(
      'resident memory, against 40 kB a tab',
      level.rssBytes / 1e6,
      (EARLIER.heapBytesPerTab * level.tabs) / 1e6,
      'MB',
    ),
    row('heap a tab', level.heapBytesPerTab / 1e3, EARLIER.heapBytesPerTab / 1e3, 'kB'),
    row('idle, cores', level.idleCores, (EARLIER.idleCores * level.tabs) / 500, 'cores'),
    row('CPU of a join', level.joinCpuMs, EARLIER.joinCpuMs, 'ms'),
  ];
}

import type { RankProgress } from './rank-votes.ts';
import { grouped } from './rank-table.ts';
import type { VoteSource } from './vote-source.ts';

/** A line that is written over as work goes on; nothing where nobody watches. */
export interface ProgressLine {
  show(progress: RankProgress): void;
  clear(): void;
}

const FIRST_AFTER_MS = 1_000;
const EVERY_MS = 200;

export function createProgressLine(out: NodeJS.WriteStream, source: VoteSource): ProgressLine {
  const startedMs = performance.now();
  let nextMs = startedMs + FIRST_AFTER_MS;
  let isShown = false;
  const write = (text: string): void => void out.write(`\r\u{1B}[K${text}`);
  return {
    show(progress) {
      const nowMs = performance.now();
      if (!out.isTTY || nowMs < nextMs) return;
      nextMs = nowMs + EVERY_MS;
      isShown = true;
      write(`${describe(progress, source, nowMs - startedMs)} …`);
    },
    clear() {
      if (isShown) write('');
    },
  };
}

function describe({ phase, votes, replicates }: RankProgress, source: VoteSource, elapsedMs: number): string {
  const counted = `${grouped(votes)} votes`;
  if (phase === 'fitting') return `fitting ${counted}`;
  if (phase === 'bootstrap') return `${counted}, ${grouped(replicates)} bootstrap draws fitted`;
  const megabytes = source.readBytes() / 1e6;
  const of = source.sizeBytes === undefined ? '' : ` of ${(source.sizeBytes / 1e6).toFixed(0)}`;
  return `${megabytes.toFixed(0)}${of} MB, ${counted}, ${((1_000 * megabytes) / elapsedMs).toFixed(0)} MB/s`;
}

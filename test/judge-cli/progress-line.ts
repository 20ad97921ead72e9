import { grouped } from '../rank-cli/rank-table.ts';
import type { JudgingProgress } from './judge-pairs.ts';

/** A line that is written over as work goes on; nothing where nobody watches. */
export interface ProgressLine {
  show(progress: JudgingProgress): void;
  clear(): void;
}

const EVERY_MS = 200;

export function createProgressLine(
  out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  nowMs = (): number => performance.now(),
): ProgressLine {
  let startedMs: number | undefined;
  let nextMs = 0;
  let isShown = false;
  const write = (text: string): void => void out.write(`\r\u{1B}[K${text}`);
  return {
    show(progress) {
      const now = nowMs();
      // The first pair also pays for the tab and the model; the rate is measured from its end.
      startedMs ??= now;
      if (!out.isTTY || now < nextMs) return;
      nextMs = now + EVERY_MS;
      isShown = true;
      write(`${describe(progress, now - startedMs)} …`);
    },
    clear() {
      if (isShown) write('');
      isShown = false;
    },
  };
}

function describe({ done, total, judged }: JudgingProgress, elapsedMs: number): string {
  const counted = `${grouped(done)} of ${grouped(total)} pairs`;
  if (judged < 2 || elapsedMs <= 0) return counted;
  const perSecond = (1_000 * (judged - 1)) / elapsedMs;
  return `${counted}, ${perSecond.toFixed(1)} a second, ${duration((total - done) / perSecond)} left`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

import { grouped } from '../rank-cli/rank-table.ts';
import type { WorkProgress } from './kept-work.ts';

/** A line that is written over as work goes on. */
export interface ProgressLine {
  show(progress: WorkProgress): void;
  clear(): void;
}

export interface ProgressOptions {
  /** What is counted. */
  readonly noun?: string;
  /** How often a line is written where nobody watches, for work of hours; never unless given. */
  readonly logEveryMs?: number;
  readonly nowMs?: () => number;
}

const EVERY_MS = 200;

export function createProgressLine(
  out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  { noun = 'pairs', logEveryMs = Infinity, nowMs = () => performance.now() }: ProgressOptions = {},
): ProgressLine {
  let startedMs: number | undefined;
  let nextMs = 0;
  let isShown = false;
  const write = (text: string): void => void out.write(`\r\u{1B}[K${text}`);
  return {
    show(progress) {
      const now = nowMs();
      // The first also pays for the tab and the model; the rate is measured from its end.
      startedMs ??= now;
      const everyMs = out.isTTY ? EVERY_MS : logEveryMs;
      if (everyMs === Infinity || now < nextMs) return;
      nextMs = now + everyMs;
      const text = describe(progress, noun, now - startedMs);
      if (!out.isTTY) return void out.write(`${text}\n`);
      isShown = true;
      write(`${text} …`);
    },
    clear() {
      if (isShown) write('');
      isShown = false;
    },
  };
}

function describe({ done, total, fresh }: WorkProgress, noun: string, elapsedMs: number): string {
  const counted = `${grouped(done)} of ${grouped(total)} ${noun}`;
  if (fresh < 2 || elapsedMs <= 0) return counted;
  const perSecond = (1_000 * (fresh - 1)) / elapsedMs;
  return `${counted}, ${rate(perSecond)}, ${duration((total - done) / perSecond)} left`;
}

function rate(perSecond: number): string {
  return perSecond < 1 ? `${(60 * perSecond).toFixed(1)} a minute` : `${perSecond.toFixed(1)} a second`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

import type { Clock } from '#vocabulary';
import type { Log } from './log.ts';
import type { RefusalReason } from './metrics.ts';

/** A flood of refusals is one line in this time for each reason. */
const INTERVAL_MS = 10_000;

/** Notes refusals, the first of a kind at once, those that follow as a number in the next line. */
export function createRefusalLog(clock: Pick<Clock, 'now'>, log: Log): (reason: RefusalReason, from: string) => void {
  const lines = new Map<RefusalReason, { readonly atMs: number; untold: number }>();
  return (reason, from) => {
    const last = lines.get(reason);
    const nowMs = clock.now();
    if (last !== undefined && nowMs - last.atMs < INTERVAL_MS) {
      last.untold++;
      return;
    }
    log('debug', 'refused', { reason, from, before: last?.untold });
    lines.set(reason, { atMs: nowMs, untold: 0 });
  };
}

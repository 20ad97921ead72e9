import type { Clock } from '#vocabulary';

/** One timer for all deadlines: calls come and go by the thousand, and hardly any lives to see its own. */
export interface Deadlines {
  watch(dueMs: number): void;
  stop(): void;
}

/** `expire` ends what is due and says when the next is; Infinity when nothing is. */
export function createDeadlines(clock: Clock, expire: (nowMs: number) => number): Deadlines {
  let armedMs = Infinity;
  let cancel: (() => void) | undefined;

  const watch = (dueMs: number): void => {
    if (dueMs >= armedMs) return;
    cancel?.();
    armedMs = dueMs;
    cancel = clock.after(Math.max(0, dueMs - clock.now()), () => {
      armedMs = Infinity;
      const next = expire(clock.now());
      if (next < Infinity) watch(next);
    });
  };
  return {
    watch,
    stop() {
      cancel?.();
      armedMs = -Infinity;
    },
  };
}

import type { Clock } from '#vocabulary';

/** `changed`: time or the network jumped, so that nothing under way can be trusted. `shown`: worth a look, no more. */
export type Wake = 'changed' | 'shown';

/** Browsers slow timers of hidden tabs to one a second; this much beyond that, the tab or the machine has slept. */
const TICK_MS = 1_000;
const SLEPT_MS = 5_000;
/** One change of network is told by several events. */
const GATHER_MS = 250;

/** Notices that this tab slept: a timer that comes far too late. Returns what stops it. */
export function watchSleep(clock: Clock, onSlept: () => void): () => void {
  let cancel: () => void = () => undefined;
  const arm = (): void => {
    const dueMs = clock.now() + TICK_MS;
    cancel = clock.after(TICK_MS, () => {
      arm();
      if (clock.now() - dueMs > SLEPT_MS) onSlept();
    });
  };
  arm();
  return () => cancel();
}

/** Several reasons to wake up within a moment are one, the gravest of them. */
export function gatherWakes(clock: Clock, onWake: (wake: Wake) => void): { add(wake: Wake): void; stop(): void } {
  let gathered: Wake | undefined;
  let cancel: () => void = () => undefined;
  return {
    add(wake) {
      const isFirst = gathered === undefined;
      gathered = gathered === 'changed' ? gathered : wake;
      if (!isFirst) return;
      cancel = clock.after(GATHER_MS, () => {
        const due = gathered as Wake;
        gathered = undefined;
        onWake(due);
      });
    },
    stop: () => cancel(),
  };
}

import type { Clock } from './clock.ts';

/** A clock that moves only when told to. Due actions run in the order of their time, then of their registration. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running what falls due and letting promises settle in between. */
  advance(byMs: number): Promise<void>;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

export function createVirtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  let order = 0;
  const timers = new Set<Timer>();

  const nextDue = (limitMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > limitMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer;
    }
    return next;
  };

  return {
    now: () => nowMs,
    after(delayMs, action) {
      const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), order: order++, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(byMs) {
      const limitMs = nowMs + byMs;
      await settle();
      for (let timer = nextDue(limitMs); timer !== undefined; timer = nextDue(limitMs)) {
        timers.delete(timer);
        nowMs = timer.dueMs;
        timer.action();
        await settle();
      }
      nowMs = limitMs;
    },
  };
}

/** Lets chains of already-resolved promises run before time moves on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

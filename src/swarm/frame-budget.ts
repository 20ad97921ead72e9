import type { Clock } from '#vocabulary';

/**
 * A tab says hello once a connection, its advert at most five times a second and asks for a sign of life every 1.5 s.
 * What was held up by a stall comes in one go, so the store is ample; beyond it, somebody wants to keep us busy.
 */
const BURST = 100;
const PER_SECOND = 20;

/** Counts the frames of one connection that cost work without carrying a message (a token bucket). */
export interface FrameBudget {
  /** False when the peer has used up what is reasonable. */
  take(): boolean;
}

export function createFrameBudget(clock: Clock): FrameBudget {
  let left = BURST;
  let atMs = clock.now();
  return {
    take() {
      const nowMs = clock.now();
      left = Math.min(BURST, left + (Math.max(0, nowMs - atMs) / 1_000) * PER_SECOND);
      atMs = nowMs;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}

import type { Rate } from './rpc-limits.ts';

/** What may be spent: refilled steadily, up to a burst. May be overdrawn; then it has to be paid off first. */
export interface TokenBucket {
  /** Negative when overdrawn. */
  level(nowMs: number): number;
  spend(tokens: number, nowMs: number): void;
  /** Time until the level is at least `tokens`; 0 when it is. */
  waitMs(tokens: number, nowMs: number): number;
}

export function createTokenBucket({ perSecond, burst }: Rate, startMs: number): TokenBucket {
  let tokens = burst;
  let atMs = startMs;
  const level = (nowMs: number): number => {
    // A clock that was set back gives nothing and takes nothing.
    const elapsedMs = Math.max(0, nowMs - atMs);
    atMs = nowMs;
    if (burst === Infinity) return Infinity;
    tokens = Math.min(burst, tokens + (elapsedMs * perSecond) / 1_000);
    return tokens;
  };
  return {
    level,
    spend(amount, nowMs) {
      tokens = level(nowMs) - amount;
    },
    waitMs(wanted, nowMs) {
      const lacking = wanted - level(nowMs);
      return lacking <= 0 ? 0 : Math.max(1, Math.ceil((lacking * 1_000) / perSecond));
    },
  };
}

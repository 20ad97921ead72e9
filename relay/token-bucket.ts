/** Allows `perSecond` on average and `burst` at once (ATM Forum's leaky bucket as a meter). */
export interface TokenBucket {
  /** Takes `amount` if it is there. */
  take(nowMs: number, amount?: number): boolean;
  /** Whether nothing was taken for so long that a new bucket would be the same. */
  isFull(nowMs: number): boolean;
}

export function createTokenBucket(perSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let atMs: number | undefined;
  const fill = (nowMs: number): void => {
    // A clock that was set back must not drain the bucket.
    const passedMs = Math.max(0, nowMs - (atMs ?? nowMs));
    tokens = Math.min(burst, tokens + (passedMs * perSecond) / 1000);
    atMs = nowMs;
  };
  return {
    take(nowMs, amount = 1) {
      fill(nowMs);
      if (tokens < amount) return false;
      tokens -= amount;
      return true;
    },
    isFull(nowMs) {
      fill(nowMs);
      return tokens >= burst;
    },
  };
}

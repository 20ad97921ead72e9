/** Allows `burst` at once and `perSecond` in the long run. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket (the ATM Forum's leaky bucket as a meter) as a value, for reducers. */
export interface Tokens {
  readonly count: number;
  readonly atMs: number;
}

export function fullTokens({ burst }: Rate, nowMs: number): Tokens {
  return { count: burst, atMs: nowMs };
}

/** How many there are now. A clock that was set back gives nothing and takes nothing. */
export function tokensAt({ count, atMs }: Tokens, { perSecond, burst }: Rate, nowMs: number): number {
  if (burst === Infinity) return Infinity;
  return Math.min(burst, count + (Math.max(0, nowMs - atMs) * perSecond) / 1_000);
}

/** What is left after `amount` is taken, or undefined when it is not there. */
export function takeTokens(tokens: Tokens, rate: Rate, nowMs: number, amount = 1): Tokens | undefined {
  const count = tokensAt(tokens, rate, nowMs);
  return count < amount ? undefined : { count: count - amount, atMs: nowMs };
}

/** The same as an object that remembers. */
export interface TokenBucket {
  /** Negative when overdrawn. */
  level(nowMs: number): number;
  /** Takes the amount if it is there. */
  take(amount: number, nowMs: number): boolean;
  /** Takes the amount in any case; what was not there has to be paid off first. */
  spend(amount: number, nowMs: number): void;
  /** Time until the level is at least `wanted`; 0 when it is. */
  waitMs(wanted: number, nowMs: number): number;
}

export function createTokenBucket(rate: Rate, startMs: number): TokenBucket {
  const { perSecond, burst } = rate;
  // Fields instead of `Tokens`: a bucket stands in the way of every message.
  let count = burst;
  let atMs = startMs;
  const level = (nowMs: number): number => {
    if (burst === Infinity) return Infinity;
    count = Math.min(burst, count + (Math.max(0, nowMs - atMs) * perSecond) / 1_000);
    atMs = nowMs;
    return count;
  };
  return {
    level,
    take(amount, nowMs) {
      if (level(nowMs) < amount) return false;
      count -= amount;
      return true;
    },
    spend(amount, nowMs) {
      count = level(nowMs) - amount;
    },
    waitMs(wanted, nowMs) {
      const lacking = wanted - level(nowMs);
      return lacking <= 0 ? 0 : Math.max(1, Math.ceil((lacking * 1_000) / perSecond));
    },
  };
}

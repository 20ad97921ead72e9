import { type Clock, sleep } from '#vocabulary';

export interface TokenBucketLimits {
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
}

/** Paces a sender: a burst at once, then no more than the rate. */
export interface TokenBucket {
  /** Resolves when `bytes` may be sent, in the order of asking; at once after `signal` aborts. */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Counts what could not wait; later takers wait for it. */
  spend(bytes: number): void;
}

/** A single piece larger than the burst is let through when the bucket is full, and owed afterwards. */
export function createTokenBucket(clock: Clock, { bytesPerSecond, burstBytes }: TokenBucketLimits): TokenBucket {
  let tokens = burstBytes;
  let countedAtMs = clock.now();
  let line: Promise<unknown> = Promise.resolve();

  /** What there is now, after what has flowed in since the last look. */
  const refill = (): number => {
    const nowMs = clock.now();
    // A clock that was set back adds nothing and takes nothing.
    tokens = Math.min(burstBytes, tokens + (Math.max(0, nowMs - countedAtMs) * bytesPerSecond) / 1_000);
    countedAtMs = nowMs;
    return tokens;
  };
  const takeInTurn = async (bytes: number, signal: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      const missing = Math.min(bytes, burstBytes) - refill();
      if (missing <= 0 || signal?.aborted === true) break;
      await sleep(clock, Math.max(1, Math.ceil((missing * 1_000) / bytesPerSecond)), signal);
    }
    tokens -= bytes;
  };
  return {
    take(bytes, signal) {
      const turn = line.then(() => takeInTurn(bytes, signal));
      line = turn;
      return turn;
    },
    spend(bytes) {
      refill();
      tokens -= bytes;
    },
  };
}

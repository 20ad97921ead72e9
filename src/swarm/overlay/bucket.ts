/** A token bucket as a value: `capacity` at once, `perSecond` in the long run. */
export interface BucketSize {
  readonly capacity: number;
  readonly perSecond: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export function fullBucket(size: BucketSize, nowMs: number): Bucket {
  return { tokens: size.capacity, atMs: nowMs };
}

export function tokensIn(bucket: Bucket, size: BucketSize, nowMs: number): number {
  const passedS = Math.max(0, nowMs - bucket.atMs) / 1000;
  return Math.min(size.capacity, bucket.tokens + passedS * size.perSecond);
}

/** The bucket with `count` fewer, or undefined when they are not there. */
export function takeTokens(bucket: Bucket, size: BucketSize, nowMs: number, count = 1): Bucket | undefined {
  const tokens = tokensIn(bucket, size, nowMs);
  return tokens < count ? undefined : { tokens: tokens - count, atMs: nowMs };
}

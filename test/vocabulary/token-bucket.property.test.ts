import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTokenBucket, fullTokens, takeTokens, tokensAt } from '#vocabulary';

describe('R7: a token bucket', () => {
  test('fills steadily up to its burst, and a debt is paid off first', () => {
    const bucket = createTokenBucket({ perSecond: 10, burst: 5 }, 0);
    expect(bucket.level(0)).toBe(5);
    bucket.spend(7, 0);
    expect(bucket.level(0)).toBe(-2);
    expect(bucket.waitMs(0, 0)).toBe(200);
    expect(bucket.waitMs(1, 100)).toBe(200);
    expect(bucket.waitMs(1, 300)).toBe(0);
    expect(bucket.level(10_000)).toBe(5);
  });

  test('is given nothing by a clock that goes back; an unlimited one never waits', () => {
    const bucket = createTokenBucket({ perSecond: 10, burst: 5 }, 1_000);
    bucket.spend(5, 1_000);
    expect(bucket.level(0)).toBe(0);
    expect(bucket.level(100)).toBe(1);
    const free = createTokenBucket({ perSecond: Infinity, burst: Infinity }, 0);
    free.spend(1e12, 0);
    expect(free.waitMs(1e12, 0)).toBe(0);
    expect(free.take(1e12, 0)).toBe(true);
  });

  const takes = fc.array(fc.record({ waitMs: fc.integer({ min: -1_000, max: 5_000 }), amount: fc.nat(20) }));
  const rates = fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 100 }) });

  test('never gives more than its burst and its rate', () => {
    fc.assert(
      fc.property(rates, takes, (rate, steps) => {
        const bucket = createTokenBucket(rate, 0);
        let [nowMs, forwardMs, taken] = [0, 0, 0];
        for (const { waitMs, amount } of steps) {
          nowMs += waitMs;
          // Only time that goes forward fills it; a clock that is set back and forth may fill it twice.
          forwardMs += Math.max(0, waitMs);
          if (bucket.take(amount, nowMs)) taken += amount;
        }
        expect(taken).toBeLessThanOrEqual(rate.burst + (forwardMs * rate.perSecond) / 1_000 + 1e-6);
      }),
    );
  });

  test('says the same as a value', () => {
    fc.assert(
      fc.property(rates, takes, (rate, steps) => {
        const bucket = createTokenBucket(rate, 0);
        let tokens = fullTokens(rate, 0);
        let nowMs = 0;
        for (const { waitMs, amount } of steps) {
          nowMs += Math.abs(waitMs);
          const left = takeTokens(tokens, rate, nowMs, amount);
          expect(bucket.take(amount, nowMs)).toBe(left !== undefined);
          tokens = left ?? tokens;
          expect(tokensAt(tokens, rate, nowMs)).toBeCloseTo(bucket.level(nowMs), 6);
        }
      }),
    );
  });
});

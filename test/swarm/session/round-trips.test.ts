import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { backoffMs } from '../../../src/swarm/backoff.ts';
import { createRoundTrips } from '../../../src/swarm/session/round-trips.ts';

test('R10: the median of the last nine round trips counts, a hiccup does not', () => {
  const roundTrips = createRoundTrips();
  expect(roundTrips.medianMs()).toBeUndefined();
  roundTrips.add(10);
  expect(roundTrips.medianMs()).toBe(10);
  roundTrips.add(20);
  expect(roundTrips.medianMs()).toBe(15);
  roundTrips.add(4_000);
  expect(roundTrips.medianMs()).toBe(20);
  for (let count = 0; count < 9; count++) roundTrips.add(50.04);
  expect(roundTrips.medianMs()).toBe(50);
});

test('R18: the wait doubles up to the longest, at least half of it fixed', () => {
  const limits = { firstMs: 500, longestMs: 60_000 };
  fc.assert(
    fc.property(fc.nat(1000), fc.string(), (attempt, seed) => {
      const wholeMs = Math.min(60_000, 500 * 2 ** attempt);
      const waitMs = backoffMs(limits, attempt, createSeededRandom(seed));
      expect(waitMs).toBeGreaterThanOrEqual(wholeMs / 2);
      expect(waitMs).toBeLessThanOrEqual(wholeMs);
    }),
  );
});

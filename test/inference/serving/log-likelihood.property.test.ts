import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastLogProbability, logProbabilityOf } from '../../../src/inference/serving/log-likelihood.ts';
import { mixedSeed } from '../../../src/inference/webllm/mixed-seed.ts';

const logits = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 })
  .map((values) => Float32Array.from(values));

describe('log probabilities', () => {
  test('R8: they are those of one distribution, and the least likely is the least', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const all = [...values.keys()].map((token) => logProbabilityOf(values, token) ?? Number.NaN);
        expect(all.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 6);
        for (const value of all) expect(value).toBeLessThanOrEqual(0);
        expect(leastLogProbability(values)).toBe(Math.min(...all));
      }),
    );
  });

  test('R41: numbers that are none give no probability', () => {
    expect(logProbabilityOf(Float32Array.of(1, Number.NaN), 0)).toBeUndefined();
    expect(logProbabilityOf(Float32Array.of(1, Infinity), 0)).toBeUndefined();
    expect(logProbabilityOf(Float32Array.of(1, -Infinity), 1)).toBeUndefined();
    expect(logProbabilityOf(Float32Array.of(1), 1)).toBeUndefined();
    expect(Number.isFinite(leastLogProbability(Float32Array.of(1, Number.NaN)))).toBe(false);
  });
});

describe('seeds', () => {
  test('R4: every seed becomes one that the generator of the library takes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (seed) => {
        expect(mixedSeed(seed)).toBeGreaterThanOrEqual(1);
        expect(mixedSeed(seed)).toBeLessThan(2 ** 31 - 1);
        expect(Number.isInteger(mixedSeed(seed))).toBe(true);
      }),
    );
  });

  test('R4: the first draws of neighbouring seeds lie far apart', () => {
    const draws = Array.from(
      { length: 1_000 },
      (_, seed) => ((mixedSeed(seed) * 48_271) % (2 ** 31 - 1)) / (2 ** 31 - 1),
    );
    const tenths = draws.map((draw) => Math.floor(draw * 10));
    for (let tenth = 0; tenth < 10; tenth++) expect(tenths.filter((each) => each === tenth).length).toBeGreaterThan(60);
  });
});

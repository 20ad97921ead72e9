import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, log, logistic, softplus } from '../../src/ranking/numerics/elementary.ts';

const relativeError = (actual: number, expected: number): number =>
  Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);

describe('elementary functions', () => {
  test('R9: exp agrees with Math.exp to 4 units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(relativeError(exp(x), Math.exp(x))).toBeLessThan(4 * Number.EPSILON);
      }),
      { numRuns: 1000 },
    );
  });

  test('R9: log agrees with Math.log to 4 units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 2.3e-308, max: 1.7e308, noNaN: true }), (x) => {
        expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(Math.log(x)));
      }),
      { numRuns: 1000 },
    );
  });

  test('R9: fixed bytes stand for every engine that runs this', () => {
    const bytes = new Uint8Array(
      Float64Array.of(exp(1), exp(-0.3), log(10), log(0.7), logistic(-2), softplus(0.1)).buffer,
    );
    expect(Buffer.from(bytes).toString('hex')).toMatchInlineSnapshot(
      `"6a57148b0abf0540057cc369c8b4e73f1655b5bbb16b02404f3fe124c3d3d6bfae31ac2b1584be3f4f90c8f118d2e73f"`,
    );
  });

  test('logistic and softplus stay finite and exact at both ends', () => {
    expect(logistic(1e9)).toBe(1);
    expect(logistic(-1e9)).toBeGreaterThan(0);
    expect(softplus(-1e9)).toBeGreaterThanOrEqual(0);
    expect(softplus(650)).toBe(650);
    expect(logistic(0)).toBe(0.5);
  });

  test('log of what has none is a broken invariant', () => {
    for (const x of [0, -1, NaN, Infinity]) expect(() => log(x)).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaCumulative, summarizeBeta } from '../../src/reputation/beta.ts';

describe('R18: intervals of a Beta distribution', () => {
  test('P(X <= x) has its closed forms', () => {
    for (const x of [0.01, 0.2, 0.5, 0.77, 0.99]) {
      expect(betaCumulative(x, 1, 1)).toBeCloseTo(x, 12);
      expect(betaCumulative(x, 3, 1)).toBeCloseTo(x ** 3, 12);
      expect(betaCumulative(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 12);
      expect(betaCumulative(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 12);
      expect(betaCumulative(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
    }
    expect([betaCumulative(0, 2, 2), betaCumulative(1, 2, 2)]).toEqual([0, 1]);
  });

  test('P(X <= x) agrees with numerical integration, for large parameters too', () => {
    for (const [a, b] of [
      [2.3, 7.1],
      [40, 25],
      [3, 180],
    ] as const) {
      const density = (x: number): number => x ** (a - 1) * (1 - x) ** (b - 1);
      const integral = (to: number): number => {
        const steps = 20_000;
        let sum = 0;
        for (let step = 0; step < steps; step++) sum += density(((step + 0.5) * to) / steps);
        return (sum * to) / steps;
      };
      const x = a / (a + b);
      expect(betaCumulative(x, a, b)).toBeCloseTo(integral(x) / integral(1), 6);
    }
  });

  test('the interval holds 95 % and the mean', () => {
    const parameter = fc.double({ min: 2, max: 500, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, (good, bad) => {
        const { mean, low, high } = summarizeBeta(good, bad);
        expect(mean).toBeCloseTo(good / (good + bad), 12);
        expect(betaCumulative(low, good, bad)).toBeCloseTo(0.025, 5);
        expect(betaCumulative(high, good, bad)).toBeCloseTo(0.975, 5);
        expect(low).toBeLessThan(high);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figuresOf, proportion } from '../../../src/judging/calibration/metrics.ts';

describe('figures', () => {
  test('R34: the interval is the published one', () => {
    // Wilson 1927; 8 of 10 as in Agresti & Coull 1998.
    expect(proportion(0.8, 10).low).toBeCloseTo(0.4902, 4);
    expect(proportion(0.8, 10).high).toBeCloseTo(0.9433, 4);
    expect(proportion(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  test('R34: every question weighs the same however many pairs it has; a tie counts half', () => {
    const figures = figuresOf([
      ...Array.from({ length: 9 }, () => ({ question: 'a', logOdds: 1 })),
      { question: 'b', logOdds: -1 },
      { question: 'c', logOdds: 0 },
    ]);
    expect(figures?.accuracy).toMatchObject({ share: expect.closeTo(0.5, 12), count: 3 });
    expect(figures?.pairs).toBe(11);
    expect(figuresOf([])).toBeUndefined();
  });

  test('R34: Brier score and calibration error of known cases', () => {
    const sure = Math.log(9);
    // Nine of ten right at 0.9: perfectly calibrated, Brier 0.9 * 0.01 + 0.1 * 0.81.
    const calibrated = figuresOf(
      Array.from({ length: 10 }, (_, index) => ({ question: `${index}`, logOdds: index === 0 ? -sure : sure })),
    );
    expect(calibrated?.ece).toBeCloseTo(0, 12);
    expect(calibrated?.brier).toBeCloseTo(0.09, 12);
    // Half right at 0.9: off by 0.4.
    const overconfident = figuresOf(
      Array.from({ length: 10 }, (_, index) => ({ question: `${index}`, logOdds: index % 2 === 0 ? -sure : sure })),
    );
    expect(overconfident?.ece).toBeCloseTo(0.4, 12);
  });

  test('R34: figures stay in their bounds whatever the log-odds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ question: fc.string(), logOdds: fc.double({ noNaN: true }) }), { minLength: 1 }),
        (pairs) => {
          const figures = figuresOf(pairs);
          expect(figures?.accuracy.low).toBeGreaterThanOrEqual(0);
          expect(figures?.accuracy.high).toBeLessThanOrEqual(1);
          expect(figures?.brier).toBeLessThanOrEqual(1 + 1e-9);
          expect(figures?.ece).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });
});

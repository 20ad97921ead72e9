import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countBallots } from '../../src/ranking/ballots.ts';
import { bestChances, chanceToBeat, rankPosterior } from '../../src/ranking/fit/posterior.ts';
import { normalCdf } from '../../src/ranking/numerics/normal.ts';
import { fitCells } from '../../src/ranking/fit/fit-cells.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

const arbitraryPosterior = arbitraryBallots().map((ballots) => {
  const cells = countBallots(ballots);
  if (!cells.ok) throw new Error(cells.error.message);
  return fitCells(cells.value, ballots).posterior();
});

describe('posterior', () => {
  test('R6: P(a beats b) and P(b beats a) sum to one, and the stronger has the better chance', () => {
    fc.assert(
      fc.property(arbitraryPosterior, (posterior) => {
        for (let a = 0; a < posterior.strengths.length; a++)
          for (let b = 0; b < a; b++) {
            const chance = chanceToBeat(posterior, a, b);
            expect(chance + chanceToBeat(posterior, b, a)).toBeCloseTo(1, 12);
            const gap = (posterior.strengths[a] as number) - (posterior.strengths[b] as number);
            if (Math.abs(gap) > 1e-9) expect(chance > 0.5).toBe(gap > 0);
          }
      }),
    );
  });

  test('R6: of two answers P(best) is P(it beats the other), but for sampling', () => {
    fc.assert(
      fc.property(arbitraryBallots(2), (ballots) => {
        const cells = countBallots(ballots);
        if (!cells.ok) throw new Error(cells.error.message);
        const posterior = fitCells(cells.value, ballots).posterior();
        const [first] = bestChances(posterior);
        expect(Math.abs((first as number) - chanceToBeat(posterior, 0, 1))).toBeLessThan(0.03);
      }),
    );
  });

  test('R6: expected ranks lie between 1 and n and add up to those of an order', () => {
    fc.assert(
      fc.property(arbitraryPosterior, (posterior) => {
        const rows = rankPosterior(posterior);
        const n = rows.length;
        for (const { expectedRank } of rows) {
          expect(expectedRank).toBeGreaterThanOrEqual(1);
          expect(expectedRank).toBeLessThanOrEqual(n);
        }
        expect(rows.reduce((sum, row) => sum + row.expectedRank, 0)).toBeCloseTo((n * (n + 1)) / 2, 9);
      }),
    );
  });
});

describe('normalCdf', () => {
  test('R9: known values, symmetry and both ends', () => {
    // Abramowitz & Stegun, table 26.1.
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.841_344_746_068_543, 14);
    expect(normalCdf(1.959_963_984_540_054)).toBeCloseTo(0.975, 14);
    expect(normalCdf(-3)).toBeCloseTo(0.001_349_898_031_630, 14);
    expect(normalCdf(50)).toBe(1);
    expect(normalCdf(-50)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
        expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 13);
      }),
    );
  });
});

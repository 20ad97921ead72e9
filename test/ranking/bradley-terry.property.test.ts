import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitBradleyTerry, gradientOf, logPosterior, negativeHessian } from '../../src/ranking/bradley-terry.ts';
import { type Tally, tallyVotes } from '../../src/ranking/tally.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

const arbitraryTally = arbitraryBallots().map((ballots): Tally => {
  const tally = tallyVotes(ballots);
  if (!tally.ok) throw new Error(tally.error.message);
  return tally.value;
});

/** Written apart from the product: Math.log, and one vote-like term at a time. */
function independentLogPosterior(tally: Tally, s: readonly number[]): number {
  const n = tally.answerCount;
  let value = 0;
  for (let a = 0; a < n; a++) {
    value -= (s[a] as number) ** 2 / (2 * 1.5 ** 2);
    for (let b = 0; b < n; b++)
      if (a !== b)
        value -= (tally.wins.entries[a * n + b] as number) * Math.log1p(Math.exp((s[b] as number) - (s[a] as number)));
  }
  return value;
}

/** Cyclic coordinate ascent, each coordinate by bisection of a central difference: no gradient, no Hessian of the product. */
function climb(tally: Tally): number[] {
  const n = tally.answerCount;
  const s = Array.from({ length: n }, () => 0);
  const slope = (a: number, at: number): number => {
    let sum = -at / 1.5 ** 2;
    for (let b = 0; b < n; b++) {
      if (a === b) continue;
      const p = 1 / (1 + Math.exp((s[b] as number) - at));
      sum += (tally.wins.entries[a * n + b] as number) * (1 - p) - (tally.wins.entries[b * n + a] as number) * p;
    }
    return sum;
  };
  for (let sweep = 0; sweep < 20_000; sweep++) {
    let moved = 0;
    for (let a = 0; a < n; a++) {
      let [low, high] = [-400, 400];
      for (let halving = 0; halving < 70; halving++) {
        const middle = (low + high) / 2;
        if (slope(a, middle) > 0) low = middle;
        else high = middle;
      }
      moved = Math.max(moved, Math.abs((s[a] as number) - low));
      s[a] = low;
    }
    if (moved < 1e-13) break;
  }
  return s;
}

describe('Bradley-Terry fit', () => {
  test('R1: the fit equals an independent optimiser to 1e-7', () => {
    fc.assert(
      fc.property(arbitraryTally, (tally) => {
        const fit = fitBradleyTerry(tally);
        expect(fit.converged).toBe(true);
        const other = climb(tally);
        for (let a = 0; a < tally.answerCount; a++)
          expect(Math.abs((fit.strengths[a] as number) - (other[a] as number))).toBeLessThan(1e-7);
      }),
      { numRuns: 60 },
    );
  });

  test('R1: no small step from the fit raises the log posterior', () => {
    fc.assert(
      fc.property(
        arbitraryTally,
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (tally, direction) => {
          const best = [...fitBradleyTerry(tally).strengths];
          const moved = best.map((strength, answer) => strength + 1e-3 * (direction[answer] as number));
          const value = independentLogPosterior(tally, best);
          expect(independentLogPosterior(tally, moved)).toBeLessThanOrEqual(value + 1e-12 * (1 + Math.abs(value)));
        },
      ),
    );
  });

  test('R1: gradient and Hessian agree with finite differences', () => {
    const h = 1e-5;
    const strengthsArbitrary = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(arbitraryTally, strengthsArbitrary, (tally, drawn) => {
        const n = tally.answerCount;
        const s = Float64Array.from(drawn.slice(0, n));
        const shifted = (answer: number, by: number): Float64Array => s.with(answer, (s[answer] as number) + by);
        const gradient = gradientOf(tally, s);
        const hessian = negativeHessian(tally, s);
        for (let a = 0; a < n; a++) {
          const slope = (logPosterior(tally, shifted(a, h)) - logPosterior(tally, shifted(a, -h))) / (2 * h);
          expect(Math.abs(slope - (gradient[a] as number))).toBeLessThan(1e-5);
          const [up, down] = [gradientOf(tally, shifted(a, h)), gradientOf(tally, shifted(a, -h))];
          for (let b = 0; b < n; b++) {
            const curvature = ((up[b] as number) - (down[b] as number)) / (2 * h);
            expect(Math.abs(curvature + (hessian.entries[a * n + b] as number))).toBeLessThan(1e-5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('R2: strengths are finite and sum to zero for the heaviest one-sided votes', () => {
    const tally = tallyVotes({
      answerCount: 4,
      judgeCount: 1,
      votes: [0, 1, 2].map((first) => ({
        judge: 0,
        first,
        second: first + 1,
        outcome: 1,
        weight: 1000,
        ordered: false,
      })),
      judgeStanding: [1],
    });
    if (!tally.ok) throw new Error(tally.error.message);
    const fit = fitBradleyTerry(tally.value);
    expect(fit.converged).toBe(true);
    expect([...fit.strengths].every(Number.isFinite)).toBe(true);
    expect(Math.abs(fit.strengths.reduce((sum, s) => sum + s, 0))).toBeLessThan(1e-12);
    expect([...fit.strengths]).toEqual([...fit.strengths].sort((a, b) => b - a));
  });
});

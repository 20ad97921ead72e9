import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, shuffled } from '#vocabulary';
import { minorise } from '../../src/ranking/aggregators/minorisation.ts';
import { growth } from '../../src/ranking/leaderboard/growth.ts';
import { linearise, solveStep } from '../../src/ranking/leaderboard/newton-step.ts';
import type { PairStatistics } from '../../src/ranking/leaderboard/pair-statistics.ts';
import { fitToKeep, refit } from '../../src/ranking/leaderboard/refit.ts';
import { fitSparse } from '../../src/ranking/leaderboard/sparse-fit.ts';
import { borrowWorkspace } from '../../src/ranking/leaderboard/workspace.ts';
import { softplus } from '../../src/ranking/numerics/elementary.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { vote } from '../contracts/aggregator.ts';
import { arbitraryVote, connectedVotes, statisticsOf } from './leaderboard.arbitrary.ts';

const runs = { numRuns: 80 };
const precision = fc.constantFrom(0, 0, 0.1, 1 / 1.5 ** 2, 10);

function logPosterior(statistics: PairStatistics, prior: number, strengths: Float64Array): number {
  const { firsts, seconds, firstWins, secondWins } = statistics;
  let sum = 0;
  for (const strength of strengths) sum -= (prior / 2) * strength ** 2;
  for (const [pair, first] of firsts.entries()) {
    const gap = (strengths[first] as number) - (strengths[seconds[pair] as number] as number);
    sum -= (firstWins[pair] as number) * softplus(-gap) + (secondWins[pair] as number) * softplus(gap);
  }
  return sum;
}

function gradientAt(statistics: PairStatistics, prior: number, strengths: Float64Array): Float64Array {
  const workspace = borrowWorkspace(statistics);
  workspace.powers.set(strengths.map(Math.exp));
  linearise(statistics, prior, strengths, workspace);
  return workspace.gradient.slice(0, strengths.length);
}

/** One strength at a time by bisection of its derivative, which falls: no Newton, no Hessian, no powers. */
function climbByCoordinates(statistics: PairStatistics, prior: number): number[] {
  const { itemCount, firsts, seconds, firstWins, secondWins } = statistics;
  const strengths = Array.from({ length: itemCount }, () => 0);
  const games = Array.from({ length: itemCount }, (): [other: number, wins: number, all: number][] => []);
  for (const [pair, first] of firsts.entries()) {
    const second = seconds[pair] as number;
    const [won, lost] = [firstWins[pair] as number, secondWins[pair] as number];
    games[first]?.push([second, won, won + lost]);
    games[second]?.push([first, lost, won + lost]);
  }
  for (let sweep = 0, moved = 1; sweep < 5_000 && moved > 1e-11; sweep++) {
    moved = 0;
    for (const [item, own] of games.entries()) {
      let [low, high] = [-40, 40];
      while (high - low > 1e-13) {
        const middle = (low + high) / 2;
        let slope = -prior * middle;
        for (const [other, wins, all] of own)
          slope += wins - all / (1 + Math.exp((strengths[other] as number) - middle));
        if (slope > 0) low = middle;
        else high = middle;
        if (middle === low && middle === high) break;
      }
      moved = Math.max(moved, Math.abs(low - (strengths[item] as number)));
      strengths[item] = low;
    }
    const mean = strengths.reduce((sum, strength) => sum + strength, 0) / itemCount;
    if (prior === 0) for (const item of strengths.keys()) strengths[item]! -= mean;
  }
  return strengths;
}

function expectClose(actual: Iterable<number>, expected: Iterable<number>, tolerance: number): void {
  const [a, b] = [[...actual], [...expected]];
  expect(a).toHaveLength(b.length);
  for (const [item, value] of a.entries()) expect(Math.abs(value - (b[item] as number))).toBeLessThanOrEqual(tolerance);
}

describe('fit of a leaderboard', () => {
  test('the gradient is that of the log posterior, by finite differences', () => {
    const points = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(connectedVotes(), precision, points, ({ itemCount, votes }, prior, point) => {
        const statistics = statisticsOf(votes).pairs;
        const strengths = Float64Array.from(point.slice(0, itemCount));
        const gradient = gradientAt(statistics, prior, strengths);
        for (const item of strengths.keys()) {
          const valueAt = (move: number): number =>
            logPosterior(
              statistics,
              prior,
              strengths.map((strength, other) => strength + (other === item ? move : 0)),
            );
          const slope = (valueAt(1e-5) - valueAt(-1e-5)) / 2e-5;
          expect(Math.abs(slope - (gradient[item] as number))).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(slope)));
        }
      }),
      runs,
    );
  });

  test.each([5, 12, 25])('a step undoes the gradient to first order, %i items', (itemCount) => {
    const random = createSeededRandom(`step ${itemCount}`);
    const votes = Array.from({ length: 20 * itemCount }, (_, index) =>
      vote(index % itemCount, (index + 1 + Math.floor(random.next() * (itemCount - 1))) % itemCount),
    );
    const statistics = statisticsOf(votes, itemCount).pairs;
    for (const prior of [0, 0.4]) {
      const strengths = Float64Array.from({ length: itemCount }, () => random.next() - 0.5);
      const before = gradientAt(statistics, prior, strengths);
      solveStep(statistics, prior, 1e-12, borrowWorkspace(statistics));
      const step = borrowWorkspace(statistics).step.slice(0, itemCount);
      const small = 1e-4;
      const after = gradientAt(
        statistics,
        prior,
        strengths.map((strength, item) => strength + small * (step[item] as number)),
      );
      expectClose(
        after,
        before.map((entry) => (1 - small) * entry),
        1e-5,
      );
    }
  });

  test('it is the maximum that an independent optimiser finds', () => {
    fc.assert(
      fc.property(connectedVotes(6, 25), precision, ({ votes }, prior) => {
        const statistics = statisticsOf(votes).pairs;
        const fit = fitSparse(statistics, { precision: prior });
        expect(fit.converged).toBe(true);
        expectClose(fit.strengths, climbByCoordinates(statistics, prior), 1e-7);
      }),
      { numRuns: 50 },
    );
  });

  test('many items: conjugate gradients find what minorisation finds', () => {
    for (const itemCount of [17, 40, 90]) {
      const statistics = statisticsOf(randomVotes(itemCount, 60 * itemCount)).pairs;
      const fit = fitSparse(statistics);
      const { powers, converged } = minorise(statistics, 100_000);
      expect(fit.converged && converged).toBe(true);
      const logs = powers.map(Math.log);
      const mean = logs.reduce((sum, value) => sum + value, 0) / itemCount;
      expectClose(
        fit.strengths,
        logs.map((value) => value - mean),
        1e-7,
      );
    }
  });

  test('renaming items renames strengths; the order of votes changes no more than rounding', () => {
    fc.assert(
      fc.property(connectedVotes(20, 60), precision, fc.string(), ({ itemCount, votes }, prior, seed) => {
        const names = shuffled(createSeededRandom(seed), [...Array(itemCount).keys()]);
        const renamed = shuffled(createSeededRandom(seed), votes).map((cast): Vote => ({
          ...cast,
          first: names[cast.first] as number,
          second: names[cast.second] as number,
        }));
        const fit = fitSparse(statisticsOf(votes).pairs, { precision: prior });
        const other = fitSparse(statisticsOf(renamed).pairs, { precision: prior });
        expectClose(
          names.map((name) => other.strengths[name] as number),
          fit.strengths,
          1e-8,
        );
      }),
      runs,
    );
  });

  test('from any start the same strengths', () => {
    const starts = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 9 });
    fc.assert(
      fc.property(connectedVotes(), precision, starts, ({ votes }, prior, start) => {
        const statistics = statisticsOf(votes).pairs;
        const cold = fitSparse(statistics, { precision: prior });
        const warm = fitSparse(statistics, { precision: prior, start: Float64Array.from(start) });
        expect(warm.converged).toBe(true);
        expectClose(warm.strengths, cold.strengths, 1e-8);
      }),
      runs,
    );
  });

  test('refits follow votes as they come, to what a fit from nothing gives', () => {
    const grown = connectedVotes().chain(({ itemCount, votes }) =>
      fc.record({
        votes: fc.constant(votes),
        more: fc.array(arbitraryVote(itemCount), { minLength: 1, maxLength: 12 }),
      }),
    );
    fc.assert(
      fc.property(grown, precision, ({ votes, more }, prior) => {
        let kept = fitToKeep(statisticsOf(votes).pairs, prior);
        for (const count of more.keys()) {
          const statistics = statisticsOf([...votes, ...more.slice(0, count + 1)]).pairs;
          kept = refit(kept, statistics);
          expect(kept.converged).toBe(true);
          expectClose(kept.strengths, fitSparse(statistics, { precision: prior }).strengths, 1e-8);
          expectClose(kept.powers, kept.strengths.map(Math.exp), 1e-9 * Math.max(...kept.powers));
        }
      }),
      runs,
    );
  });

  test('a refit knows when votes were taken back, and when an item is new', () => {
    const votes = [vote(0, 1), vote(1, 2), vote(2, 0), vote(0, 1)];
    const kept = fitToKeep(statisticsOf(votes).pairs);
    expect(refit(kept, statisticsOf(votes.slice(0, 2)).pairs).converged).toBe(false);
    const both = Array.from({ length: 30 }, (_, index) => vote(index % 3, (index + 1 + (index % 2)) % 3));
    const reversed = both.map(({ first, second }) => vote(second, first));
    const full = fitToKeep(statisticsOf([...both, ...reversed]).pairs);
    const fewer = statisticsOf([...both, ...reversed.slice(1)]).pairs;
    expect(refit(full, fewer).inverse).toBe(full.inverse);
    expectClose(refit(full, fewer).strengths, fitSparse(fewer).strengths, 1e-9);
    const chain = [vote(0, 1), vote(1, 2), vote(0, 2)];
    const ties = chain.map((cast) => vote(cast.second, cast.first));
    expect(refit(fitToKeep(statisticsOf([...chain, ...ties]).pairs), statisticsOf(chain).pairs).converged).toBe(false);
    const more = statisticsOf([...votes, vote(3, 0), vote(1, 3)]).pairs;
    const followed = refit(kept, more);
    expect(followed.converged).toBe(true);
    expectClose(followed.strengths, fitSparse(more).strengths, 1e-9);
  });

  test('a refit of many votes after many keeps the old information', () => {
    const votes = randomVotes(30, 6_000);
    const kept = fitToKeep(statisticsOf(votes).pairs);
    const next = refit(kept, statisticsOf([...votes, vote(3, 4)]).pairs);
    expect(next.inverse).toBe(kept.inverse);
    expect(next.iterations).toBeLessThanOrEqual(4);
  });

  test('nothing, one item, no votes', () => {
    for (const itemCount of [0, 1, 3]) {
      const fit = fitSparse(statisticsOf([], itemCount).pairs, { precision: 0.4 });
      expect([...fit.strengths]).toEqual(Array.from({ length: itemCount }, () => 0));
      expect(fit.converged).toBe(true);
    }
    expect(fitSparse(statisticsOf([], 1).pairs).converged).toBe(true);
    expect(fitSparse(statisticsOf([], 3).pairs).converged).toBe(false);
  });

  test('ties and contradictions leave all equal', () => {
    const ties = [vote(0, 1, { outcome: 0.5 }), vote(1, 2, { outcome: 0.5, weight: 7 })];
    const quarrel = [vote(0, 1), vote(1, 0), vote(1, 2), vote(2, 1)];
    for (const votes of [ties, quarrel]) expectClose(fitSparse(statisticsOf(votes).pairs).strengths, [0, 0, 0], 1e-12);
  });

  test('huge weights and one-sided records: finite, and converged with a prior', () => {
    const weight = 1e9;
    const chain = Array.from({ length: 20 }, (_, item) => vote(item, item + 1, { weight }));
    for (const votes of [chain, [...chain, vote(20, 0, { weight: 1e-3 })], [vote(0, 1), vote(2, 3, { weight })]]) {
      const free = fitSparse(statisticsOf(votes).pairs);
      expect([...free.strengths, ...free.powers].every(Number.isFinite)).toBe(true);
      const held = fitSparse(statisticsOf(votes).pairs, { precision: 0.4 });
      expect(held.converged).toBe(true);
      expect([...held.strengths, ...held.powers].every(Number.isFinite)).toBe(true);
    }
  });

  test('growth is e^x', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(Math.abs(growth(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(1e-14);
      }),
    );
  });
});

function randomVotes(itemCount: number, count: number): Vote[] {
  const random = createSeededRandom(`votes ${itemCount}`);
  const strengths = Array.from({ length: itemCount }, () => 3 * (random.next() - 0.5));
  return Array.from({ length: count }, () => {
    const first = Math.floor(random.next() * itemCount);
    const second = (first + 1 + Math.floor(random.next() * (itemCount - 1))) % itemCount;
    const gap = (strengths[first] as number) - (strengths[second] as number);
    return vote(first, second, { outcome: random.next() < 1 / (1 + Math.exp(-gap)) ? 1 : 0 });
  });
}

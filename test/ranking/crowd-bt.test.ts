import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { crowdBt } from '../../src/ranking/aggregators/crowd-bt.ts';
import { orderByStrength } from '../../src/ranking/ranking.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

describeAggregator(crowdBt, { orderMatters: true });

interface Belief {
  mu: number[];
  variance: number[];
  alpha: number;
  beta: number;
}

/** The published update for a hard win, typed apart from the product in terms of e^mu and of raw moments. */
function publishedUpdate(belief: Belief, winner: number, loser: number): void {
  const { mu, variance, alpha: a, beta: b } = belief;
  const [w, l] = [Math.exp(mu[winner] as number), Math.exp(mu[loser] as number)];
  const [vw, vl] = [variance[winner] as number, variance[loser] as number];
  const slope = (a * w) / (a * w + b * l) - w / (w + l);
  const curvature = (a * w * b * l) / (a * w + b * l) ** 2 - (w * l) / (w + l) ** 2;
  const right = w / (w + l) + (0.5 * (vw + vl) * w * l * (l - w)) / (w + l) ** 3;
  const wrong = 1 - right;
  const chance = (right * a + wrong * b) / (a + b);
  const mean = (right * (a + 1) * a + wrong * a * b) / (chance * (a + b + 1) * (a + b));
  const square =
    (right * (a + 2) * (a + 1) * a + wrong * (a + 1) * a * b) / (chance * (a + b + 2) * (a + b + 1) * (a + b));
  const spread = square - mean ** 2;
  mu[winner] = (mu[winner] as number) + vw * slope;
  mu[loser] = (mu[loser] as number) - vl * slope;
  variance[winner] = vw * Math.max(1 + vw * curvature, 1e-4);
  variance[loser] = vl * Math.max(1 + vl * curvature, 1e-4);
  belief.alpha = ((mean - square) * mean) / spread;
  belief.beta = ((mean - square) * (1 - mean)) / spread;
}

const centred = (values: readonly number[]): number[] =>
  values.map((value) => value - values.reduce((sum, other) => sum + other, 0) / values.length);

describe('Crowd-BT', () => {
  test('the first win, by hand: slope 10/11 - 1/2, curvature 10/121 - 1/4', () => {
    const result = aggregate(crowdBt, [vote(0, 1)]);
    const slope = 10 / 11 - 1 / 2;
    expect(result?.strengths[0]).toBeCloseTo(slope, 12);
    expect(result?.strengths[1]).toBeCloseTo(-slope, 12);
    // Of two centred strengths each varies as half the difference: a quarter of the two variances together.
    const variance = 1 + (10 / 121 - 1 / 4);
    expect(result?.uncertainty?.deviations[0]).toBeCloseTo(Math.sqrt(variance / 2), 12);
    // Right or wrong are as likely: the mean of eta stays 10/11.
    expect(result?.judges?.[0]?.discrimination).toBeCloseTo(9 / 11, 12);
  });

  test('follows the published update', () => {
    const hardWins = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(hardWins, (wins) => {
        const belief: Belief = { mu: [0, 0, 0, 0], variance: [1, 1, 1, 1], alpha: 10, beta: 1 };
        const votes = wins.map(([winner, distance]) => vote(winner, (winner + distance) % 4));
        for (const { first, second } of votes) publishedUpdate(belief, first, second);
        const result = aggregate(crowdBt, votes, { itemCount: 4 });
        for (const [item, strength] of centred(belief.mu).entries())
          expect(result?.strengths[item]).toBeCloseTo(strength, 9);
        const discrimination = Math.max(0, (2 * belief.alpha) / (belief.alpha + belief.beta) - 1);
        expect(result?.judges?.[0]?.discrimination).toBeCloseTo(discrimination, 9);
      }),
    );
  });

  test('a whole weight is that many votes, and a soft outcome moves between the two wins', () => {
    expect(aggregate(crowdBt, [vote(0, 1, { weight: 3 })])).toEqual(
      aggregate(crowdBt, [vote(0, 1), vote(0, 1), vote(0, 1)]),
    );
    const lead = (outcome: number): number => aggregate(crowdBt, [vote(0, 1, { outcome })])?.strengths[0] as number;
    expect(lead(0.5)).toBe(0);
    expect(lead(0.75)).toBeCloseTo(lead(1) / 2, 12);
    expect(lead(0)).toBeCloseTo(-lead(1), 12);
  });

  test('learns who is right: a contrarian among honest judges loses its say', () => {
    const random = createSeededRandom('crowd-bt/contrarian');
    const votes = Array.from({ length: 400 }, (_, index): Vote => {
      const first = Math.floor(random.next() * 4);
      const second = (first + 1 + Math.floor(random.next() * 3)) % 4;
      const judge = index % 4;
      const honest = first < second ? 1 : 0;
      return vote(first, second, { judge, outcome: judge === 3 ? 1 - honest : honest });
    });
    const result = aggregate(crowdBt, votes);
    expect(result && orderByStrength(result.strengths)).toEqual([0, 1, 2, 3]);
    const discriminations = result?.judges?.map(({ discrimination }) => discrimination) ?? [];
    expect(Math.min(...discriminations.slice(0, 3))).toBeGreaterThan(0.8);
    expect(discriminations[3]).toBeLessThan(0.2);
  });

  test('every number stays finite when the heaviest votes contradict each other without end', () => {
    fc.assert(
      fc.property(arbitraryBallots(4, 12), fc.constantFrom(10, 1_000), (ballots, factor) => {
        const heavy = ballots.votes.map((cast): Vote => ({ ...cast, weight: Math.min(1_000, cast.weight * factor) }));
        const result = aggregate(crowdBt, [...heavy, ...heavy], { itemCount: ballots.answerCount });
        expect(result?.strengths.every((strength) => Math.abs(strength) < 1e6)).toBe(true);
        expect(result?.uncertainty?.deviations.every((deviation) => deviation >= 0 && deviation < 10)).toBe(true);
        for (const judge of result?.judges ?? []) {
          expect(judge.discrimination).toBeGreaterThanOrEqual(0);
          expect(judge.discrimination).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('more votes make it surer', () => {
    const deviationAfter = (times: number): number =>
      aggregate(
        crowdBt,
        Array.from({ length: times }, (_, index) => vote(index % 2, 1 - (index % 2))),
      )?.uncertainty?.deviations[0] as number;
    expect(deviationAfter(10)).toBeGreaterThan(deviationAfter(40));
    expect(deviationAfter(40)).toBeGreaterThan(deviationAfter(160));
  });
});

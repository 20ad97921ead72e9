import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mlMm, mlNewman, mlNewton } from '../../src/ranking/aggregators/maximum-likelihood.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';
import { connectedVotes } from './leaderboard.arbitrary.ts';

const all = [mlNewton, mlMm, mlNewman];

for (const aggregator of all) describeAggregator(aggregator, { orderMatters: false });

describe('maximum likelihood', () => {
  test('three iterations find one maximum', () => {
    fc.assert(
      fc.property(connectedVotes(), ({ votes }) => {
        const [newton, ...others] = all.map((aggregator) => aggregate(aggregator, votes));
        expect(newton?.converged).toBe(true);
        for (const other of others) {
          expect(other?.converged).toBe(true);
          for (const [item, strength] of (newton?.strengths ?? []).entries())
            expect(Math.abs(strength - (other?.strengths[item] as number))).toBeLessThanOrEqual(1e-7);
          for (const [item, deviation] of (newton?.uncertainty?.deviations ?? []).entries())
            expect(Math.abs(deviation - (other?.uncertainty?.deviations[item] as number))).toBeLessThanOrEqual(1e-6);
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(all)('$name: no maximum, finite strengths, not converged, no uncertainty', (aggregator) => {
    const undefeated = [vote(0, 1), vote(1, 2), vote(2, 1), vote(0, 2)];
    const winless = [vote(0, 1), vote(1, 0), vote(0, 2)];
    const apart = [vote(0, 1), vote(1, 0), vote(2, 3), vote(3, 2)];
    for (const votes of [undefeated, winless, apart]) {
      const result = aggregate(aggregator, votes);
      expect(result?.converged).toBe(false);
      expect(result?.uncertainty).toBeUndefined();
      expect(result?.strengths.every(Number.isFinite)).toBe(true);
    }
  });

  test.each(all)('$name: a judge without standing does not count', (aggregator) => {
    const votes = [vote(0, 1), vote(1, 0), vote(0, 1)];
    const more = [...votes, vote(1, 0, { judge: 1 }), vote(1, 0, { judge: 1 })];
    expect(aggregate(aggregator, more, { judgeStanding: [0.5, 0] })).toEqual(aggregate(aggregator, votes));
  });
});

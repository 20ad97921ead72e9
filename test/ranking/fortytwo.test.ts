import { describe, expect, test } from 'vitest';
import { fortytwo, fortytwoPairs } from '../../src/ranking/aggregators/fortytwo.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';

describeAggregator(fortytwo, { orderMatters: false, labelsMatter: true });

describe('the Fortytwo client', () => {
  test('compares neighbours and answers half the list apart', () => {
    expect(fortytwoPairs(0)).toEqual([]);
    expect(fortytwoPairs(1)).toEqual([]);
    expect(fortytwoPairs(2)).toEqual([[0, 1]]);
    expect(fortytwoPairs(3)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(fortytwoPairs(5)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [0, 2],
      [1, 3],
    ]);
    expect(fortytwoPairs(7)).toHaveLength(9);
    expect(fortytwoPairs(35)).toHaveLength(51);
  });

  test('names each pair once, the lower index first', () => {
    for (let n = 0; n <= 40; n++) {
      const pairs = fortytwoPairs(n);
      expect(new Set(pairs.map(String)).size).toBe(pairs.length);
      expect(pairs.every(([first, second]) => 0 <= first && first < second && second < n)).toBe(true);
    }
  });

  test('fits wins to losses: 3 to 1 is a strength of 3 to 1', () => {
    const votes = [vote(0, 1), vote(0, 1), vote(1, 0, { outcome: 0 }), vote(1, 0)];
    const result = aggregate(fortytwo, votes);
    expect(result?.converged).toBe(true);
    const [winner = 0, loser = 0] = result?.strengths ?? [];
    expect(winner).toBeCloseTo(1.5, 5);
    expect(loser).toBeCloseTo(0.5, 5);
  });

  test('hardens outcomes and knows no weights', () => {
    const soft: Vote[] = [
      vote(0, 1, { outcome: 0.51 }),
      vote(0, 1, { outcome: 0.9, weight: 0.01 }),
      vote(0, 1, { outcome: 0.49, weight: 900 }),
      vote(1, 2, { outcome: 0.5 }),
    ];
    const hard: Vote[] = [vote(0, 1), vote(0, 1), vote(1, 0), vote(1, 2, { outcome: 0.5, weight: 7 })];
    expect(aggregate(fortytwo, soft)).toEqual(aggregate(fortytwo, hard));
  });

  test('passes over votes on other pairs, and refuses where no others were cast', () => {
    const cast = [vote(0, 1), vote(1, 0), vote(1, 2), vote(2, 1)];
    const others = Array.from({ length: 9 }, () => vote(2, 0));
    expect(aggregate(fortytwo, [...cast, ...others])).toEqual(aggregate(fortytwo, cast));
    const accumulator = fortytwo.begin({ itemCount: 3 });
    for (const other of others) accumulator.add(other);
    const result = accumulator.finish();
    expect(result.ok ? undefined : result.error.type).toBe('no-usable-votes');
  });

  test('gives an undefeated answer all there is, and admits that the fit has no maximum', () => {
    const result = aggregate(fortytwo, [vote(0, 1), vote(1, 2)]);
    expect(result?.converged).toBe(false);
    const [best = 0, middle = 0, last = 0] = result?.strengths ?? [];
    expect(best).toBeGreaterThan(2.9);
    expect(middle).toBeGreaterThan(last);
    expect(last).toBe(0);
  });

  test('cannot tell two winless answers apart', () => {
    const result = aggregate(fortytwo, [vote(0, 1), vote(1, 2), vote(1, 3), vote(0, 2)], { itemCount: 4 });
    expect(result?.strengths[2]).toBe(0);
    expect(result?.strengths[3]).toBe(0);
  });
});

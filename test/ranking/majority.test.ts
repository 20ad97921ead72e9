import { describe, expect, test } from 'vitest';
import { majority } from '../../src/ranking/aggregators/majority.ts';
import { orderByStrength } from '../../src/ranking/ranking.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';

describeAggregator(majority, { orderMatters: false });

describe('majority', () => {
  test('without final answers it is Copeland: pairs won, ties, unmet pairs and itself half', () => {
    // 0 beats 1 and 2; 1 and 2 tie; nobody met 3.
    const votes = [vote(0, 1), vote(0, 2), vote(1, 2), vote(2, 1)];
    const strengths = [...(aggregate(majority, votes, { itemCount: 4 })?.strengths ?? [])];
    expect(strengths).toEqual([3 / 4, 1.5 / 4, 1.5 / 4, 2 / 4]);
  });

  test('a pair goes to the greater weight, not to the greater number', () => {
    const votes = [vote(0, 1, { weight: 5 }), vote(1, 0), vote(1, 0, { judge: 1 })];
    const result = aggregate(majority, votes);
    expect(result && orderByStrength(result.strengths)).toEqual([0, 1]);
  });

  test('sums that differ by rounding alone are a tie', () => {
    const votes = [vote(0, 1, { weight: 0.1 }), vote(0, 1, { weight: 0.2 }), vote(1, 0, { weight: 0.3 })];
    expect([...(aggregate(majority, votes)?.strengths ?? [])]).toEqual([0.5, 0.5]);
  });

  test('the largest class of final answers comes first, whatever the comparisons say', () => {
    const finals = ['7', '8', '8', undefined, '7', '8'];
    const votes = [0, 3, 4].flatMap((winner) => [1, 2, 5].map((loser) => vote(winner, loser)));
    const result = aggregate(majority, votes, { itemCount: 6, finals });
    expect(result && orderByStrength(result.strengths)).toEqual([1, 2, 5, 0, 4, 3]);
    expect(Math.floor(result?.strengths[1] ?? 0)).toBe(2);
  });

  test('comparisons decide within a class and between equally large ones', () => {
    const finals = ['7', '8', '7', '8'];
    const votes = [vote(3, 0), vote(3, 2), vote(3, 1), vote(2, 0), vote(2, 1), vote(0, 1)];
    const result = aggregate(majority, votes, { itemCount: 4, finals });
    expect(result && orderByStrength(result.strengths)).toEqual([3, 2, 0, 1]);
  });

  test('an item without a final answer is a class of its own, also where the list of finals is short', () => {
    const result = aggregate(majority, [], { itemCount: 4, finals: [undefined, '7', '7'] });
    expect([...(result?.strengths ?? [])]).toEqual([0.5, 1.5, 1.5, 0.5]);
  });

  test('the worst of a larger class stays above the best of a smaller one', () => {
    const votes = [0, 1, 3, 4].flatMap((winner) => [2].map((loser) => vote(winner, loser)));
    const wins = [1, 2, 3, 4].map((loser) => vote(0, loser));
    const result = aggregate(majority, [...votes, ...wins], { itemCount: 5, finals: [undefined, '7', '7', 'x', 'y'] });
    expect(result && orderByStrength(result.strengths).slice(0, 3)).toEqual([1, 2, 0]);
  });
});

import { describe, expect, test } from 'vitest';
import { createElo, elo } from '../../src/ranking/aggregators/elo.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';

describeAggregator(elo, { orderMatters: true });

describe('Elo', () => {
  test('a win between equals moves half of K each way', () => {
    expect([...(aggregate(elo, [vote(0, 1)])?.strengths ?? [])]).toEqual([1_016, 984]);
    expect([...(aggregate(createElo({ k: 10 }), [vote(0, 1)])?.strengths ?? [])]).toEqual([1_005, 995]);
  });

  test('a second win moves K times what was not expected: 1 - 1 / (1 + 10^(-32/400))', () => {
    const expected = 1 / (1 + 10 ** (-32 / 400));
    const [winner] = aggregate(elo, [vote(0, 1), vote(0, 1)])?.strengths ?? [];
    expect(winner).toBeCloseTo(1_016 + 32 * (1 - expected), 9);
  });

  test('ten to one are 400 points apart: the expected outcome moves nothing', () => {
    const apart = Array.from({ length: 4_000 }, () => vote(0, 1, { outcome: 10 / 11 }));
    const [ahead = 0, behind = 0] = aggregate(elo, apart)?.strengths ?? [];
    expect(ahead - behind).toBeCloseTo(400, 6);
  });

  test('weight scales K, outcomes between count as they are, and points are only exchanged', () => {
    expect([...(aggregate(elo, [vote(0, 1, { outcome: 0.75, weight: 0.5 })])?.strengths ?? [])]).toEqual([1_004, 996]);
    const many = [vote(0, 1), vote(1, 2, { weight: 3 }), vote(2, 0, { outcome: 0.2 }), vote(3, 1)];
    const sum = aggregate(elo, many, { itemCount: 6 })?.strengths.reduce((total, points) => total + points, 0);
    expect(sum).toBeCloseTo(6_000, 8);
  });

  test('the order of votes matters: the later of two contradictory wins weighs more', () => {
    const [first = 0, second = 0] = aggregate(elo, [vote(0, 1), vote(1, 0)])?.strengths ?? [];
    expect(second).toBeGreaterThan(first);
  });
});

import { describe, expect, test } from 'vitest';
import { borda } from '../../src/ranking/aggregators/borda.ts';
import { aggregate, describeAggregator, vote } from '../contracts/aggregator.ts';

describeAggregator(borda, { orderMatters: false });

describe('Borda', () => {
  test('the weighted share of comparisons won, 0.5 for an item never compared', () => {
    const votes = [vote(0, 1), vote(0, 2, { weight: 3, outcome: 0.5 }), vote(2, 1, { outcome: 0.25 })];
    const strengths = aggregate(borda, votes, { itemCount: 4 })?.strengths;
    expect([...(strengths ?? [])]).toEqual([2.5 / 4, 0.75 / 2, 1.75 / 4, 0.5]);
  });

  test('its error is binomial with half a win and half a loss added', () => {
    const result = aggregate(borda, [vote(0, 1), vote(0, 1), vote(0, 1)], { itemCount: 3 });
    const [unbeaten, winless, unseen] = result?.uncertainty?.deviations ?? [];
    expect(unbeaten).toBeCloseTo(Math.sqrt((3.5 / 4) * (0.5 / 4) * (1 / 4)), 12);
    expect(winless).toBeCloseTo(unbeaten ?? 0, 12);
    expect(unseen).toBe(0.5);
  });

  test('the chance of being best follows share and error', () => {
    const votes = Array.from({ length: 200 }, (_, index) => vote(0, 1, { outcome: index % 4 === 0 ? 0 : 1 }));
    const [better = 0] = aggregate(borda, votes)?.uncertainty?.pBest ?? [];
    expect(better).toBeGreaterThan(0.99);
    const [one = 0] = aggregate(borda, [vote(0, 1), vote(1, 0)])?.uncertainty?.pBest ?? [];
    expect(Math.abs(one - 0.5)).toBeLessThan(0.03);
  });

  test('it sees not whom an item met: beating the weakest is as good as beating the best', () => {
    const votes = [vote(0, 1), vote(1, 2), vote(2, 3), vote(3, 4)];
    const [best, ...others] = aggregate(borda, votes)?.strengths ?? [];
    expect(best).toBe(1);
    expect(others).toEqual([0.5, 0.5, 0.5, 0]);
  });
});

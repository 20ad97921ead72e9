import { describe, expect, test } from 'vitest';
import { allComparisons, isDecided, savingOf } from '../../src/ranking/assignment/stop-rule.ts';

describe('the stop rule', () => {
  test('stops once one answer is certain enough', () => {
    expect(isDecided([0.05, 0.95], 0.95)).toBe(true);
    expect(isDecided(Float64Array.of(0.5, 0.5), 0.95)).toBe(false);
    expect(isDecided([], 0.95)).toBe(false);
  });

  test('says what was saved of the full budget', () => {
    expect(savingOf(60, 100)).toEqual({ votes: 60, fullBudget: 100, saved: 0.4 });
    expect(savingOf(0, 0).saved).toBe(0);
    expect(allComparisons([0, 1, 2, 3, -1], 4)).toBe(4 * 6);
    expect(allComparisons([], 4)).toBe(0);
  });
});

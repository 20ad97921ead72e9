import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRight } from '../../../src/judging/gold/checkable.ts';
import { REFRESH_GOLD_SIZE, TAB_GOLD_SIZE, planGold } from '../../../src/judging/calibration/gold-plan.ts';

const keysOf = (plan: ReturnType<typeof planGold>): string[] => plan.map(({ source, split }) => `${source} ${split}`);

describe('R30: a gold plan', () => {
  test('is a function of its seed, and another seed asks other questions', () => {
    expect(planGold('a')).toEqual(planGold('a'));
    const questions = new Set(planGold('a').map(({ question }) => question));
    const others = planGold('b').filter(({ question }) => !questions.has(question));
    expect(others.length).toBeGreaterThan(30);
  });

  test('holds every source of both splits in its first eight items, and keeps the shares in every beginning', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 8, max: 246 }), (seed, length) => {
        const plan = planGold(seed);
        expect(new Set(keysOf(plan.slice(0, length))).size).toBe(8);
        const count = (part: string[], key: string): number => part.filter((one) => one === key).length;
        for (const key of new Set(keysOf(plan))) {
          const expected = (count(keysOf(plan), key) * length) / plan.length;
          expect(Math.abs(count(keysOf(plan.slice(0, length)), key) - expected)).toBeLessThan(3);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('has the size asked for, every attack on an attacked question, and one id an item', () => {
    const plan = planGold('size');
    const count = (source: string, split: string): number =>
      plan.filter((item) => item.source === source && item.split === split).length;
    expect(count('sampled', 'fit')).toBe(TAB_GOLD_SIZE.sampled.fit);
    expect(count('sampled', 'held-out')).toBe(TAB_GOLD_SIZE.sampled['held-out']);
    expect(count('written', 'fit')).toBe(TAB_GOLD_SIZE.written.fit);
    expect(count('procedural', 'held-out')).toBe(TAB_GOLD_SIZE.procedural['held-out']);
    expect(count('attack', 'fit')).toBe(13 * TAB_GOLD_SIZE.attack.fit);
    expect(new Set(plan.map(({ id }) => id)).size).toBe(plan.length);
    expect(planGold('more', REFRESH_GOLD_SIZE)).toHaveLength(30);
  });

  test('shares no question, family or wording between the splits', () => {
    const plan = planGold('splits');
    for (const part of ['question', 'family'] as const) {
      const held = new Set(plan.filter((one) => one.split === 'held-out').map((one) => `${one.source} ${one[part]}`));
      const shared = plan.filter((one) => one.split === 'fit' && held.has(`${one.source} ${one[part]}`));
      expect(shared.filter(({ source }) => !(source === 'attack' && part === 'family'))).toEqual([]);
    }
  });

  test('knows what is right: procedural answers pass their check, samples have four seeds each, all different', () => {
    const plan = planGold('right');
    const sampled = plan.filter((item) => item.source === 'sampled');
    for (const { checkable } of sampled) expect(isRight(checkable, checkable.right)).toBe(true);
    const seeds = sampled.flatMap((item) => item.seeds);
    expect(seeds).toHaveLength(4 * sampled.length);
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const item of plan) if (item.source !== 'sampled') expect(item.wrong).not.toContain(item.right);
  });
});

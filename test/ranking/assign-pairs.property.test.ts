import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OrderedPair, type PairRequest, assignPairs } from '../../src/ranking/assignment/pairs-per-judge.ts';
import {
  componentCount,
  exposuresOf,
  pairCountsOf,
  pairIndex,
  pairPlanCost,
} from '../../src/ranking/assignment/plan-cost.ts';

function plan(request: PairRequest): readonly (readonly OrderedPair[])[] {
  const assigned = assignPairs(request);
  if (!assigned.ok) throw new Error(assigned.error.message);
  return assigned.value;
}

const arbitraryRequest: fc.Arbitrary<PairRequest> = fc.integer({ min: 0, max: 8 }).chain((judgeCount) =>
  fc.record({
    authors: fc.array(fc.integer({ min: -1, max: judgeCount - 1 }), { maxLength: 9 }),
    judgeCount: fc.constant(judgeCount),
    pairsPerJudge: fc.integer({ min: 1, max: 12 }),
    seed: fc.string(),
  }),
);

const everyoneWrote = (count: number): number[] => [...Array(count).keys()];

describe('assignPairs', () => {
  test('R10: nobody compares its own answer, nor one pair twice; everybody gets what is to be had', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const assigned = plan(request);
        expect(assigned).toHaveLength(request.judgeCount);
        for (const [judge, pairs] of assigned.entries()) {
          const eligible = request.authors.filter((author) => author !== judge).length;
          expect(pairs.flat().every((answer) => request.authors[answer] !== judge)).toBe(true);
          expect(pairs.every(([first, second]) => first !== second)).toBe(true);
          expect(new Set(pairs.map(([first, second]) => pairIndex(first, second))).size).toBe(pairs.length);
          expect(pairs).toHaveLength(Math.min(request.pairsPerJudge, (eligible * (eligible - 1)) / 2));
        }
      }),
    );
  });

  test('R10: the same request gives the same plan', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        expect(plan(request)).toEqual(plan({ ...request }));
      }),
    );
  });

  test('R11: one answer a judge: all wishes hold, for any number of pairs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 14 }), fc.nat(100), fc.string(), (count, extra, seed) => {
        const pairsPerJudge = 1 + (extra % (((count - 1) * (count - 2)) / 2));
        const authors = everyoneWrote(count);
        const assigned = plan({ authors, judgeCount: count, pairsPerJudge, seed });
        expect(new Set(exposuresOf(assigned, count))).toEqual(new Set([2 * pairsPerJudge]));
        for (const absent of authors) expect(componentCount(assigned.with(absent, []), count)).toBe(1);
        const repeats = pairCountsOf(assigned, count);
        expect(Math.max(...repeats) - Math.min(...repeats)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('R11: no plan of a small round is better, by exhaustive search', () => {
    for (const [answerCount, judgeCount, pairsPerJudge] of [
      [3, 1, 2],
      [3, 3, 1],
      [4, 2, 2],
      [4, 3, 1],
      [4, 3, 2],
      [5, 2, 3],
      [5, 3, 1],
      [5, 4, 1],
    ] as const)
      for (let authoring = 0; authoring <= Math.min(answerCount, judgeCount); authoring++) {
        const authors = Array.from({ length: answerCount }, (_, answer) => (answer < authoring ? answer : -1));
        let plans: OrderedPair[][][] = [[]];
        for (let judge = 0; judge < judgeCount; judge++) {
          const eligible = [...authors.keys()].filter((answer) => authors[answer] !== judge);
          const pairs = eligible.flatMap((one, index) =>
            eligible.slice(index + 1).map((other): OrderedPair => [one, other]),
          );
          const choices = subsetsOf(pairs, Math.min(pairsPerJudge, pairs.length));
          plans = plans.flatMap((head) => choices.map((choice) => [...head, choice]));
        }
        const least = Math.min(...plans.map((candidate) => pairPlanCost(candidate, answerCount)));
        const seed = `${answerCount}-${judgeCount}-${pairsPerJudge}`;
        expect(pairPlanCost(plan({ authors, judgeCount, pairsPerJudge, seed }), answerCount)).toBe(least);
      }
  });

  test('R11: uneven rounds keep what can be had', () => {
    // Two guests more than authors, and the other way round.
    const guests = plan({ authors: [0, 1, 2, 3, 4], judgeCount: 7, pairsPerJudge: 2, seed: 'guests' });
    const strangers = plan({ authors: [0, 1, 2, 3, -1, -1], judgeCount: 4, pairsPerJudge: 4, seed: 'strangers' });
    expect(pairPlanCost(guests, 5)).toBe(0);
    expect(pairPlanCost(strangers, 6)).toBe(0);
  });

  test('R10: a fair coin decides which of two stands first, for each judge anew', () => {
    let upright = 0;
    let total = 0;
    const sides = new Map<number, Set<boolean>>();
    for (let seed = 0; seed < 20; seed++)
      for (const [first, second] of plan({
        authors: everyoneWrote(8),
        judgeCount: 8,
        pairsPerJudge: 12,
        seed: `${seed}`,
      }).flat()) {
        total += 1;
        if (first < second) upright += 1;
        const seen = sides.get(pairIndex(first, second)) ?? new Set();
        sides.set(pairIndex(first, second), seen.add(first < second));
      }
    // Four standard errors of a fair coin.
    expect(Math.abs(upright / total - 0.5)).toBeLessThan(2 / Math.sqrt(total));
    expect([...sides.values()].every((seen) => seen.size === 2)).toBe(true);
  });

  test('R12: plans of the largest rounds are ready at once', () => {
    const authors = everyoneWrote(64);
    const uneven = authors.map((answer) => (answer * 7) % 20);
    const begin = performance.now();
    for (const pairsPerJudge of [1, 6, 1e9]) plan({ authors, judgeCount: 64, pairsPerJudge, seed: '' });
    for (const pairsPerJudge of [6, 1e9]) plan({ authors: uneven, judgeCount: 64, pairsPerJudge, seed: '' });
    // Some 0.2 s on a machine of 2020; the limit leaves room for a busy one.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test.each<[string, Partial<PairRequest>]>([
    ['bad-author', { authors: [3] }],
    ['bad-author', { authors: [NaN] }],
    ['too-few-per-judge', { pairsPerJudge: 0 }],
    ['too-few-per-judge', { pairsPerJudge: 1.5 }],
    ['too-few-per-judge', { pairsPerJudge: Infinity }],
    ['too-large', { judgeCount: 65 }],
    ['too-large', { judgeCount: -1 }],
    ['too-large', { authors: Array(65).fill(-1) }],
  ])('R12: refuses with %s', (type, fault) => {
    const assigned = assignPairs({ authors: [0, 1, 2], judgeCount: 3, pairsPerJudge: 1, seed: '', ...fault });
    expect(assigned.ok ? 'accepted' : assigned.error.type).toBe(type);
  });
});

function subsetsOf<T>(items: readonly T[], size: number): T[][] {
  return size === 0
    ? [[]]
    : items.flatMap((item, index) => subsetsOf(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

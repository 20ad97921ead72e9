import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssignmentRequest, assignAnswers } from '#ranking';
import {
  type Plan,
  componentCount,
  exposuresOf,
  pairCountsOf,
  planCost,
} from '../../src/ranking/assignment/plan-cost.ts';

function plan(request: AssignmentRequest): readonly (readonly number[])[] {
  const assigned = assignAnswers(request);
  if (!assigned.ok) throw new Error(assigned.error.message);
  return assigned.value;
}

/** One group for each judge. */
const asGroups = (assigned: readonly (readonly number[])[]): Plan => assigned.map((answers) => [answers]);

const arbitraryRequest: fc.Arbitrary<AssignmentRequest> = fc.integer({ min: 0, max: 8 }).chain((judgeCount) =>
  fc.record({
    authors: fc.array(fc.integer({ min: -1, max: judgeCount - 1 }), { minLength: 1, maxLength: 9 }),
    judgeCount: fc.constant(judgeCount),
    answersPerJudge: fc.integer({ min: 2, max: 5 }),
    seed: fc.string(),
  }),
);

const subsetsOf = (items: readonly number[], size: number): number[][] =>
  size === 0
    ? [[]]
    : items.flatMap((item, index) => subsetsOf(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));

describe('assignAnswers', () => {
  test('R10: nobody judges its own answer, nor one twice; everybody gets what is to be had', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const assigned = plan(request);
        expect(assigned).toHaveLength(request.judgeCount);
        for (const [judge, answers] of assigned.entries()) {
          const eligible = request.authors.filter((author) => author !== judge).length;
          expect(answers.every((answer) => request.authors[answer] !== judge)).toBe(true);
          expect(new Set(answers).size).toBe(answers.length);
          expect(answers).toHaveLength(eligible < 2 ? 0 : Math.min(request.answersPerJudge, eligible));
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

  test('R11: one answer a judge: even exposures, connected also without any one judge', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 16 }), fc.nat(4), fc.string(), (count, extra, seed) => {
        const answersPerJudge = Math.min(2 + extra, count - 1);
        const authors = [...Array(count).keys()];
        const assigned = asGroups(plan({ authors, judgeCount: count, answersPerJudge, seed }));
        expect(new Set(exposuresOf(assigned, count))).toEqual(new Set([answersPerJudge]));
        for (const absent of authors) expect(componentCount(assigned.with(absent, []), count)).toBe(1);
      }),
    );
  });

  test('R11: no plan of a small round is better, by exhaustive search', () => {
    for (let answerCount = 2; answerCount <= 5; answerCount++)
      for (let judgeCount = 1; judgeCount <= 3; judgeCount++)
        for (let authoring = 0; authoring <= Math.min(answerCount, judgeCount); authoring++) {
          const authors = Array.from({ length: answerCount }, (_, answer) => (answer < authoring ? answer : -1));
          let plans: number[][][] = [[]];
          for (let judge = 0; judge < judgeCount; judge++) {
            const eligible = [...authors.keys()].filter((answer) => authors[answer] !== judge);
            const choices = eligible.length < 2 ? [[]] : subsetsOf(eligible, 2);
            plans = plans.flatMap((head) => choices.map((choice) => [...head, choice]));
          }
          const least = Math.min(...plans.map((candidate) => planCost(asGroups(candidate), answerCount)));
          const assigned = plan({ authors, judgeCount, answersPerJudge: 2, seed: `${answerCount}-${judgeCount}` });
          expect(planCost(asGroups(assigned), answerCount)).toBe(least);
        }
  });

  test('R11: one answer a judge: judges do not repeat one another where there are pairs enough', () => {
    for (const [count, answersPerJudge] of [
      [7, 3],
      [16, 4],
      [35, 5],
    ] as const) {
      const authors = [...Array(count).keys()];
      const assigned = plan({ authors, judgeCount: count, answersPerJudge, seed: '' });
      expect(Math.max(...pairCountsOf(asGroups(assigned), count))).toBe(1);
    }
  });

  test('R10: seeds move answers about: each place in the reading order meets each answer', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 60; seed++)
      firsts.add(plan({ authors: [0, 1, 2, 3], judgeCount: 4, answersPerJudge: 2, seed: `${seed}` })[0]?.[0] as number);
    expect(firsts).toEqual(new Set([1, 2, 3]));
  });

  test.each<[string, Partial<AssignmentRequest>]>([
    ['bad-author', { authors: [3] }],
    ['bad-author', { authors: [0.5] }],
    ['too-few-per-judge', { answersPerJudge: 1 }],
    ['too-few-per-judge', { answersPerJudge: NaN }],
    ['too-large', { judgeCount: 65 }],
    ['too-large', { authors: Array(65).fill(-1) }],
  ])('R12: refuses with %s', (type, fault) => {
    const assigned = assignAnswers({ authors: [0, 1, 2], judgeCount: 3, answersPerJudge: 2, seed: '', ...fault });
    expect(assigned.ok ? 'accepted' : assigned.error.type).toBe(type);
  });
});

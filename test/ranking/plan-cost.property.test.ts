import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, componentCount, pairPlanCost, planCost } from '../../src/ranking/assignment/plan-cost.ts';

const ANSWERS = 7;

/** Sparse enough that many plans fall apart, with or without one of their judges. */
const arbitraryPlan: fc.Arbitrary<Plan> = fc.array(
  fc.array(fc.uniqueArray(fc.nat(ANSWERS - 1), { minLength: 2, maxLength: 3 }), { maxLength: 3 }),
  { maxLength: 6 },
);

describe('the cost of a plan', () => {
  test('R11: counts components, and those left without each judge that has a group', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        expect(componentCount(plan, ANSWERS)).toBe(countByFlooding(plan));
        const fragility = plan
          .map((groups, judge) => (groups.length === 0 ? 0 : countByFlooding(plan.with(judge, [])) - 1))
          .reduce((sum, count) => sum + count, 0);
        const uneven = planCost(plan, ANSWERS) % 1e4;
        expect(planCost(plan, ANSWERS)).toBe(1e8 * (countByFlooding(plan) - 1) + 1e4 * fragility + uneven);
      }),
    );
  });

  test('R11: a limit changes nothing but how exact a cost above it is', () => {
    fc.assert(
      fc.property(arbitraryPlan, arbitraryPlan, (plan, other) => {
        for (const costOf of [planCost, pairPlanCost]) {
          const [cost, limit] = [costOf(plan, ANSWERS), costOf(other, ANSWERS)];
          const limited = costOf(plan, ANSWERS, limit);
          if (cost <= limit) expect(limited).toBe(cost);
          else expect(limited).toBeGreaterThan(limit);
        }
      }),
    );
  });
});

function countByFlooding(plan: Plan): number {
  const left = new Set(Array.from({ length: ANSWERS }, (_, answer) => answer));
  let count = 0;
  for (const start of left) {
    count += 1;
    // A set grows while it is walked.
    const reached = new Set([start]);
    for (const answer of reached) {
      left.delete(answer);
      for (const group of plan.flat()) if (group.includes(answer)) for (const joined of group) reached.add(joined);
    }
  }
  return count;
}

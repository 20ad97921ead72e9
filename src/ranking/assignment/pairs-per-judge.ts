import { type Random, type Result, createSeededRandom, err, failure, ok, shuffled } from '#vocabulary';
import type { AssignmentError } from '../errors.ts';
import { createCircle } from './circle.ts';
import { pairDesign } from './cyclic-design.ts';
import { type Plan, pairPlanCost } from './plan-cost.ts';
import { type PlanRequest, checkPlanRequest } from './plan-request.ts';
import { improvePlan } from './plan-search.ts';

export interface PairRequest extends PlanRequest {
  /** A judge gets fewer where fewer pairs are without an answer of its own: none twice. */
  readonly pairsPerJudge: number;
}

/** Two answers that a judge sees side by side, the first first. */
export type OrderedPair = readonly [first: number, second: number];

/**
 * Which pairs each judge compares, in the order in which it shall see them. Never its own answer, no pair twice;
 * connected, also without any one judge, and exposures even, where possible; then as many distinct pairs as can be. Which
 * of a pair stands first is a seeded coin. A pure function of the request, as `assignAnswers`.
 */
export function assignPairs(request: PairRequest): Result<readonly (readonly OrderedPair[])[], AssignmentError> {
  const { authors, pairsPerJudge, seed } = request;
  const checked = checkPlanRequest(request);
  if (!checked.ok) return checked;
  if (!Number.isInteger(pairsPerJudge) || pairsPerJudge < 1)
    return err(failure('too-few-per-judge', `A judge compares pairs; ${pairsPerJudge} is fewer than one.`));

  const random = createSeededRandom(`ranking/pairs/${seed}`);
  const plan = improvePlan(firstPlan(request, random), authors, random, pairPlanCost);
  return ok(
    plan.map((pairs) => shuffled(random, pairs).map((pair) => tossSides(pair[0] as number, pair[1] as number, random))),
  );
}

/** A fair coin decides which of two stands first, so that a judge's taste for a position favours no answer. */
export function tossSides(one: number, other: number, random: Random): OrderedPair {
  return random.next() < 0.5 ? [one, other] : [other, one];
}

/** With one answer a judge this is already ideal; elsewhere what is left to wish is mended afterwards. */
function firstPlan({ authors, judgeCount, pairsPerJudge }: PairRequest, random: Random): Plan {
  const circle = createCircle(authors, judgeCount, random);
  const design = pairDesign(authors.length, random);
  return Array.from({ length: judgeCount }, (_, judge) => {
    const done = (circle.lapOf(judge) * pairsPerJudge) % Math.max(1, design.length);
    const pairs = [...design.slice(done), ...design.slice(0, done)];
    return circle.turn(judge, pairs).slice(0, pairsPerJudge);
  });
}

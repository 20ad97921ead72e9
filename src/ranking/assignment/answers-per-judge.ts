import { type Random, type Result, createSeededRandom, err, failure, ok, shuffled } from '#vocabulary';
import type { AssignmentError } from '../errors.ts';
import { createCircle } from './circle.ts';
import { subsetDesign } from './cyclic-design.ts';
import { type Plan, planCost } from './plan-cost.ts';
import { type PlanRequest, checkPlanRequest } from './plan-request.ts';
import { improvePlan } from './plan-search.ts';

export interface AssignmentRequest extends PlanRequest {
  /** A judge gets fewer where fewer are not its own, and none at all where fewer than two are. */
  readonly answersPerJudge: number;
}

/**
 * Which answers each judge scores, in the order in which it shall read them. Never its own; exposures as even as can
 * be; the graph of judged pairs connected, where possible also without any one judge. A pure function of the request,
 * so that every peer computes the same and can check what others judged.
 */
export function assignAnswers(request: AssignmentRequest): Result<readonly (readonly number[])[], AssignmentError> {
  const { authors, answersPerJudge, seed } = request;
  const checked = checkPlanRequest(request);
  if (!checked.ok) return checked;
  if (!Number.isInteger(answersPerJudge) || answersPerJudge < 2)
    return err(failure('too-few-per-judge', `A judge compares answers; ${answersPerJudge} is fewer than two.`));

  const random = createSeededRandom(`ranking/assignment/${seed}`);
  const plan = improvePlan(firstPlan(request, random), authors, random, planCost);
  return ok(plan.map((groups) => shuffled(random, groups[0] ?? [])));
}

/** With one answer a judge this is already ideal; elsewhere what is left to wish is mended afterwards. */
function firstPlan({ authors, judgeCount, answersPerJudge }: AssignmentRequest, random: Random): Plan {
  const circle = createCircle(authors, judgeCount, random);
  const design = subsetDesign(authors.length).map((offset) => [offset]);
  return Array.from({ length: judgeCount }, (_, judge) => {
    const answers = circle.turn(judge, design).flat().slice(0, answersPerJudge);
    return answers.length < 2 ? [] : [answers];
  });
}

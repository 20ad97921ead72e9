import { type Random, randomInteger } from '#vocabulary';
import { type Group, type Plan, type PlanCost, exposuresOf } from './plan-cost.ts';
import { eligibleAnswers } from './plan-request.ts';

/** Moves tried to mend a plan; ordinary rounds need none, uneven ones some dozens. */
const MAX_MOVES = 2_000;
/** Bounds the time: a cost takes a step for each answer shown and for each answer of each judge. */
const MAX_STEPS = 4e6;

/**
 * Replaces one answer of one group at a time, keeping what does not make the plan worse (so that plateaus are crossed).
 * No judge meets its own answer, one answer twice in a group, or one group twice.
 */
export function improvePlan(plan: Plan, authors: readonly number[], random: Random, costOf: PlanCost): Plan {
  const shown = plan.flat().reduce((sum, group) => sum + group.length, 0);
  const moves = Math.min(MAX_MOVES, Math.floor(MAX_STEPS / (shown + plan.length * authors.length)));
  let best = plan;
  let bestCost = costOf(best, authors.length);
  let exposures = exposuresOf(best, authors.length);
  for (let move = 0; move < moves && bestCost > 0; move++) {
    const judge = randomInteger(random, best.length);
    const changed = replaceOneAnswer(best[judge] ?? [], eligibleAnswers(authors, judge), exposures, random);
    if (changed === undefined) continue;
    const candidate = best.with(judge, changed);
    const cost = costOf(candidate, authors.length, bestCost);
    if (cost > bestCost) continue;
    best = candidate;
    bestCost = cost;
    exposures = exposuresOf(best, authors.length);
  }
  return best;
}

/** Of two answers drawn the more exposed leaves and the less exposed enters: most moves are then towards even exposures. */
function replaceOneAnswer(
  groups: readonly Group[],
  eligible: readonly number[],
  exposures: Int32Array,
  random: Random,
): readonly Group[] | undefined {
  const chosen = groups.length > 1 ? randomInteger(random, groups.length) : 0;
  const held = groups[chosen];
  const others = eligible.filter((answer) => held?.includes(answer) === false);
  if (held === undefined || others.length === 0) return undefined;
  const drawTwo = (answers: readonly number[]): number[] =>
    [0, 1]
      .map(() => answers[randomInteger(random, answers.length)] as number)
      .sort((a, b) => (exposures[a] as number) - (exposures[b] as number));
  const leaving = drawTwo(held)[1] as number;
  const entering = drawTwo(others)[0] as number;
  const changed = held.map((answer) => (answer === leaving ? entering : answer));
  return groups.some((group) => sameGroup(group, changed)) ? undefined : groups.with(chosen, changed);
}

function sameGroup(one: Group, other: Group): boolean {
  return one.length === other.length && one.every((answer) => other.includes(answer));
}

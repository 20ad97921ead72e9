import { type Random, type Result, createSeededRandom, err, failure, ok, randomInteger, shuffled } from '#vocabulary';
import { type Plan, exposuresOf, planCost } from './plan-cost.ts';
import type { AssignmentError } from '../errors.ts';

export interface AssignmentRequest {
  /** For each answer the judge that wrote it, or -1 when its author judges nothing. */
  readonly authors: readonly number[];
  readonly judgeCount: number;
  /** A judge gets fewer where fewer are not its own, and none at all where fewer than two are. */
  readonly answersPerJudge: number;
  /** Hash of the round's id and its sorted commitments: known to nobody before all have committed. */
  readonly seed: string;
}

/** A judge scores at most as many answers as a round may have. */
const MAX_PLANNED = 64;
/** Moves tried to mend a plan; ordinary rounds need none, uneven ones some dozens. */
const MAX_MOVES = 2_000;

/**
 * Which answers each judge scores, in the order in which it shall read them. Never its own; exposures as even as can
 * be; the graph of judged pairs connected, where possible also without any one judge. A pure function of the request,
 * so that every peer computes the same and can check what others judged.
 */
export function assignAnswers(request: AssignmentRequest): Result<readonly (readonly number[])[], AssignmentError> {
  const { authors, judgeCount, answersPerJudge, seed } = request;
  if (!Number.isInteger(judgeCount) || judgeCount < 0 || judgeCount > MAX_PLANNED || authors.length > MAX_PLANNED)
    return err(failure('too-large', `At most ${MAX_PLANNED} answers and judges are planned at once.`));
  if (authors.some((author) => !Number.isInteger(author) || author < -1 || author >= judgeCount))
    return err(failure('bad-author', 'An author is neither a judge nor -1.'));
  if (!Number.isInteger(answersPerJudge) || answersPerJudge < 2)
    return err(failure('too-few-per-judge', `A judge compares answers; ${answersPerJudge} is fewer than two.`));

  const random = createSeededRandom(`ranking/assignment/${seed}`);
  const plan = improvePlan(firstPlan(request, random), authors, random);
  return ok(plan.map((answers) => shuffled(random, answers)));
}

/**
 * Answers on a seeded circle; the judge that wrote the one at position p takes the k after it. With one answer a judge
 * this is already ideal: every answer is read k times, and the runs chain neighbours all the way round, so that one
 * missing run leaves a path. Judges without an answer start where the circle has been read least.
 */
function firstPlan({ authors, judgeCount, answersPerJudge }: AssignmentRequest, random: Random): Plan {
  const circle = shuffled(random, [...authors.keys()]);
  const plan: number[][] = Array.from({ length: judgeCount }, () => []);
  const authorsFirst = shuffled(random, [...plan.keys()]).sort(
    (a, b) => Number(authors.includes(b)) - Number(authors.includes(a)),
  );
  for (const judge of authorsFirst) {
    const eligible = circle.filter((answer) => authors[answer] !== judge);
    if (eligible.length < 2) continue;
    const own = circle.findIndex((answer) => authors[answer] === judge);
    const start = own >= 0 ? own + 1 : leastReadPosition(circle, exposuresOf(plan, authors.length));
    for (let offset = 0; (plan[judge] as number[]).length < Math.min(answersPerJudge, eligible.length); offset++) {
      const answer = circle[(start + offset) % circle.length] as number;
      if (authors[answer] !== judge) (plan[judge] as number[]).push(answer);
    }
  }
  return plan;
}

function leastReadPosition(circle: readonly number[], exposures: readonly number[]): number {
  let least = 0;
  for (let position = 1; position < circle.length; position++)
    if ((exposures[circle[position] as number] as number) < (exposures[circle[least] as number] as number))
      least = position;
  return least;
}

/** Replaces one answer of one judge at a time, keeping what does not make the plan worse (so that plateaus are crossed). */
function improvePlan(plan: Plan, authors: readonly number[], random: Random): Plan {
  let best = plan;
  let bestCost = planCost(best, authors);
  for (let move = 0; move < MAX_MOVES && bestCost > 0; move++) {
    const judge = randomInteger(random, best.length);
    const held = best[judge] as readonly number[];
    const others = [...authors.keys()].filter((answer) => authors[answer] !== judge && !held.includes(answer));
    if (held.length === 0 || others.length === 0) continue;
    const out = randomInteger(random, held.length);
    const entering = others[randomInteger(random, others.length)] as number;
    const changed = best.with(
      judge,
      held.map((answer, position) => (position === out ? entering : answer)),
    );
    const cost = planCost(changed, authors);
    if (cost <= bestCost) {
      best = changed;
      bestCost = cost;
    }
  }
  return best;
}

import { type Failure, type Result, createSeededRandom, err, failure, ok, shuffled } from '#vocabulary';
import type { AssignmentError } from '../errors.ts';
import { type Group, type Plan, pairIndex } from './plan-cost.ts';
import { type PlanRequest, checkPlanRequest, eligibleAnswers } from './plan-request.ts';
import type { StrengthDraws } from './strength-draws.ts';
import { voteInformation } from './vote-information.ts';

export interface WaveRequest extends PlanRequest {
  readonly draws: StrengthDraws;
  /** For each judge the groups that it was given so far: it gets no pair again. */
  readonly asked: Plan;
  /** Most groups to hand out; a judge gets at most one a wave. */
  readonly budget: number;
  /** Judges that are there; all unless told. */
  readonly judges?: readonly number[];
  /** 2 (unless told) for judges that compare; more for judges that score. A judge gets fewer where more would say nothing. */
  readonly answersPerJudge?: number;
  /** Of each judge, as its fit has it (0 to 3); 1 where missing. */
  readonly discriminations?: readonly number[];
}

export type WaveErrorType = 'bad-draws' | 'bad-judge' | 'bad-history' | 'bad-budget';
export type WaveError = AssignmentError | Failure<WaveErrorType>;

/** Keeps the time, with the few steps of discrimination that there are, below a second for any request. */
const MAX_DRAWS = 4_096;
/** Twice what the most reputed judge may have. */
const MAX_DISCRIMINATION = 3;
/** Logits; ten times what unanimous votes of the greatest weight make of 64 answers, and far from overflowing. */
const MAX_STRENGTH = 1_000;
/** Nats that no vote is worth: what rounding makes of nothing. */
const LEAST_INFORMATION = 1e-9;
/** Judges that differ by less share their figures: pairs are worth the same to them. */
const DISCRIMINATION_STEP = 0.5;

/**
 * For each judge the answers that it is to judge next, in the order in which it shall see them; none where no vote of its
 * could say anything about which answer is the best, or the budget is spent. Sharper judges choose first. A pair's worth is
 * divided by the number of judges that have it in this wave, which leads them apart. Judges get nothing of their own. A pure
 * function of the request.
 */
export function planWave(request: WaveRequest): Result<readonly Group[], WaveError> {
  const checked = checkWaveRequest(request);
  if (!checked.ok) return checked;
  const { authors, judgeCount, draws, asked, budget, seed, answersPerJudge = 2, discriminations = [] } = request;
  const judges = request.judges ?? Array.from({ length: judgeCount }, (_, judge) => judge);
  const random = createSeededRandom(`ranking/wave/${seed}`);
  const discriminationOf = (judge: number): number =>
    DISCRIMINATION_STEP * Math.round((discriminations[judge] ?? 1) / DISCRIMINATION_STEP);
  const sharpestFirst = shuffled(random, [...new Set(judges)]).sort(
    (a, b) => discriminationOf(b) - discriminationOf(a),
  );

  const informationBy = new Map<number, Float64Array>();
  const takers = new Int32Array(pairIndex(authors.length, 0));
  const wave = Array.from({ length: judgeCount }, (): Group => []);
  let left = budget;
  for (const judge of sharpestFirst) {
    if (left < 1) break;
    const discrimination = discriminationOf(judge);
    const information = informationBy.get(discrimination) ?? voteInformation(draws, discrimination);
    informationBy.set(discrimination, information);
    const known = new Set((asked[judge] ?? []).flatMap(pairsOf));
    const worthOf = (pair: number): number =>
      known.has(pair) ? 0 : (information[pair] as number) / (1 + (takers[pair] as number));
    const group = mostWorthwhile(eligibleAnswers(authors, judge), answersPerJudge, worthOf);
    if (group.length === 0) continue;
    for (const pair of pairsOf(group)) takers[pair]! += 1;
    wave[judge] = shuffled(random, group);
    left -= 1;
  }
  return ok(wave);
}

/** The best pair, then one by one the answer that adds most, while it adds anything. */
function mostWorthwhile(answers: readonly number[], size: number, worthOf: (pair: number) => number): Group {
  let group: number[] = [];
  let most = LEAST_INFORMATION;
  for (const one of answers)
    for (const other of answers) {
      if (other >= one) break;
      const worth = worthOf(pairIndex(one, other));
      if (worth <= most) continue;
      most = worth;
      group = [other, one];
    }
  while (group.length >= 2 && group.length < size) {
    let next: number | undefined;
    most = LEAST_INFORMATION;
    for (const answer of answers) {
      if (group.includes(answer)) continue;
      const worth = group.reduce((sum, member) => sum + worthOf(pairIndex(member, answer)), 0);
      if (worth <= most) continue;
      most = worth;
      next = answer;
    }
    if (next === undefined) break;
    group.push(next);
  }
  return group;
}

function pairsOf(group: Group): number[] {
  return group.flatMap((one, position) => group.slice(0, position).map((other) => pairIndex(one, other)));
}

function checkWaveRequest(request: WaveRequest): Result<undefined, WaveError> {
  const checked = checkPlanRequest(request);
  if (!checked.ok) return checked;
  const { authors, judgeCount, draws, asked, budget, judges = [], answersPerJudge = 2, discriminations = [] } = request;
  const isIndex = (value: number, count: number): boolean => Number.isInteger(value) && value >= 0 && value < count;
  const count = authors.length === 0 ? 1 : draws.values.length / authors.length;
  if (draws.answerCount !== authors.length || !Number.isInteger(count) || count < 1 || count > MAX_DRAWS)
    return err(failure('bad-draws', `1 to ${MAX_DRAWS} draws of ${authors.length} strengths each are needed.`));
  if (!draws.values.every((strength) => Math.abs(strength) <= MAX_STRENGTH))
    return err(failure('bad-draws', `A drawn strength is not within ±${MAX_STRENGTH} logits.`));
  if (!judges.every((judge) => isIndex(judge, judgeCount))) return err(failure('bad-judge', 'There is no such judge.'));
  if (!discriminations.every((discrimination) => discrimination >= 0 && discrimination <= MAX_DISCRIMINATION))
    return err(failure('bad-judge', `A discrimination is not in [0, ${MAX_DISCRIMINATION}].`));
  const isGroup = (group: Group): boolean =>
    new Set(group).size === group.length && group.every((answer) => isIndex(answer, authors.length));
  if (asked.length > judgeCount || !asked.flat().every(isGroup))
    return err(failure('bad-history', 'A judge was asked about an answer that there is not, or twice at once.'));
  if (!(budget >= 0)) return err(failure('bad-budget', `A budget of ${budget} votes cannot be spent.`));
  if (!Number.isInteger(answersPerJudge) || answersPerJudge < 2)
    return err(failure('too-few-per-judge', `A judge compares answers; ${answersPerJudge} is fewer than two.`));
  return ok(undefined);
}

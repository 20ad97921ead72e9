import type { SquareMatrix } from '../numerics/cholesky.ts';
import { type ArrowSystem, assembleArrow } from './arrow-system.ts';
import { JUDGE_PARAMETERS, type JudgeModel, type JudgePoint, logPosterior, priorPoint } from './judge-model.ts';

export interface JudgeAwareFit {
  /** The mode. Strengths sum to zero. */
  readonly point: JudgePoint;
  /** Cholesky factor of the marginal precision of the strengths (rows 0..n-1) and the common position bias (row n). */
  readonly factor: SquareMatrix;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Newton takes 5-12 steps; more means that something is wrong, and the fit says so. */
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;
/** Largest gradient entry, relative to the total weight of the votes, at which a fit counts as converged. */
const GRADIENT_TOLERANCE = 1e-12;

/** A judge is doubted when its discrimination fell below this share of what its record is good for. */
const DOUBTED = 0.8;
/** Share of the judges, by their records, that must be doubted before they are heard alone: fewer never outweigh the others. */
const HEARD_ALONE = 1 / 3;

/**
 * The mode of the joint posterior of `JudgeModel`. The posterior is not concave (gamma times s): a faction that votes an
 * invented order without any noise can hold a mode in which everybody else is doubted. So where the ascent from the prior
 * ends by doubting many, a second one begins from what those alone say; of the two modes that one stands which believes
 * more of the judges in sum: one judge, one voice, however sure it sounds.
 */
export function fitJudgeAware(model: JudgeModel): JudgeAwareFit {
  const first = ascend(model, priorPoint(model));
  const start = counterpoint(model, first.point);
  if (start === undefined) return first;
  const second = ascend(model, start);
  const chosen = beliefIn(model, second.point) > beliefIn(model, first.point) * (1 + 1e-9) ? second : first;
  return { ...chosen, iterations: first.iterations + second.iterations };
}

/** Sum of the discriminations of the judges that voted. */
function beliefIn(model: JudgeModel, { local }: JudgePoint): number {
  let belief = 0;
  for (const judge of votersOf(model)) belief += local[judge * JUDGE_PARAMETERS] as number;
  return belief;
}

function votersOf({ priorMeans, starts }: JudgeModel): number[] {
  return [...priorMeans.keys()].filter((judge) => starts[judge] !== starts[judge + 1]);
}

/** What the doubted judges say by themselves; undefined where they are too few. */
function counterpoint(model: JudgeModel, { local }: JudgePoint): JudgePoint | undefined {
  const { priorMeans } = model;
  const isDoubted = (judge: number): boolean =>
    (local[judge * JUDGE_PARAMETERS] as number) < DOUBTED * (priorMeans[judge] as number);
  const voters = votersOf(model);
  const doubted = new Set(voters.filter(isDoubted));
  const recordOf = (judges: Iterable<number>): number =>
    [...judges].reduce((sum, judge) => sum + (priorMeans[judge] as number), 0);
  if (recordOf(doubted) <= HEARD_ALONE * recordOf(voters)) return undefined;
  const alone = { ...model, priorMeans: priorMeans.map((mean, judge) => (doubted.has(judge) ? mean : 0)) };
  return ascend(alone, priorPoint(alone)).point;
}

/** Newton's method with step halving. Where the exact Hessian is indefinite the expected one gives a direction that ascends. */
export function ascend(model: JudgeModel, start: JudgePoint): JudgeAwareFit {
  const { firstWins, secondWins } = model.cells;
  let totalWeight = 0;
  for (let cell = 0; cell < firstWins.length; cell++)
    totalWeight += (firstWins[cell] as number) + (secondWins[cell] as number);
  const tolerance = GRADIENT_TOLERANCE * (1 + totalWeight);

  let point = start;
  let value = logPosterior(model, point);
  for (let iterations = 0; ; iterations++) {
    const system = assembleAt(model, point);
    const largest = largestEntry(system);
    if (largest <= tolerance || iterations === MAX_ITERATIONS)
      return { point: centred(point), factor: system.factor, iterations, converged: largest <= tolerance };
    const next = improve(model, point, value, system);
    // No representable improvement is left: the maximum, up to rounding.
    if (next === undefined)
      return { point: centred(point), factor: system.factor, iterations, converged: largest <= 1e5 * tolerance };
    ({ point, value } = next);
  }
}

function assembleAt(model: JudgeModel, point: JudgePoint): ArrowSystem {
  const system = assembleArrow(model, point, 'exact') ?? assembleArrow(model, point, 'fisher');
  if (system === undefined) throw new Error('The expected Hessian of a proper posterior is not positive definite');
  return system;
}

function largestEntry({ globalGradient, localGradient }: ArrowSystem): number {
  let largest = 0;
  for (const entry of globalGradient) largest = Math.max(largest, Math.abs(entry));
  for (const entry of localGradient) largest = Math.max(largest, Math.abs(entry));
  return largest;
}

function improve(
  model: JudgeModel,
  from: JudgePoint,
  fromValue: number,
  system: ArrowSystem,
): { point: JudgePoint; value: number } | undefined {
  const step = system.step();
  for (let scale = 1, halvings = 0; halvings < MAX_HALVINGS; scale /= 2, halvings++) {
    const point = moved(model, from, step, scale);
    if (isSame(point, from)) return undefined;
    const value = logPosterior(model, point);
    // Near the maximum the gain drowns in rounding; a step that loses no more than that is taken.
    if (value >= fromValue - 1e-14 * (1 + Math.abs(fromValue))) return { point, value };
  }
  return undefined;
}

function moved(model: JudgeModel, from: JudgePoint, step: ReturnType<ArrowSystem['step']>, scale: number): JudgePoint {
  const itemCount = from.strengths.length;
  return {
    strengths: from.strengths.map((strength, item) => strength + scale * (step.global[item] as number)),
    commonPosition: from.commonPosition + scale * (step.global[itemCount] as number),
    local: from.local.map((number, place) => {
      const next = number + scale * (step.local[place] as number);
      if (place % JUDGE_PARAMETERS !== 0) return next;
      return Math.min(model.priorMeans[place / JUDGE_PARAMETERS] as number, Math.max(0, next));
    }),
  };
}

function isSame(a: JudgePoint, b: JudgePoint): boolean {
  return (
    a.commonPosition === b.commonPosition &&
    a.strengths.every((strength, item) => strength === b.strengths[item]) &&
    a.local.every((number, place) => number === b.local[place])
  );
}

/** The maximum has sum zero by itself (the prior is the only term that sees a common shift); rounding is removed. */
function centred(point: JudgePoint): JudgePoint {
  const mean = point.strengths.reduce((sum, strength) => sum + strength, 0) / Math.max(1, point.strengths.length);
  return { ...point, strengths: point.strengths.map((strength) => strength - mean) };
}

import { type SquareMatrix, createMatrix, factorise, solve } from './numerics/cholesky.ts';
import { logistic, softplus } from './numerics/elementary.ts';
import type { Tally } from './tally.ts';

/** Standard deviation of a strength before any vote: 95 % of answers lie within ±3 logits, odds of 20 to 1. */
export const PRIOR_DEVIATION = 1.5;
const PRIOR_PRECISION = 1 / (PRIOR_DEVIATION * PRIOR_DEVIATION);
/** Newton converges in 4-8 steps; more means that something is wrong, and the ranking says so. */
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;
/** Largest gradient entry, relative to the total weight, at which a fit counts as converged. */
const GRADIENT_TOLERANCE = 1e-12;

export interface Fit {
  /** Logit scale, sum zero. */
  readonly strengths: Float64Array;
  /** Cholesky factor of the negative Hessian of the log posterior at `strengths`. */
  readonly factor: SquareMatrix;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Maximum a posteriori strengths under P(a beats b) = logistic(s_a - s_b) (Bradley & Terry 1952, eq. 1) and
 * s ~ N(0, 1.5²), by Newton's method with step halving. The posterior is strictly log-concave: one maximum, finite
 * even for undefeated, winless and never compared answers.
 */
export function fitBradleyTerry(tally: Tally): Fit {
  const totalWeight = tally.wins.entries.reduce((sum, value) => sum + value, 0);
  const tolerance = GRADIENT_TOLERANCE * (1 + totalWeight);
  let strengths: Float64Array = new Float64Array(tally.answerCount);
  let value = logPosterior(tally, strengths);
  let iterations = 0;
  let converged = false;
  for (;;) {
    const gradient = gradientOf(tally, strengths);
    converged = gradient.every((entry) => Math.abs(entry) <= tolerance);
    if (converged || iterations === MAX_ITERATIONS) break;
    iterations += 1;
    const step = solve(factorise(negativeHessian(tally, strengths)), gradient);
    const next = improve(tally, strengths, value, step);
    // No representable improvement is left: the maximum, up to rounding.
    if (next === undefined) {
      converged = gradient.every((entry) => Math.abs(entry) <= 1e4 * tolerance);
      break;
    }
    ({ strengths, value } = next);
  }
  centre(strengths);
  return { strengths, factor: factorise(negativeHessian(tally, strengths)), iterations, converged };
}

function improve(
  tally: Tally,
  from: Float64Array,
  fromValue: number,
  step: Float64Array,
): { strengths: Float64Array; value: number } | undefined {
  for (let scale = 1, halvings = 0; halvings < MAX_HALVINGS; scale /= 2, halvings++) {
    const strengths = from.map((strength, answer) => strength + scale * (step[answer] as number));
    if (strengths.every((strength, answer) => strength === from[answer])) return undefined;
    const value = logPosterior(tally, strengths);
    // Near the maximum the gain drowns in rounding; a step that loses no more than that is taken.
    if (value >= fromValue - 1e-14 * (1 + Math.abs(fromValue))) return { strengths, value };
  }
  return undefined;
}

/** Up to an additive constant. */
export function logPosterior(tally: Tally, strengths: Float64Array): number {
  const { answerCount, wins } = tally;
  let value = 0;
  for (let a = 0; a < answerCount; a++) {
    const strength = strengths[a] as number;
    value -= 0.5 * PRIOR_PRECISION * strength * strength;
    for (let b = 0; b < answerCount; b++) {
      const won = wins.entries[a * answerCount + b] as number;
      if (won > 0) value -= won * softplus((strengths[b] as number) - strength);
    }
  }
  return value;
}

export function gradientOf(tally: Tally, strengths: Float64Array): Float64Array {
  const { answerCount, wins } = tally;
  const gradient = strengths.map((strength) => -PRIOR_PRECISION * strength);
  for (let a = 0; a < answerCount; a++)
    for (let b = 0; b < answerCount; b++) {
      const won = wins.entries[a * answerCount + b] as number;
      if (won === 0) continue;
      const surprise = won * logistic((strengths[b] as number) - (strengths[a] as number));
      gradient[a]! += surprise;
      gradient[b]! -= surprise;
    }
  return gradient;
}

/** Laplacian of the comparison graph, each pair weighted by p(1-p), plus the prior's precision: positive definite. */
export function negativeHessian(tally: Tally, strengths: Float64Array): SquareMatrix {
  const { answerCount, wins } = tally;
  const hessian = createMatrix(answerCount);
  for (let a = 0; a < answerCount; a++) {
    hessian.entries[a * answerCount + a]! += PRIOR_PRECISION;
    for (let b = 0; b < a; b++) {
      const games = (wins.entries[a * answerCount + b] as number) + (wins.entries[b * answerCount + a] as number);
      if (games === 0) continue;
      const p = logistic((strengths[a] as number) - (strengths[b] as number));
      const information = games * p * (1 - p);
      hessian.entries[a * answerCount + a]! += information;
      hessian.entries[b * answerCount + b]! += information;
      hessian.entries[a * answerCount + b]! -= information;
      hessian.entries[b * answerCount + a]! -= information;
    }
  }
  return hessian;
}

/** The maximum has sum zero by itself (the prior is the only term that sees a common shift); rounding is removed. */
function centre(strengths: Float64Array): void {
  const mean = strengths.reduce((sum, strength) => sum + strength, 0) / strengths.length;
  for (let answer = 0; answer < strengths.length; answer++) strengths[answer]! -= mean;
}

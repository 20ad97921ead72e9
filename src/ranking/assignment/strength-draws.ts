import { createSeededRandom } from '#vocabulary';
import { type SquareMatrix, factorise } from '../numerics/cholesky.ts';
import { fillWithNormals } from '../numerics/normal.ts';

/** Equally likely strengths of all answers, given the votes so far. */
export interface StrengthDraws {
  readonly answerCount: number;
  /** Logit scale, draw after draw: `answerCount` numbers each. */
  readonly values: Float64Array;
}

/** Keeps the standard error of a probability that is read off them below 0.023. */
const DRAWS = 512;

/**
 * Draws from a normal posterior, in antithetic pairs so that their mean is exact. The covariance must be positive definite;
 * what it holds in common for all answers cancels out of every comparison.
 */
export function drawStrengths(
  posterior: { readonly strengths: Float64Array; readonly covariance: SquareMatrix },
  seed: string,
  draws = DRAWS,
): StrengthDraws {
  const { strengths, covariance } = posterior;
  const answerCount = strengths.length;
  const { entries } = factorise(covariance);
  const random = createSeededRandom(`ranking/draws/${seed}`);
  const values = new Float64Array(2 * Math.ceil(draws / 2) * answerCount);
  const normals = new Float64Array(answerCount);
  for (let start = 0; start < values.length; start += 2 * answerCount) {
    fillWithNormals(random, normals);
    for (let answer = 0; answer < answerCount; answer++) {
      let noise = 0;
      for (let k = 0; k <= answer; k++) noise += (entries[answer * answerCount + k] as number) * (normals[k] as number);
      values[start + answer] = (strengths[answer] as number) + noise;
      values[start + answerCount + answer] = (strengths[answer] as number) - noise;
    }
  }
  return { answerCount, values };
}

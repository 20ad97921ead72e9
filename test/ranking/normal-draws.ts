import { createMatrix } from '../../src/ranking/numerics/cholesky.ts';
import { type StrengthDraws, drawStrengths } from '../../src/ranking/assignment/strength-draws.ts';

/** Independent normal strengths with these means. */
export function drawsAround(means: readonly number[], deviation = 1, seed = ''): StrengthDraws {
  const covariance = createMatrix(means.length);
  for (const answer of means.keys()) covariance.entries[answer * means.length + answer] = deviation ** 2;
  return drawStrengths({ strengths: Float64Array.from(means), covariance }, seed);
}

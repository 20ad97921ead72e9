import { type SquareMatrix, createMatrix, solve } from '../numerics/cholesky.ts';
import { NORMAL_95, normalCdf } from '../numerics/normal.ts';
import { type RankedAnswer, orderByStrength } from '../ranking.ts';
import { chancesOfBest, varianceOfDifference } from './best-chance.ts';

/** Normal approximation of what the votes leave open about the strengths (Laplace). */
export interface Posterior {
  /** Mode, sum zero. */
  readonly strengths: Float64Array;
  /** Covariance of the strengths; it may hold a variance common to all, which no comparison sees. */
  readonly covariance: SquareMatrix;
  /** That common variance: taken out of the interval of a strength that is measured from the mean of all. */
  readonly commonVariance: number;
}

/**
 * The strengths' part of H⁻¹ from the Cholesky factor of a (marginal) precision H whose first rows are the strengths. The
 * all-ones direction is an eigenvector of it whose eigenvalue is the prior's precision alone, so that its share of each
 * variance is the prior's variance / n. `widening` multiplies standard deviations.
 */
export function posteriorOf(
  strengths: Float64Array,
  factor: SquareMatrix,
  priorDeviation: number,
  widening = 1,
): Posterior {
  const count = strengths.length;
  const covariance = createMatrix(count);
  const unit = new Float64Array(factor.size);
  for (let column = 0; column < count; column++) {
    unit[column] = widening * widening;
    covariance.entries.set(solve(factor, unit).subarray(0, count), column * count);
    unit[column] = 0;
  }
  return { strengths, covariance, commonVariance: count === 0 ? 0 : (widening * priorDeviation) ** 2 / count };
}

/** Standard deviation of each strength, measured from the mean of all. */
export function deviationsOf({ covariance, commonVariance }: Posterior): Float64Array {
  const { size, entries } = covariance;
  return Float64Array.from({ length: size }, (_, item) => {
    const variance = entries[item * size + item] as number;
    const rest = variance - commonVariance;
    // A lone item is its own mean: what rounding leaves is nothing.
    return rest > 1e-12 * variance ? Math.sqrt(rest) : 0;
  });
}

/** P(a is stronger than b). */
export function chanceToBeat({ strengths, covariance }: Posterior, a: number, b: number): number {
  const gap = (strengths[a] as number) - (strengths[b] as number);
  const variance = varianceOfDifference(covariance, a, b);
  if (variance === 0) return gap > 0 ? 1 : gap < 0 ? 0 : 0.5;
  return normalCdf(gap / Math.sqrt(variance));
}

/** P(each item is the best). */
export function bestChances({ strengths, covariance }: Posterior): Float64Array {
  return chancesOfBest(strengths, covariance);
}

/** Mean rank of each item, 1 being best: one more than the items it is expected to lose to. */
export function expectedRanks(posterior: Posterior): Float64Array {
  const count = posterior.strengths.length;
  const ranks = new Float64Array(count).fill(1);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) {
      const chance = chanceToBeat(posterior, a, b);
      ranks[a]! += 1 - chance;
      ranks[b]! += chance;
    }
  return ranks;
}

/** Every item's row of a ranking, best first. */
export function rankPosterior(posterior: Posterior): RankedAnswer[] {
  const { strengths } = posterior;
  const deviations = deviationsOf(posterior);
  const pBest = bestChances(posterior);
  const ranks = expectedRanks(posterior);
  return orderByStrength(strengths).map((answer): RankedAnswer => {
    const strength = strengths[answer] as number;
    const margin = NORMAL_95 * (deviations[answer] as number);
    return {
      answer,
      strength,
      low: strength - margin,
      high: strength + margin,
      pBest: pBest[answer] as number,
      expectedRank: ranks[answer] as number,
    };
  });
}

import { type Result, err, failure, ok } from '#vocabulary';
import { chancesOfBest } from '../fit/best-chance.ts';
import { type SquareMatrix, createMatrix } from '../numerics/cholesky.ts';
import { NORMAL_95 } from '../numerics/normal.ts';
import type { LeaderboardError } from './errors.ts';
import { MAX_COVARIANCE_ITEMS, centredDeviations, inverseInformation } from './information.ts';
import { addScoreProducts, effectiveCount, effectiveJudgesByItem, gamesByJudge } from './judge-scores.ts';
import type { LeaderboardStatistics } from './pair-statistics.ts';
import type { SparseFit } from './sparse-fit.ts';

/**
 * With fewer judges a variance estimated from the judges themselves is too small and too noisy: 20 is the low end of what
 * is called enough (Cameron & Miller 2015, section VI).
 */
export const MIN_JUDGES = 20;

export interface LeaderboardIntervals {
  /**
   * `judge`: robust to votes of one judge going together (quirks, correlated scores, weights). `model`: too few judges to
   * tell; the curvature of the likelihood, as if all votes were independent.
   */
  readonly by: 'judge' | 'model';
  /** Of the centred strengths. */
  readonly covariance: SquareMatrix;
  /** Standard deviation of each centred strength. */
  readonly deviations: Float64Array;
  /** 95 % interval of each strength. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  /** P(each item is the best). */
  readonly pBest: Float64Array;
}

/**
 * Intervals of a converged fit in closed form: the sandwich H⁻¹ M H⁻¹, H the negative Hessian, M = J/(J - 1) x the sum over
 * the J judges of g_j g_jᵀ, g_j the gradient of judge j's own votes (Liang & Zeger 1986). Student's t with the judges'
 * effective number - 1 degrees of freedom.
 */
export function robustIntervals(
  fit: SparseFit,
  statistics: LeaderboardStatistics,
): Result<LeaderboardIntervals, LeaderboardError> {
  const { itemCount } = statistics.pairs;
  if (itemCount > MAX_COVARIANCE_ITEMS)
    return err(
      failure(
        'too-many-items',
        `${itemCount} items; intervals are computed for at most ${MAX_COVARIANCE_ITEMS}.`,
        'Leave items out.',
      ),
    );
  if (!fit.converged)
    return err(
      failure('no-maximum', 'The fit has no finite maximum, so there is no interval around it.', 'Fit with a prior.'),
    );
  const byModel = inverseInformation(statistics.pairs, fit.powers, fit.precision);
  const judgeCount = effectiveCount(gamesByJudge(statistics));
  const robust = judgeCount >= MIN_JUDGES;
  const covariance = robust ? sandwich(fit, statistics, byModel) : byModel;
  const quantile = robust ? studentQuantile(judgeCount - 1) : NORMAL_95;
  const deviations = centredDeviations(covariance);
  return ok({
    by: robust ? 'judge' : 'model',
    covariance,
    deviations,
    lows: fit.strengths.map((strength, item) => strength - quantile * (deviations[item] as number)),
    highs: fit.strengths.map((strength, item) => strength + quantile * (deviations[item] as number)),
    pBest: chancesOfBest(fit.strengths, covariance),
  });
}

function sandwich(fit: SparseFit, statistics: LeaderboardStatistics, byModel: SquareMatrix): SquareMatrix {
  const { itemCount } = statistics.pairs;
  const middle = addScoreProducts(fit.powers, statistics);
  const half = multiply(byModel, middle, false);
  const covariance = multiply(half, byModel, true);
  // Few judges saw this item: their agreement with each other may be luck, so that its variance is at least the model's.
  for (const [item, seenBy] of effectiveJudgesByItem(statistics).entries()) {
    const index = item * (itemCount + 1);
    if (seenBy < MIN_JUDGES)
      covariance.entries[index] = Math.max(covariance.entries[index] as number, byModel.entries[index] as number);
  }
  return covariance;
}

/** left x right, every inner loop along a row; where the product is symmetric, half of it is computed. */
function multiply(left: SquareMatrix, right: SquareMatrix, isSymmetric: boolean): SquareMatrix {
  const { size } = left;
  const product = createMatrix(size);
  const { entries } = product;
  for (let row = 0; row < size; row++) {
    const start = row * size;
    const length = isSymmetric ? row + 1 : size;
    for (let k = 0; k < size; k++) {
      const factor = left.entries[start + k] as number;
      for (let column = 0, from = k * size; column < length; column++)
        entries[start + column]! += factor * (right.entries[from + column] as number);
    }
    if (!isSymmetric) continue;
    for (let column = 0; column < row; column++) entries[column * size + row] = entries[start + column] as number;
  }
  return product;
}

/** 97.5 % point of Student's t by the expansion around the normal's (Fisher & Cornish 1960), within 1e-5 from 19 degrees of freedom. */
function studentQuantile(degrees: number): number {
  const z = NORMAL_95;
  const square = z * z;
  return (
    z +
    (z * (square + 1)) / (4 * degrees) +
    (z * (5 * square * square + 16 * square + 3)) / (96 * degrees ** 2) +
    (z * (3 * square ** 3 + 19 * square * square + 17 * square - 15)) / (384 * degrees ** 3)
  );
}

import { type Result, err, failure, ok } from '#vocabulary';
import { chancesOfBest } from '../fit/best-chance.ts';
import { type SquareMatrix, createMatrix } from '../numerics/cholesky.ts';
import { NORMAL_95 } from '../numerics/normal.ts';
import type { LeaderboardError } from './errors.ts';
import { MAX_COVARIANCE_ITEMS, centredDeviations, inverseInformation } from './information.ts';
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
  const judgeCount = effectiveCount(judgeGames(statistics));
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
  const middle = addScores(fit, statistics);
  const half = multiplySymmetric(byModel, middle, false);
  const covariance = multiplySymmetric(half, byModel, true);
  // Few judges saw this item: their agreement with each other may be luck, so that its variance is at least the model's.
  for (const [item, seenBy] of effectiveJudgesByItem(statistics).entries()) {
    const index = item * (itemCount + 1);
    if (seenBy < MIN_JUDGES)
      covariance.entries[index] = Math.max(covariance.entries[index] as number, byModel.entries[index] as number);
  }
  return covariance;
}

/** M: the sum over judges of g_j g_jᵀ, g_j = wins of each item by judge j less those that were to be expected. */
function addScores({ powers }: SparseFit, { pairs, judges }: LeaderboardStatistics): SquareMatrix {
  const { itemCount } = pairs;
  const sum = createMatrix(itemCount);
  const score = new Float64Array(itemCount);
  const marked = new Uint8Array(itemCount);
  const seen = new Uint32Array(itemCount);
  let voters = 0;
  for (let judge = 0; judge < judges.judgeCount; judge++) {
    let count = 0;
    const start = judges.starts[judge] as number;
    const end = judges.starts[judge + 1] as number;
    for (let cell = start; cell < end; cell++) {
      const pair = judges.pairs[cell] as number;
      const first = pairs.firsts[pair] as number;
      const second = pairs.seconds[pair] as number;
      const wins = judges.firstWins[cell] as number;
      const games = wins + (judges.secondWins[cell] as number);
      const share = (powers[first] as number) / ((powers[first] as number) + (powers[second] as number));
      score[first]! += wins - games * share;
      score[second]! -= wins - games * share;
      for (const item of [first, second]) {
        if (marked[item] === 1) continue;
        marked[item] = 1;
        seen[count++] = item;
      }
    }
    if (end > start) voters += 1;
    const items = seen.subarray(0, count);
    for (const a of items)
      for (const b of items) sum.entries[a * itemCount + b]! += (score[a] as number) * (score[b] as number);
    for (const item of items) {
      score[item] = 0;
      marked[item] = 0;
    }
  }
  const correction = voters / (voters - 1);
  for (let index = 0; index < sum.entries.length; index++) sum.entries[index]! *= correction;
  return sum;
}

/** left x right for a symmetric right; where the product is symmetric too, half of it is computed. */
function multiplySymmetric(left: SquareMatrix, right: SquareMatrix, symmetric: boolean): SquareMatrix {
  const { size } = left;
  const product = createMatrix(size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < (symmetric ? row + 1 : size); column++) {
      let sum = 0;
      for (let k = 0, a = row * size, b = column * size; k < size; k++)
        sum += (left.entries[a + k] as number) * (right.entries[b + k] as number);
      product.entries[row * size + column] = sum;
      if (symmetric) product.entries[column * size + row] = sum;
    }
  return product;
}

function judgeGames({ judges }: LeaderboardStatistics): Float64Array {
  const games = new Float64Array(judges.judgeCount);
  for (let judge = 0; judge < judges.judgeCount; judge++)
    for (let cell = judges.starts[judge] as number; cell < (judges.starts[judge + 1] as number); cell++)
      games[judge]! += (judges.firstWins[cell] as number) + (judges.secondWins[cell] as number);
  return games;
}

/** (sum w)² / sum w²: how many judges of equal weight would carry as much; one that casts nearly all votes counts as one (Kish 1965). */
function effectiveCount(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

function effectiveJudgesByItem({ pairs, judges }: LeaderboardStatistics): Float64Array {
  const { itemCount } = pairs;
  const squares = new Float64Array(itemCount);
  const own = new Float64Array(itemCount);
  for (let judge = 0; judge < judges.judgeCount; judge++) {
    const start = judges.starts[judge] as number;
    const end = judges.starts[judge + 1] as number;
    const ends = (cell: number): [number, number] => {
      const pair = judges.pairs[cell] as number;
      return [pairs.firsts[pair] as number, pairs.seconds[pair] as number];
    };
    for (let cell = start; cell < end; cell++)
      for (const item of ends(cell))
        own[item]! += (judges.firstWins[cell] as number) + (judges.secondWins[cell] as number);
    // Each item's sum is squared once and cleared for the next judge.
    for (let cell = start; cell < end; cell++)
      for (const item of ends(cell)) {
        squares[item]! += (own[item] as number) ** 2;
        own[item] = 0;
      }
  }
  return squares.map((square, item) => (square === 0 ? 0 : (pairs.itemGames[item] as number) ** 2 / square));
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

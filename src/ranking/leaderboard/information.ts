import { type SquareMatrix, createMatrix, tryFactorise } from '../numerics/cholesky.ts';
import type { PairStatistics } from './pair-statistics.ts';

/** A dense matrix of 2,000 items takes 32 MB and all that is made of it the better part of a minute; more would outgrow a browser tab. */
export const MAX_COVARIANCE_ITEMS = 2_000;
/** Relative to the mean information of an item; lets a matrix that is singular up to rounding be inverted. */
const FIRST_JITTER = 1e-14;
/** Less information than this, as of items that lie hundreds of logits apart, counts as this much: variances stay finite. */
const LEAST_INFORMATION = 1e-200;

/**
 * Covariance of strengths centred on their mean, by the curvature of the log posterior alone: the inverse of the negative
 * Hessian on the plane sum s = 0 (the Moore-Penrose inverse without a prior). `powers` are e^strength. The graph of pairs
 * must be connected or the precision above 0. Items: at most MAX_COVARIANCE_ITEMS; n³/2 multiplications.
 */
export function inverseInformation(statistics: PairStatistics, powers: Float64Array, precision: number): SquareMatrix {
  const size = statistics.itemCount;
  if (size < 2) return createMatrix(size);
  const information = createInformation(statistics, powers, precision);
  const { entries } = information;
  let trace = 0;
  for (let item = 0; item < size; item++) trace += entries[item * (size + 1)] as number;
  // No votes see a common shift. Given a curvature of its own, the matrix is positive definite; its share is taken out below.
  const shift = Math.max(LEAST_INFORMATION, trace / size);
  for (let index = 0; index < entries.length; index++) entries[index]! += shift / size;
  for (let jitter = FIRST_JITTER; ; jitter *= 100) {
    const factor = tryFactorise(information);
    if (factor !== undefined) return withoutShift(inverseOf(factor), 1 / (size * (shift + precision)));
    for (let item = 0; item < size; item++) entries[item * (size + 1)]! += jitter * shift;
  }
}

/** Standard deviations from a covariance of centred strengths. */
export function centredDeviations({ size, entries }: SquareMatrix): Float64Array {
  return Float64Array.from({ length: size }, (_, item) => Math.sqrt(Math.max(0, entries[item * (size + 1)] as number)));
}

/** The negative Hessian: the Laplacian of the pairs, each weighing games x p (1 - p), and the prior's precision. */
function createInformation(
  { itemCount, firsts, seconds, games }: PairStatistics,
  powers: Float64Array,
  precision: number,
): SquareMatrix {
  const information = createMatrix(itemCount);
  const { entries } = information;
  for (let item = 0; item < itemCount; item++) entries[item * (itemCount + 1)] = precision;
  for (let pair = 0; pair < games.length; pair++) {
    const first = firsts[pair] as number;
    const second = seconds[pair] as number;
    const [power, other] = [powers[first] as number, powers[second] as number];
    const share = 1 / (power + other);
    const known = (games[pair] as number) * (power * share) * (other * share);
    entries[first * (itemCount + 1)]! += known;
    entries[second * (itemCount + 1)]! += known;
    entries[first * itemCount + second]! -= known;
    entries[second * itemCount + first]! -= known;
  }
  return information;
}

/** (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹, with every inner loop along a row. */
function inverseOf({ size, entries: lower }: SquareMatrix): SquareMatrix {
  const inverse = createMatrix(size);
  const { entries } = inverse;
  const row = new Float64Array(size);
  const rows = createMatrix(size).entries;
  for (let current = 0; current < size; current++) {
    row.fill(0);
    for (let k = 0; k < current; k++) addRow(row, rows, k * size, k + 1, -(lower[current * size + k] as number));
    const pivot = lower[current * (size + 1)] as number;
    for (let column = 0; column < current; column++) rows[current * size + column] = (row[column] as number) / pivot;
    rows[current * (size + 1)] = 1 / pivot;
  }
  for (let k = 0; k < size; k++)
    for (let target = 0; target <= k; target++) {
      const factor = rows[k * size + target] as number;
      const start = target * size;
      for (let column = 0; column <= target; column++)
        entries[start + column]! += factor * (rows[k * size + column] as number);
    }
  for (let target = 0; target < size; target++)
    for (let column = 0; column < target; column++)
      entries[column * size + target] = entries[target * size + column] as number;
  return inverse;
}

function addRow(into: Float64Array, from: Float64Array, start: number, length: number, factor: number): void {
  for (let column = 0; column < length; column++) into[column]! += factor * (from[start + column] as number);
}

function withoutShift(matrix: SquareMatrix, share: number): SquareMatrix {
  for (let index = 0; index < matrix.entries.length; index++) matrix.entries[index]! -= share;
  return matrix;
}

import { MAX_DIRECT_ITEMS, solveDirectly } from './direct-step.ts';
import type { PairStatistics } from './pair-statistics.ts';
import type { Workspace } from './workspace.ts';

/** rates[i] = sum over i's pairs of games / (pi_i + pi_j): pi_i rates[i] is the number of wins that is expected of i. */
export function sumRates(statistics: PairStatistics, powers: Float64Array, rates: Float64Array): void {
  const { itemCount, rowStarts, seconds, games } = statistics;
  for (let item = 0; item < itemCount; item++) rates[item] = 0;
  for (let first = 0; first < itemCount; first++) {
    const power = powers[first] as number;
    let sum = 0;
    for (let pair = rowStarts[first] as number, end = rowStarts[first + 1] as number; pair < end; pair++) {
      const second = seconds[pair] as number;
      const rate = (games[pair] as number) / (power + (powers[second] as number));
      sum += rate;
      rates[second]! += rate;
    }
    rates[first]! += sum;
  }
}

/** Fills `gradient`, `diagonal` and `information` for the workspace's powers. */
export function linearise(
  statistics: PairStatistics,
  precision: number,
  strengths: Float64Array,
  workspace: Workspace,
): void {
  const { itemCount, rowStarts, seconds, games, itemWins } = statistics;
  const { powers, gradient, diagonal, information } = workspace;
  const rates = gradient;
  for (let item = 0; item < itemCount; item++) {
    rates[item] = 0;
    diagonal[item] = precision;
  }
  for (let first = 0; first < itemCount; first++) {
    const power = powers[first] as number;
    let rateSum = 0;
    let informationSum = 0;
    for (let pair = rowStarts[first] as number, end = rowStarts[first + 1] as number; pair < end; pair++) {
      const second = seconds[pair] as number;
      const other = powers[second] as number;
      const share = 1 / (power + other);
      const rate = (games[pair] as number) * share;
      const known = rate * power * (other * share);
      information[pair] = known;
      rateSum += rate;
      informationSum += known;
      rates[second]! += rate;
      diagonal[second]! += known;
    }
    rates[first]! += rateSum;
    diagonal[first]! += informationSum;
  }
  for (let item = 0; item < itemCount; item++) {
    const expected = (powers[item] as number) * (rates[item] as number);
    gradient[item] = (itemWins[item] as number) - expected - precision * (strengths[item] as number);
  }
}

/** Solves (negative Hessian) step = gradient: exactly for few items, else until the residual is `forcing` of the gradient. */
export function solveStep(statistics: PairStatistics, precision: number, forcing: number, workspace: Workspace): void {
  if (statistics.itemCount <= MAX_DIRECT_ITEMS) solveDirectly(statistics, precision, workspace);
  else solveIteratively(statistics, precision, forcing, workspace);
}

/**
 * Conjugate gradients preconditioned with the diagonal, from 0 (inexact Newton: Dembo, Eisenstat & Steihaug 1982). Comparison graphs are mostly
 * dense, their normalised Laplacians close to a multiple of the identity, so that a few rounds do. Starting from 0, every
 * truncated solution has step . gradient = step . (negative Hessian) step, as the exact one does.
 */
function solveIteratively(statistics: PairStatistics, precision: number, forcing: number, workspace: Workspace): void {
  const { itemCount } = statistics;
  const { gradient, diagonal, step, residual, direction, image } = workspace;
  const shift = precision > 0 ? 0 : commonShift(itemCount, workspace);
  let size = 0;
  for (let item = 0; item < itemCount; item++) {
    // An item without games has neither gradient nor information.
    const inverse = diagonal[item] === 0 ? 0 : 1 / (diagonal[item] as number);
    const entry = inverse === 0 ? 0 : (gradient[item] as number) - shift;
    const scaled = entry * inverse;
    diagonal[item] = inverse;
    step[item] = 0;
    residual[item] = entry;
    direction[item] = scaled;
    size += entry * scaled;
  }
  const aim = size * forcing * forcing;
  for (let round = 0; round < itemCount && size > aim; round++) {
    multiply(statistics, precision, workspace);
    let curvature = 0;
    for (let item = 0; item < itemCount; item++) curvature += (direction[item] as number) * (image[item] as number);
    if (!(curvature > 0)) return;
    const length = size / curvature;
    let nextSize = 0;
    for (let item = 0; item < itemCount; item++) {
      step[item]! += length * (direction[item] as number);
      const rest = (residual[item] as number) - length * (image[item] as number);
      residual[item] = rest;
      nextSize += rest * rest * (diagonal[item] as number);
    }
    const share = nextSize / size;
    size = nextSize;
    for (let item = 0; item < itemCount; item++) {
      const preconditioned = (residual[item] as number) * (diagonal[item] as number);
      direction[item] = preconditioned + share * (direction[item] as number);
    }
  }
}

/** What rounding leaves of a common shift in the gradient. No step can undo it: close to the maximum it would lead the search astray. */
function commonShift(itemCount: number, { gradient, diagonal }: Workspace): number {
  let sum = 0;
  let count = 0;
  for (let item = 0; item < itemCount; item++) {
    if (diagonal[item] === 0) continue;
    sum += gradient[item] as number;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** image = (negative Hessian) direction. */
function multiply(statistics: PairStatistics, precision: number, workspace: Workspace): void {
  const { itemCount, rowStarts, seconds } = statistics;
  const { information, direction, image } = workspace;
  for (let item = 0; item < itemCount; item++) image[item] = precision * (direction[item] as number);
  for (let first = 0; first < itemCount; first++) {
    const own = direction[first] as number;
    let sum = 0;
    for (let pair = rowStarts[first] as number, end = rowStarts[first + 1] as number; pair < end; pair++) {
      const second = seconds[pair] as number;
      const flow = (information[pair] as number) * (own - (direction[second] as number));
      sum += flow;
      image[second]! -= flow;
    }
    image[first]! += sum;
  }
}

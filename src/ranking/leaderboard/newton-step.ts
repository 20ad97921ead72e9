import { exp } from '../numerics/elementary.ts';
import { MAX_DIRECT_ITEMS, solveDirectly } from './direct-step.ts';
import type { PairStatistics } from './pair-statistics.ts';

/** What a fit keeps between its steps, by item, and the information of every pair. */
export interface Workspace {
  /** e^strength. In these P(a beats b) = pi_a / (pi_a + pi_b): a pass over the pairs needs no exponential. */
  readonly powers: Float64Array;
  /** Of the log posterior. */
  readonly gradient: Float64Array;
  /** Of the negative Hessian. */
  readonly diagonal: Float64Array;
  /** What Newton's method would add to the strengths. */
  readonly step: Float64Array;
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly image: Float64Array;
  /** By pair: games x p x (1 - p), the negative of its entry in the negative Hessian. */
  readonly information: Float64Array;
}

/** A small fit would spend most of its time on allocation, so one workspace serves all. Nothing in it outlives a fit. */
let shared = createWorkspace(64, 1024);

export function borrowWorkspace({ itemCount, seconds }: PairStatistics): Workspace {
  if (itemCount > shared.powers.length || seconds.length > shared.information.length)
    shared = createWorkspace(
      Math.max(itemCount, shared.powers.length),
      Math.max(seconds.length, shared.information.length),
    );
  return shared;
}

function createWorkspace(itemCapacity: number, pairCapacity: number): Workspace {
  const column = (): Float64Array => new Float64Array(itemCapacity);
  return {
    powers: column(),
    gradient: column(),
    diagonal: column(),
    step: column(),
    residual: column(),
    direction: column(),
    image: column(),
    information: new Float64Array(pairCapacity),
  };
}

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

/** e^x within some units in the last place: for |x| <= 1/2 the Padé approximant of order (6, 6), error below 1e-16; ten times as fast as `exp`. */
export function growth(x: number): number {
  if (x > 4 || x < -4) return exp(x);
  if (x <= 0.5 && x >= -0.5) return approximateExp(x);
  const root = approximateExp(x / 8);
  const square = root * root;
  const fourth = square * square;
  return fourth * fourth;
}

function approximateExp(x: number): number {
  const square = x * x;
  const even = 665_280 + square * (75_600 + square * (840 + square));
  const odd = x * (332_640 + square * (10_080 + square * 42));
  return (even + odd) / (even - odd);
}

import type { SquareMatrix } from '../numerics/cholesky.ts';
import { growth } from './growth.ts';
import { sumRates } from './newton-step.ts';
import { type Workspace, borrowWorkspace } from './workspace.ts';
import { inverseInformation } from './information.ts';
import type { PairStatistics } from './pair-statistics.ts';
import { GRADIENT_TOLERANCE, type SparseFit, fitSparse } from './sparse-fit.ts';

/** Beyond this a product with the dense inverse costs more than rounds of conjugate gradients on the pairs. */
const MAX_KEPT_ITEMS = 512;
/** Slower than this, a fit from the last strengths with a new inverse pays. */
const MAX_STEPS = 12;
/** Longest step, in logits, for which an old inverse is trusted. */
const FARTHEST_STEP = 1;

/** The steps of the refit at hand, one after another. */
let sharedMoves = new Float64Array(0);

function borrowMoves(itemCount: number): Float64Array {
  if (sharedMoves.length < MAX_STEPS * itemCount) sharedMoves = new Float64Array(MAX_STEPS * itemCount);
  return sharedMoves;
}

/** A fit, what it was made from, and what it takes to follow the votes that come in. */
export interface KeptFit extends SparseFit {
  readonly statistics: PairStatistics;
  /** Covariance at some earlier fit; undefined where that did not converge or has too many items. */
  readonly inverse: SquareMatrix | undefined;
}

/** Fits from scratch, or from `start`, and keeps the inverse of the information: n³/2 multiplications once, for many refits. */
export function fitToKeep(statistics: PairStatistics, precision = 0, start?: Float64Array): KeptFit {
  const fit = fitSparse(statistics, start === undefined ? { precision } : { precision, start });
  const small = statistics.itemCount <= MAX_KEPT_ITEMS;
  const inverse = fit.converged && small ? inverseInformation(statistics, fit.powers, precision) : undefined;
  return { ...fit, statistics, inverse };
}

/**
 * The fit of statistics to which some votes came, or from which some went, to the tolerance of `fitSparse`: a few chord
 * steps with the kept inverse, each n² multiplications and one pass over the pairs. Where they lead nowhere (other pairs,
 * many votes, no maximum any more) it fits anew from the last strengths. The last digits depend on the way; peers that
 * compare bytes fit from scratch.
 */
export function refit(previous: KeptFit, statistics: PairStatistics): KeptFit {
  return followByChords(previous, statistics) ?? fitToKeep(statistics, previous.precision, previous.strengths);
}

function followByChords(previous: KeptFit, statistics: PairStatistics): KeptFit | undefined {
  const { inverse, precision } = previous;
  const { itemCount } = statistics;
  if (inverse === undefined) return undefined;
  const workspace = borrowWorkspace(statistics);
  if (!addedGradient(previous, statistics, workspace)) return undefined;
  const { gradient, step } = workspace;
  const moves = borrowMoves(itemCount);
  const strengths = previous.strengths.slice();
  const powers = previous.powers.slice();
  let lastSquare = Infinity;
  for (let iterations = 1; iterations <= MAX_STEPS; iterations++) {
    multiplyInverse(inverse, gradient, step);
    const square = correct(step, moves, iterations - 1, itemCount);
    // Every step must be less than half of the one before it.
    if (!(square < 0.25 * lastSquare && square <= FARTHEST_STEP * FARTHEST_STEP)) return undefined;
    lastSquare = square;
    advance(strengths, powers, step);
    if (isMaximum(statistics, precision, strengths, powers, gradient))
      return { strengths, powers, precision, iterations, converged: true, statistics, inverse };
  }
  return undefined;
}

function advance(strengths: Float64Array, powers: Float64Array, step: Float64Array): void {
  for (let item = 0; item < strengths.length; item++) {
    const move = step[item] as number;
    strengths[item]! += move;
    powers[item]! *= growth(move);
  }
}

/** Fills the gradient; whether it meets the tolerance of `fitSparse`. */
function isMaximum(
  statistics: PairStatistics,
  precision: number,
  strengths: Float64Array,
  powers: Float64Array,
  gradient: Float64Array,
): boolean {
  const { itemCount, itemWins, itemGames } = statistics;
  sumRates(statistics, powers, gradient);
  let isFlat = true;
  for (let item = 0; item < itemCount; item++) {
    const expected = (powers[item] as number) * (gradient[item] as number);
    const entry = (itemWins[item] as number) - expected - precision * (strengths[item] as number);
    gradient[item] = entry;
    if (Math.abs(entry) > GRADIENT_TOLERANCE * ((itemGames[item] as number) + precision)) isFlat = false;
  }
  return isFlat;
}

/**
 * Broyden's update: turns the chord step into that of an inverse which is right about all steps so far, and remembers it.
 * Their products with the kept inverse are the steps themselves (Kelley 1995, section 7.3).
 */
function correct(step: Float64Array, moves: Float64Array, taken: number, itemCount: number): number {
  const last = (taken - 1) * itemCount;
  for (let from = 0; from < last; from += itemCount) {
    const share = projection(step, moves, from, itemCount);
    const next = from + itemCount;
    for (let item = 0; item < itemCount; item++) step[item]! += share * (moves[next + item] as number);
  }
  const factor = taken === 0 ? 1 : 1 / (1 - projection(step, moves, last, itemCount));
  const from = last + itemCount;
  let square = 0;
  for (let item = 0; item < itemCount; item++) {
    const move = factor * (step[item] as number);
    step[item] = move;
    moves[from + item] = move;
    square += move * move;
  }
  return square;
}

/** How much of an earlier step there is in this one. */
function projection(step: Float64Array, moves: Float64Array, from: number, itemCount: number): number {
  let along = 0;
  let square = 0;
  for (let item = 0; item < itemCount; item++) {
    const move = moves[from + item] as number;
    along += move * (step[item] as number);
    square += move * move;
  }
  return along / square;
}

/** The gradient at the last strengths: it was zero, so that it is that of the votes since. False where the pairs are not the same. */
function addedGradient(
  { statistics: before, powers }: KeptFit,
  { itemCount, rowStarts, firsts, seconds, firstWins, secondWins }: PairStatistics,
  { gradient }: Workspace,
): boolean {
  if (itemCount !== before.itemCount || seconds.length !== before.seconds.length) return false;
  for (let item = 0; item < itemCount; item++) {
    gradient[item] = 0;
    if (rowStarts[item] !== before.rowStarts[item]) return false;
  }
  for (let pair = 0; pair < seconds.length; pair++) {
    const second = seconds[pair] as number;
    if (second !== before.seconds[pair]) return false;
    const won = (firstWins[pair] as number) - (before.firstWins[pair] as number);
    const lost = (secondWins[pair] as number) - (before.secondWins[pair] as number);
    if (won === 0 && lost === 0) continue;
    const first = firsts[pair] as number;
    const power = powers[first] as number;
    const surprise = won - (won + lost) * (power / (power + (powers[second] as number)));
    gradient[first]! += surprise;
    gradient[second]! -= surprise;
  }
  return true;
}

/** By rows of those items that have a gradient: after one vote these are two. */
function multiplyInverse({ size, entries }: SquareMatrix, gradient: Float64Array, step: Float64Array): void {
  for (let item = 0; item < size; item++) step[item] = 0;
  for (let row = 0; row < size; row++) {
    const factor = gradient[row] as number;
    if (factor === 0) continue;
    for (let column = 0, entry = row * size; column < size; column++, entry++)
      step[column]! += factor * (entries[entry] as number);
  }
}

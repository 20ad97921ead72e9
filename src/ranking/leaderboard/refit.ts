import type { SquareMatrix } from '../numerics/cholesky.ts';
import { type Workspace, borrowWorkspace, growth, sumRates } from './newton-step.ts';
import { inverseInformation } from './information.ts';
import type { PairStatistics } from './pair-statistics.ts';
import { GRADIENT_TOLERANCE, type SparseFit, fitSparse, worstGradient } from './sparse-fit.ts';

/** Beyond this a product with the dense inverse costs more than rounds of conjugate gradients on the pairs. */
const MAX_KEPT_ITEMS = 512;
/** Slower than this, a fit from the last strengths with a new inverse pays. */
const MAX_STEPS = 12;
/** A step with an old inverse is trusted while no strength moves farther, in logits. */
const FARTHEST_MOVE = 0.5;

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
 * The fit of statistics that have grown by some votes, to the tolerance of `fitSparse`: a few chord steps with the kept
 * inverse, each n² multiplications and one pass over the pairs. Where they lead nowhere (new pairs, many votes, votes
 * taken back) it fits anew from the last strengths. The last digits depend on the way; peers that compare bytes fit from scratch.
 */
export function refit(previous: KeptFit, statistics: PairStatistics): KeptFit {
  return followByChords(previous, statistics) ?? fitToKeep(statistics, previous.precision, previous.strengths);
}

function followByChords(previous: KeptFit, statistics: PairStatistics): KeptFit | undefined {
  const { inverse, precision } = previous;
  const { itemCount, itemWins } = statistics;
  if (inverse === undefined) return undefined;
  const workspace = borrowWorkspace(statistics);
  if (!addedGradient(previous, statistics, workspace)) return undefined;
  const { gradient, step } = workspace;
  const strengths = previous.strengths.slice();
  const powers = previous.powers.slice();
  let last = Infinity;
  for (let iterations = 1; iterations <= MAX_STEPS; iterations++) {
    multiplyInverse(inverse, gradient, step);
    for (let item = 0; item < itemCount; item++) {
      const move = step[item] as number;
      if (!(move <= FARTHEST_MOVE && move >= -FARTHEST_MOVE)) return undefined;
      strengths[item]! += move;
      powers[item]! *= growth(move);
    }
    sumRates(statistics, powers, gradient);
    for (let item = 0; item < itemCount; item++)
      gradient[item] =
        (itemWins[item] as number) -
        (powers[item] as number) * (gradient[item] as number) -
        precision * (strengths[item] as number);
    const worst = worstGradient(statistics, precision, gradient);
    if (worst <= GRADIENT_TOLERANCE)
      return { strengths, powers, precision, iterations, converged: true, statistics, inverse };
    if (worst > 0.5 * last) return undefined;
    last = worst;
  }
  return undefined;
}

/**
 * The gradient at the last strengths: it was zero, so that it is that of the votes since. False where the pairs are not
 * the same or a win was taken back, so that there may be no maximum any more.
 */
function addedGradient(
  { statistics: before, powers }: KeptFit,
  { itemCount, firsts, seconds, firstWins, secondWins }: PairStatistics,
  { gradient }: Workspace,
): boolean {
  if (itemCount !== before.itemCount || seconds.length !== before.seconds.length) return false;
  for (let item = 0; item < itemCount; item++) gradient[item] = 0;
  for (let pair = 0; pair < seconds.length; pair++) {
    const won = (firstWins[pair] as number) - (before.firstWins[pair] as number);
    const lost = (secondWins[pair] as number) - (before.secondWins[pair] as number);
    const first = firsts[pair] as number;
    const second = seconds[pair] as number;
    if (first !== before.firsts[pair] || second !== before.seconds[pair] || won < 0 || lost < 0) return false;
    if (won === 0 && lost === 0) continue;
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

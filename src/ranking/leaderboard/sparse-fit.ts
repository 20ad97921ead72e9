import { exp, log } from '../numerics/elementary.ts';
import { growth } from './growth.ts';
import { linearise, solveStep } from './newton-step.ts';
import { type Workspace, borrowWorkspace } from './workspace.ts';
import type { PairStatistics } from './pair-statistics.ts';
import { hasFiniteMaximum } from './finite-maximum.ts';

/** Largest gradient of an item, relative to its games (and the prior), at which a fit has converged: rounding stays below 1e-12. */
export const GRADIENT_TOLERANCE = 1e-11;
/** Newton takes 4 to 8 steps; with a prior some 150 down a chain of one-sided records of a billion votes each. */
const MAX_ITERATIONS = 200;
/**
 * The last step must also have been so small that what is left is nothing. Where no maximum exists the gradient vanishes
 * too, some 25 logits out, but every step adds another logit: without a prior the fit then gives up after a few more.
 */
const SETTLED_RANGE = 1e-4;
const MAX_UNSETTLED = 3;
/** Differences of strengths stay within what `exp` can do. */
const STRENGTH_LIMIT = 300;
/** Above this the accuracy of a step is not worth its cost. */
const LOOSEST_FORCING = 0.1;
/** For a step as good as exact: looser ones miss how far apart two groups are that hardly ever met. */
const EXACT_FORCING = 1e-10;
/** A full step is taken when no difference of strengths changes by more: it then gains at least 0.2 of what it promises. */
const FULL_STEP_RANGE = 1.25;

export interface SparseFit {
  /** Logits, sum zero. */
  readonly strengths: Float64Array;
  /** e^strength. */
  readonly powers: Float64Array;
  /** Precision (1 / variance) of the Gaussian prior on each strength; 0 for maximum likelihood. */
  readonly precision: number;
  readonly iterations: number;
  /** False where no finite maximum exists (Ford 1957) or the iteration limit came first: the strengths are then finite but arbitrary. */
  readonly converged: boolean;
}

export interface SparseFitOptions {
  readonly precision?: number;
  /** Strengths to start from, e.g. of an earlier fit; items beyond its length start at their own share of wins. */
  readonly start?: Float64Array;
}

/**
 * Strengths that maximise sum of wins x log P(a beats b) - precision/2 x sum of s², P(a beats b) = logistic(s_a - s_b)
 * (Bradley & Terry 1952), by truncated Newton steps. Time grows with the number of pairs, memory too; never throws, never NaN.
 *
 * Step lengths need no value of the objective: |f'''| <= f'' for the logistic loss, so a step in which no difference moves
 * by more than `range` gains at least length - length² (e^(length range) - length range - 1)/(length range)² of its
 * promise, which is greatest at length = log(1 + range)/range (Bach 2010; Sun & Tran-Dinh 2019).
 */
export function fitSparse(statistics: PairStatistics, options: SparseFitOptions = {}): SparseFit {
  const { precision = 0, start } = options;
  const { itemCount } = statistics;
  const workspace = borrowWorkspace(statistics);
  const strengths = new Float64Array(itemCount);
  begin(statistics, start, strengths, workspace);
  let iterations = 0;
  let unsettled = 0;
  let range = Infinity;
  let converged = false;
  for (;;) {
    linearise(statistics, precision, strengths, workspace);
    const worst = worstGradient(statistics, precision, workspace.gradient);
    const flat = worst <= GRADIENT_TOLERANCE;
    converged = flat && range <= SETTLED_RANGE;
    if (converged || iterations === MAX_ITERATIONS) break;
    if (flat && precision === 0 && unsettled++ === MAX_UNSETTLED) break;
    iterations += 1;
    solveStep(statistics, precision, Math.min(LOOSEST_FORCING, Math.sqrt(worst)), workspace);
    range = advance(itemCount, strengths, workspace);
  }
  return {
    strengths,
    powers: centre(itemCount, strengths, workspace.powers),
    precision,
    iterations,
    converged: converged && (precision > 0 || hasFiniteMaximum(statistics)),
  };
}

/** How far a Newton step without a prior would move any difference of strengths from here: what is left to the maximum. */
export function distanceToMaximum(statistics: PairStatistics, powers: Float64Array): number {
  const workspace = borrowWorkspace(statistics);
  workspace.powers.set(powers);
  linearise(statistics, 0, powers, workspace);
  solveStep(statistics, 0, EXACT_FORCING, workspace);
  return rangeOf(statistics.itemCount, workspace.step);
}

function begin(
  { itemCount, itemWins, itemGames }: PairStatistics,
  start: Float64Array | undefined,
  strengths: Float64Array,
  { powers }: Workspace,
): void {
  for (let item = 0; item < itemCount; item++) {
    const strength = start?.[item] ?? startingStrength(itemWins[item] as number, itemGames[item] as number);
    strengths[item] = strength;
    powers[item] = growth(strength);
  }
}

/**
 * About the log-odds of an item's own share of wins, log((wins + 1/2) / (losses + 1/2)): right where all opponents are
 * average. The logarithm is 2 artanh x; its Padé approximant costs a fifth, and stays within 3.7 for the undefeated.
 */
function startingStrength(wins: number, games: number): number {
  const x = (2 * wins - games) / (games + 1);
  const square = x * x;
  return (2 * x * (15 - 4 * square)) / (15 - 9 * square);
}

/** Largest |gradient|, each relative to the games of its item and the prior. */
export function worstGradient(
  { itemCount, itemGames }: PairStatistics,
  precision: number,
  gradient: Float64Array,
): number {
  let worst = 0;
  for (let item = 0; item < itemCount; item++) {
    const entry = Math.abs(gradient[item] as number);
    const scale = (itemGames[item] as number) + precision;
    if (entry > worst * scale) worst = entry / scale;
  }
  return worst;
}

/** Takes the step or the safe part of it; returns the largest change of a difference that was asked for. */
function advance(itemCount: number, strengths: Float64Array, { step, powers }: Workspace): number {
  const range = rangeOf(itemCount, step);
  const length = range <= FULL_STEP_RANGE ? 1 : log(1 + range) / range;
  let farthest = 0;
  for (let item = 0; item < itemCount; item++) {
    const move = length * (step[item] as number);
    const strength = (strengths[item] as number) + move;
    strengths[item] = strength;
    powers[item]! *= growth(move);
    if (Math.abs(strength) > farthest) farthest = Math.abs(strength);
  }
  if (farthest <= STRENGTH_LIMIT) return range;
  centre(itemCount, strengths, powers);
  for (let item = 0; item < itemCount; item++) {
    strengths[item] = Math.max(-STRENGTH_LIMIT, Math.min(STRENGTH_LIMIT, strengths[item] as number));
    powers[item] = exp(strengths[item] as number);
  }
  return range;
}

function rangeOf(itemCount: number, step: Float64Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (let item = 0; item < itemCount; item++) {
    const move = step[item] as number;
    if (move < low) low = move;
    if (move > high) high = move;
  }
  return high - low;
}

/** Takes the mean out of the strengths and returns the powers that go with them. */
function centre(itemCount: number, strengths: Float64Array, powers: Float64Array): Float64Array {
  let sum = 0;
  for (let item = 0; item < itemCount; item++) sum += strengths[item] as number;
  const mean = itemCount === 0 ? 0 : sum / itemCount;
  const factor = growth(-mean);
  const centred = new Float64Array(itemCount);
  for (let item = 0; item < itemCount; item++) {
    strengths[item]! -= mean;
    centred[item] = (powers[item] as number) * factor;
  }
  return centred;
}

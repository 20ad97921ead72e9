import { sumRates } from '../leaderboard/newton-step.ts';
import type { PairStatistics } from '../leaderboard/pair-statistics.ts';
import { GRADIENT_TOLERANCE, worstGradient } from '../leaderboard/sparse-fit.ts';

/** Powers pi = e^strength, as the iterations of the literature have them. */
export interface PowerFit {
  readonly powers: Float64Array;
  readonly iterations: number;
  /** Whether the gradient met the tolerance of the other fits before the limit. */
  readonly converged: boolean;
}

/** Keeps e^strength of the winless above 0 and of the undefeated finite. */
export const LEAST_POWER = 1e-130;
export const MOST_POWER = 1e130;

/**
 * Maximum likelihood by minorisation-maximisation (Hunter 2004, eq. 3): pi_i = wins of i / sum over its games of
 * 1 / (pi_i + pi_j), all at once, from `start` or from 1. Linear convergence, slow where some win nearly all their games.
 */
export function minorise(statistics: PairStatistics, limit: number, start?: Float64Array): PowerFit {
  const { itemCount, itemWins, itemGames } = statistics;
  const powers = start === undefined ? new Float64Array(itemCount).fill(1) : Float64Array.from(start);
  const rates = new Float64Array(itemCount);
  const gradient = new Float64Array(itemCount);
  for (let iterations = 0; ; iterations++) {
    sumRates(statistics, powers, rates);
    for (let item = 0; item < itemCount; item++)
      gradient[item] = (itemWins[item] as number) - (powers[item] as number) * (rates[item] as number);
    const converged = worstGradient(statistics, 0, gradient) <= GRADIENT_TOLERANCE;
    if (converged || iterations === limit) return { powers, iterations, converged };
    for (let item = 0; item < itemCount; item++)
      if (itemGames[item] !== 0) powers[item] = clip((itemWins[item] as number) / (rates[item] as number));
  }
}

export function clip(power: number): number {
  return Math.min(MOST_POWER, Math.max(LEAST_POWER, power));
}

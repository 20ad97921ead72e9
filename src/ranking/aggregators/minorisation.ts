import { sumRates } from '../leaderboard/newton-step.ts';
import type { PairStatistics } from '../leaderboard/pair-statistics.ts';
import { GRADIENT_TOLERANCE } from '../leaderboard/sparse-fit.ts';

/** Powers pi = e^strength, as the iterations of the literature have them. */
export interface PowerFit {
  readonly powers: Float64Array;
  readonly iterations: number;
  /** Whether the gradient met the tolerance of the other fits before the limit. */
  readonly converged: boolean;
}

/** Keeps e^strength of the winless above 0 and of the undefeated finite. */
const LEAST_POWER = 1e-130;
const MOST_POWER = 1e130;

/**
 * Maximum likelihood by minorisation-maximisation (Hunter 2004, eq. 3): pi_i = wins of i / sum over its games of
 * 1 / (pi_i + pi_j), all at once, from `start` or from 1. Linear convergence, slow where some win nearly all their games.
 */
export function minorise(statistics: PairStatistics, limit: number, start?: Float64Array): PowerFit {
  const { itemCount, itemWins, itemGames } = statistics;
  const powers = start === undefined ? new Float64Array(itemCount).fill(1) : start.slice();
  const rates = new Float64Array(itemCount);
  for (let iterations = 0; ; iterations++) {
    sumRates(statistics, powers, rates);
    let converged = true;
    for (let item = 0; item < itemCount && converged; item++) {
      const gradient = (itemWins[item] as number) - (powers[item] as number) * (rates[item] as number);
      converged = Math.abs(gradient) <= GRADIENT_TOLERANCE * (itemGames[item] as number);
    }
    if (converged || iterations === limit) return { powers, iterations, converged };
    for (let item = 0; item < itemCount; item++)
      if (itemGames[item] !== 0) powers[item] = clip((itemWins[item] as number) / (rates[item] as number));
  }
}

export function clip(power: number): number {
  return power < LEAST_POWER ? LEAST_POWER : power > MOST_POWER ? MOST_POWER : power;
}

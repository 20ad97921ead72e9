import { sumRates } from '../leaderboard/newton-step.ts';
import type { PairStatistics } from '../leaderboard/pair-statistics.ts';
import { GRADIENT_TOLERANCE, worstGradient } from '../leaderboard/sparse-fit.ts';
import { type PowerFit, clip } from './minorisation.ts';

/** The pairs of every item, where the statistics hold each pair once. */
interface Neighbours {
  /** Those of item i are starts[i] up to starts[i + 1]. */
  readonly starts: Uint32Array;
  readonly others: Uint32Array;
  readonly wins: Float64Array;
  readonly losses: Float64Array;
}

/**
 * Maximum likelihood by the iteration of Newman (2023, JMLR 24:238, without its prior): pi_i = sum over j of
 * w_ij pi_j / (pi_i + pi_j), divided by sum over j of w_ji / (pi_i + pi_j), one item after another from pi = 1.
 */
export function iterateNewman(statistics: PairStatistics, limit: number): PowerFit {
  const { itemCount, itemWins } = statistics;
  const neighbours = findNeighbours(statistics);
  const powers = new Float64Array(itemCount).fill(1);
  const gradient = new Float64Array(itemCount);
  for (let iterations = 0; ; iterations++) {
    sumRates(statistics, powers, gradient);
    for (let item = 0; item < itemCount; item++)
      gradient[item] = (itemWins[item] as number) - (powers[item] as number) * (gradient[item] as number);
    const converged = worstGradient(statistics, 0, gradient) <= GRADIENT_TOLERANCE;
    if (converged || iterations === limit) return { powers, iterations, converged };
    sweep(neighbours, powers);
  }
}

function sweep({ starts, others, wins, losses }: Neighbours, powers: Float64Array): void {
  for (let item = 0; item < powers.length; item++) {
    const power = powers[item] as number;
    const start = starts[item] as number;
    const end = starts[item + 1] as number;
    let won = 0;
    let lost = 0;
    for (let index = start; index < end; index++) {
      const other = powers[others[index] as number] as number;
      const share = 1 / (power + other);
      won += (wins[index] as number) * (other * share);
      lost += (losses[index] as number) * share;
    }
    if (end > start) powers[item] = clip(won / lost);
  }
}

function findNeighbours({ itemCount, firsts, seconds, firstWins, secondWins }: PairStatistics): Neighbours {
  const starts = new Uint32Array(itemCount + 1);
  for (const column of [firsts, seconds]) for (const item of column) starts[item + 1]! += 1;
  for (let item = 0; item < itemCount; item++) starts[item + 1]! += starts[item] as number;
  const next = starts.slice();
  const others = new Uint32Array(2 * firsts.length);
  const wins = new Float64Array(2 * firsts.length);
  const losses = new Float64Array(2 * firsts.length);
  const place = (item: number, other: number, won: number, lost: number): void => {
    const index = next[item] as number;
    next[item] = index + 1;
    others[index] = other;
    wins[index] = won;
    losses[index] = lost;
  };
  for (let pair = 0; pair < firsts.length; pair++) {
    const first = firsts[pair] as number;
    const second = seconds[pair] as number;
    place(first, second, firstWins[pair] as number, secondWins[pair] as number);
    place(second, first, secondWins[pair] as number, firstWins[pair] as number);
  }
  return { starts, others, wins, losses };
}

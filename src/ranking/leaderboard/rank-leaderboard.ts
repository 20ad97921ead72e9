import { type Result, ok } from '#vocabulary';
import { orderByStrength } from '../ranking.ts';
import type { LeaderboardError } from './errors.ts';
import type { Leaderboard } from './leaderboard.ts';
import { type LeaderboardIntervals, robustIntervals } from './robust-intervals.ts';
import { type SparseFit, fitSparse } from './sparse-fit.ts';

/** One place on a leaderboard. */
export interface LeaderboardRow {
  readonly item: string;
  /** Logits; the strengths of a leaderboard sum to zero. */
  readonly strength: number;
  /** 95 % interval of the strength. */
  readonly low: number;
  readonly high: number;
  /** P(this item is the best). */
  readonly pBest: number;
  /** Weight of its votes, and its wins among them. */
  readonly games: number;
  readonly wins: number;
}

export interface LeaderboardTable {
  /** Best first. Ties (difference < 1e-9) stand in the order of their names. */
  readonly rows: readonly LeaderboardRow[];
  /** Whether intervals are robust by judge or the model's (see `LeaderboardIntervals`). */
  readonly intervalsBy: LeaderboardIntervals['by'];
  readonly iterations: number;
}

/**
 * The table of a leaderboard, from scratch or from a fit of its statistics that is there already. Without a prior
 * (precision 0) there must be a finite maximum, else `no-maximum`; beyond 2,000 items `too-many-items`.
 */
export function rankLeaderboard(
  { items, statistics }: Leaderboard,
  fit: SparseFit = fitSparse(statistics.pairs),
): Result<LeaderboardTable, LeaderboardError> {
  const intervals = robustIntervals(fit, statistics);
  if (!intervals.ok) return intervals;
  const { by, lows, highs, pBest } = intervals.value;
  const { itemWins, itemGames } = statistics.pairs;
  const at = (column: Float64Array, index: number): number => column[index] as number;
  const rows = orderByStrength(fit.strengths).map((index): LeaderboardRow => ({
    item: items[index] as string,
    strength: at(fit.strengths, index),
    low: at(lows, index),
    high: at(highs, index),
    pBest: at(pBest, index),
    games: at(itemGames, index),
    wins: at(itemWins, index),
  }));
  return ok({ rows, intervalsBy: by, iterations: fit.iterations });
}

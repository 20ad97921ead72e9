import type { PairStatistics } from './pair-statistics.ts';

/** A smaller share of a pair's games is no win: the odds that it stands for lie beyond the precision of a sum of wins. */
const LEAST_SHARE = 1e-12;

/**
 * Whether the likelihood has a maximum, and one alone up to a common shift: every item has, through others, a win over
 * every other (Ford 1957). An item that always lost, or two groups that never met, have none.
 */
export function hasFiniteMaximum(statistics: PairStatistics): boolean {
  const { firstWins, secondWins } = statistics;
  return reachesAll(statistics, firstWins, secondWins) && reachesAll(statistics, secondWins, firstWins);
}

/** Whether item 0 leads to all by steps from winner to loser. Most graphs are dense: a few rows of the first sweep do. */
function reachesAll(
  { itemCount, rowStarts, seconds, games }: PairStatistics,
  downwards: Float64Array,
  upwards: Float64Array,
): boolean {
  if (itemCount < 2) return true;
  const reached = new Uint8Array(itemCount);
  reached[0] = 1;
  let count = 1;
  // Sweeps in turns: one pass follows a chain in either direction of indices to its end.
  for (let forwards = true, found = true; found; forwards = !forwards) {
    found = false;
    for (let turn = 0; turn < itemCount; turn++) {
      const first = forwards ? turn : itemCount - 1 - turn;
      for (let pair = rowStarts[first] as number, end = rowStarts[first + 1] as number; pair < end; pair++) {
        const second = seconds[pair] as number;
        if (reached[first] === reached[second]) continue;
        const wins = reached[first] === 1 ? downwards : upwards;
        if ((wins[pair] as number) <= LEAST_SHARE * (games[pair] as number)) continue;
        reached[first] = 1;
        reached[second] = 1;
        found = true;
        count += 1;
        if (count === itemCount) return true;
      }
    }
  }
  return false;
}

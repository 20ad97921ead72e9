import type { VoteCells } from '../vote-cells.ts';

/**
 * All that a Bradley-Terry fit needs to know of the votes, however many they were: who met whom and how often each won.
 * Wins are weighted and soft (a vote adds its outcome to one side and the rest to the other); pairs without weight are left out.
 */
export interface PairStatistics {
  readonly itemCount: number;
  /** Pair k is of firsts[k] < seconds[k]; pairs ascend by first, then by second. */
  readonly firsts: Uint32Array;
  readonly seconds: Uint32Array;
  /** The pairs whose first is item i are rowStarts[i] up to rowStarts[i + 1]. */
  readonly rowStarts: Uint32Array;
  /** By pair. */
  readonly firstWins: Float64Array;
  readonly secondWins: Float64Array;
  /** By pair: firstWins + secondWins, above 0. */
  readonly games: Float64Array;
  /** By item: its wins, and all its games. */
  readonly itemWins: Float64Array;
  readonly itemGames: Float64Array;
}

/** The same votes by judge, for intervals that know that a judge's votes go together. */
export interface JudgeStatistics {
  readonly judgeCount: number;
  /** The cells of judge j are starts[j] up to starts[j + 1], in ascending pairs. */
  readonly starts: Uint32Array;
  /** By cell: an index into the pairs, and the wins of either side. */
  readonly pairs: Uint32Array;
  readonly firstWins: Float64Array;
  readonly secondWins: Float64Array;
}

export interface LeaderboardStatistics {
  readonly pairs: PairStatistics;
  readonly judges: JudgeStatistics;
}

/** Columns of equal length in ascending judges; pairs may repeat and stand either way round. */
export type JudgedPairs = Omit<VoteCells, 'voteCount' | 'ordered'>;

/**
 * Adds cells up by pair, and by judge and pair. Sums run in ascending judges, so that equal cells give equal bytes.
 * Time and memory grow with the number of cells, not with the number of votes.
 */
export function countPairs(cells: JudgedPairs): LeaderboardStatistics {
  const { itemCount, judgeCount } = cells;
  const keys = distinctKeys(cells);
  const pairCount = keys.length;
  const firsts = Uint32Array.from(keys, (key) => Math.floor(key / itemCount));
  const seconds = Uint32Array.from(keys, (key) => key % itemCount);
  const judges = countByJudge(cells, keys);

  const firstWins = new Float64Array(pairCount);
  const secondWins = new Float64Array(pairCount);
  for (const [cell, pair] of judges.pairs.entries()) {
    firstWins[pair]! += judges.firstWins[cell] as number;
    secondWins[pair]! += judges.secondWins[cell] as number;
  }
  const games = firstWins.map((wins, pair) => wins + (secondWins[pair] as number));
  const rowStarts = new Uint32Array(itemCount + 1);
  const itemWins = new Float64Array(itemCount);
  const itemGames = new Float64Array(itemCount);
  for (let pair = 0; pair < pairCount; pair++) {
    const first = firsts[pair] as number;
    const second = seconds[pair] as number;
    rowStarts[first + 1]! += 1;
    itemWins[first]! += firstWins[pair] as number;
    itemWins[second]! += secondWins[pair] as number;
    itemGames[first]! += games[pair] as number;
    itemGames[second]! += games[pair] as number;
  }
  for (let item = 0; item < itemCount; item++) rowStarts[item + 1]! += rowStarts[item] as number;
  return {
    pairs: { itemCount, firsts, seconds, rowStarts, firstWins, secondWins, games, itemWins, itemGames },
    judges: { judgeCount, ...judges },
  };
}

/** first x itemCount + second of every pair that has weight, ascending; exact below 2^53, some 9 x 10^7 items. */
function distinctKeys(cells: JudgedPairs): Float64Array {
  const keys = new Float64Array(cells.judges.length);
  let size = 0;
  for (let cell = 0; cell < keys.length; cell++) if (hasWeight(cells, cell)) keys[size++] = keyOf(cells, cell);
  return keys
    .subarray(0, size)
    .sort()
    .filter((key, position, sorted) => position === 0 || key !== sorted[position - 1]);
}

function countByJudge(cells: JudgedPairs, keys: Float64Array): Omit<JudgeStatistics, 'judgeCount'> {
  const length = cells.judges.length;
  const starts = new Uint32Array(cells.judgeCount + 1);
  const pairs = new Uint32Array(length);
  const firstWins = new Float64Array(length);
  const secondWins = new Float64Array(length);
  // The wins of the judge at hand by pair, zero between judges.
  const firstSums = new Float64Array(keys.length);
  const secondSums = new Float64Array(keys.length);
  let size = 0;
  for (let cell = 0; cell < length;) {
    const judge = cells.judges[cell] as number;
    const start = size;
    for (; cell < length && cells.judges[cell] === judge; cell++) {
      if (!hasWeight(cells, cell)) continue;
      const pair = findKey(keys, keyOf(cells, cell));
      if (firstSums[pair] === 0 && secondSums[pair] === 0) pairs[size++] = pair;
      const turned = (cells.firsts[cell] as number) > (cells.seconds[cell] as number);
      firstSums[pair]! += (turned ? cells.secondWins[cell] : cells.firstWins[cell]) as number;
      secondSums[pair]! += (turned ? cells.firstWins[cell] : cells.secondWins[cell]) as number;
    }
    pairs.subarray(start, size).sort();
    for (let slot = start; slot < size; slot++) {
      const pair = pairs[slot] as number;
      firstWins[slot] = firstSums[pair] as number;
      secondWins[slot] = secondSums[pair] as number;
      firstSums[pair] = 0;
      secondSums[pair] = 0;
    }
    starts[judge + 1] = size;
  }
  // Judges without a cell end where the one before them ends.
  for (let judge = 0; judge < cells.judgeCount; judge++)
    starts[judge + 1] = Math.max(starts[judge + 1] as number, starts[judge] as number);
  return {
    starts,
    pairs: pairs.slice(0, size),
    firstWins: firstWins.slice(0, size),
    secondWins: secondWins.slice(0, size),
  };
}

function hasWeight(cells: JudgedPairs, cell: number): boolean {
  return (cells.firstWins[cell] as number) + (cells.secondWins[cell] as number) > 0;
}

function keyOf({ itemCount, firsts, seconds }: JudgedPairs, cell: number): number {
  const first = firsts[cell] as number;
  const second = seconds[cell] as number;
  return Math.min(first, second) * itemCount + Math.max(first, second);
}

function findKey(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

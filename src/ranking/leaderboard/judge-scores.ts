import { type SquareMatrix, createMatrix } from '../numerics/cholesky.ts';
import type { LeaderboardStatistics } from './pair-statistics.ts';

/** M: the sum over judges of g_j g_jᵀ, g_j = wins of each item by judge j less those that were to be expected. */
export function addScoreProducts(powers: Float64Array, { pairs, judges }: LeaderboardStatistics): SquareMatrix {
  const { itemCount } = pairs;
  const sum = createMatrix(itemCount);
  const score = new Float64Array(itemCount);
  const marked = new Uint8Array(itemCount);
  const seen = new Uint32Array(itemCount);
  let voters = 0;
  for (let judge = 0; judge < judges.judgeCount; judge++) {
    let count = 0;
    const start = judges.starts[judge] as number;
    const end = judges.starts[judge + 1] as number;
    for (let cell = start; cell < end; cell++) {
      const pair = judges.pairs[cell] as number;
      const first = pairs.firsts[pair] as number;
      const second = pairs.seconds[pair] as number;
      const wins = judges.firstWins[cell] as number;
      const games = wins + (judges.secondWins[cell] as number);
      const share = (powers[first] as number) / ((powers[first] as number) + (powers[second] as number));
      score[first]! += wins - games * share;
      score[second]! -= wins - games * share;
      for (const item of [first, second]) {
        if (marked[item] === 1) continue;
        marked[item] = 1;
        seen[count++] = item;
      }
    }
    if (end > start) voters += 1;
    addProducts(sum, seen.subarray(0, count).sort(), score);
    for (let place = 0; place < count; place++) {
      score[seen[place] as number] = 0;
      marked[seen[place] as number] = 0;
    }
  }
  // Without voters all is zero.
  const correction = voters / Math.max(1, voters - 1);
  for (let row = 0; row < itemCount; row++)
    for (let column = 0; column <= row; column++) {
      const entry = correction * (sum.entries[row * itemCount + column] as number);
      sum.entries[row * itemCount + column] = entry;
      sum.entries[column * itemCount + row] = entry;
    }
  return sum;
}

/** Lower half of the products of the scores of these items, ascending. */
function addProducts({ size, entries }: SquareMatrix, items: Uint32Array, score: Float64Array): void {
  for (let place = 0; place < items.length; place++) {
    const row = (items[place] as number) * size;
    const factor = score[items[place] as number] as number;
    for (let other = 0; other <= place; other++) {
      const column = items[other] as number;
      entries[row + column]! += factor * (score[column] as number);
    }
  }
}

/** Weight of each judge's votes. */
export function gamesByJudge({ judges }: LeaderboardStatistics): Float64Array {
  const games = new Float64Array(judges.judgeCount);
  for (let judge = 0; judge < judges.judgeCount; judge++)
    for (let cell = judges.starts[judge] as number; cell < (judges.starts[judge + 1] as number); cell++)
      games[judge]! += (judges.firstWins[cell] as number) + (judges.secondWins[cell] as number);
  return games;
}

/** (sum w)² / sum w²: how many judges of equal weight would carry as much; one that casts nearly all votes counts as one (Kish 1965). */
export function effectiveCount(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Effective number of judges among an item's votes. */
export function effectiveJudgesByItem({ pairs, judges }: LeaderboardStatistics): Float64Array {
  const { itemCount } = pairs;
  const squares = new Float64Array(itemCount);
  const own = new Float64Array(itemCount);
  for (let judge = 0; judge < judges.judgeCount; judge++) {
    const start = judges.starts[judge] as number;
    const end = judges.starts[judge + 1] as number;
    const ends = (cell: number): [number, number] => {
      const pair = judges.pairs[cell] as number;
      return [pairs.firsts[pair] as number, pairs.seconds[pair] as number];
    };
    for (let cell = start; cell < end; cell++)
      for (const item of ends(cell))
        own[item]! += (judges.firstWins[cell] as number) + (judges.secondWins[cell] as number);
    // Each item's sum is squared once and cleared for the next judge.
    for (let cell = start; cell < end; cell++)
      for (const item of ends(cell)) {
        squares[item]! += (own[item] as number) ** 2;
        own[item] = 0;
      }
  }
  return squares.map((square, item) => (square === 0 ? 0 : (pairs.itemGames[item] as number) ** 2 / square));
}

import { createSeededRandom, randomInteger, randomNormal } from '#vocabulary';
import { hasFiniteMaximum } from '../../../src/ranking/leaderboard/finite-maximum.ts';
import { type PairStatistics, countPairs } from '../../../src/ranking/leaderboard/pair-statistics.ts';

/** Statistics of hard votes of one judge on random pairs, and with one more vote. */
export interface Field {
  readonly statistics: PairStatistics;
  readonly grown: PairStatistics;
}

const STRENGTH_DEVIATION = 1.5;

/** Fields of strengths N(0, 1.5²). Those whose votes have no finite maximum are drawn anew: no method has an answer there. */
export function drawFields(itemCount: number, votes: number, count: number): Field[] {
  const fields: Field[] = [];
  for (let attempt = 0; fields.length < count; attempt++) {
    const field = drawField(itemCount, votes, `bench/speed/${itemCount}/${votes}/${attempt}`);
    if (hasFiniteMaximum(field.statistics)) fields.push(field);
  }
  return fields;
}

function drawField(itemCount: number, votes: number, seed: string): Field {
  const random = createSeededRandom(seed);
  const strengths = Array.from({ length: itemCount }, () => STRENGTH_DEVIATION * randomNormal(random));
  /** wins[a x itemCount + b]: how often a beat b. */
  const wins = new Float64Array(itemCount * itemCount);
  const drawWinner = (): number => {
    const a = randomInteger(random, itemCount);
    const b = (a + 1 + randomInteger(random, itemCount - 1)) % itemCount;
    const chance = 1 / (1 + Math.exp((strengths[b] as number) - (strengths[a] as number)));
    return random.next() < chance ? a * itemCount + b : b * itemCount + a;
  };
  for (let vote = 0; vote < votes; vote++) wins[drawWinner()]! += 1;
  const statistics = countWins(itemCount, wins);
  for (;;) {
    const index = drawWinner();
    wins[index]! += 1;
    const grown = countWins(itemCount, wins);
    wins[index]! -= 1;
    // A pair that had never met would be another graph, rare where there are many votes.
    if (grown.games.length === statistics.games.length) return { statistics, grown };
  }
}

function countWins(itemCount: number, wins: Float64Array): PairStatistics {
  const firsts: number[] = [];
  const seconds: number[] = [];
  for (let first = 0; first < itemCount; first++)
    for (let second = first + 1; second < itemCount; second++) {
      firsts.push(first);
      seconds.push(second);
    }
  const winsOf = (winners: readonly number[], losers: readonly number[]): Float64Array =>
    Float64Array.from(winners, (winner, pair) => wins[winner * itemCount + (losers[pair] as number)] as number);
  return countPairs({
    itemCount,
    judgeCount: 1,
    judges: new Uint32Array(firsts.length),
    firsts: Uint32Array.from(firsts),
    seconds: Uint32Array.from(seconds),
    firstWins: winsOf(firsts, seconds),
    secondWins: winsOf(seconds, firsts),
  }).pairs;
}

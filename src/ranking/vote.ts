/** One soft comparison by one judge. Indices point into the answers (items) and judges of what is ranked. */
export interface Vote {
  readonly judge: number;
  /** The answer shown first; where the judge scored each answer by itself, either of the two. */
  readonly first: number;
  readonly second: number;
  /** P(first is better) in [0, 1]: 1 or 0 for a hard verdict, 0.5 for a tie. */
  readonly outcome: number;
  /** Weight >= 0. A judge that scores k answers emits all pairs at 2/k each, for k-1 independent contrasts (ranking.md). */
  readonly weight: number;
  /** True where the judge saw the two side by side in this order, so that it may favour a position; false where it scored each. */
  readonly ordered: boolean;
}

/** Everything a round's ranking needs; identities never enter it. */
export interface Ballots {
  readonly answerCount: number;
  readonly judgeCount: number;
  readonly votes: readonly Vote[];
  /** Standing of each judge in [0, 1], the prior on its discrimination; missing entries count as the neutral 0.5. */
  readonly judgeStanding?: readonly number[];
  /** A property of style of each answer, e.g. the logarithm of its length: judges' private taste for it is taken out. */
  readonly style?: readonly number[];
}

/** Weight of each of the k(k-1)/2 pair votes of a judge that scored k answers: together they weigh as their k-1 independent contrasts. */
export function scoredPairWeight(answersScored: number): number {
  return 2 / answersScored;
}

/** Far above any honest weight (a scored pair has at most 1), low enough to keep fits well conditioned. */
export const MAX_WEIGHT = 1_000;

/** What is wrong with a vote among so many items and judges, in words; undefined when nothing is. */
export function findVoteFault(vote: Vote, itemCount: number, judgeCount: number): string | undefined {
  const isIndex = (value: number, count: number): boolean => Number.isInteger(value) && value >= 0 && value < count;
  if (!isIndex(vote.judge, judgeCount)) return `no judge ${vote.judge}`;
  if (!isIndex(vote.first, itemCount)) return `no answer ${vote.first}`;
  if (!isIndex(vote.second, itemCount)) return `no answer ${vote.second}`;
  if (vote.first === vote.second) return `answer ${vote.first} is compared with itself`;
  if (!(vote.outcome >= 0 && vote.outcome <= 1)) return `outcome ${vote.outcome} is not in [0, 1]`;
  if (!(vote.weight >= 0 && vote.weight <= MAX_WEIGHT)) return `weight ${vote.weight} is not in [0, ${MAX_WEIGHT}]`;
  return undefined;
}

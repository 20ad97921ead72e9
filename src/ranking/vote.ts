/** One soft comparison by one judge. Indices point into the round's answers and judges. */
export interface Vote {
  readonly judge: number;
  /** The answer shown (or scored) first. */
  readonly first: number;
  readonly second: number;
  /** P(first is better) in [0, 1]: 1 or 0 for a hard verdict, 0.5 for a tie. */
  readonly outcome: number;
  /** Weight >= 0. A judge that scores k answers emits all pairs at 2/k each, for k-1 independent contrasts (ranking.md). */
  readonly weight: number;
}

/** Everything an aggregator needs; identities never enter it. */
export interface Ballots {
  readonly answerCount: number;
  readonly judgeCount: number;
  readonly votes: readonly Vote[];
  /** Standing of each judge in [0, 1], the prior on its discrimination; missing entries count as the neutral 0.5. */
  readonly judgeStanding?: readonly number[];
}

export interface RankedAnswer {
  readonly answer: number;
  /** Strength on the logit scale; the strengths of a round sum to zero. */
  readonly strength: number;
  /** 95 % interval of the strength. */
  readonly low: number;
  readonly high: number;
  /** P(this answer is the best). */
  readonly pBest: number;
}

export interface Ranking {
  /** Best first. Ties (difference < 1e-9) stand in ascending answer index. */
  readonly order: readonly RankedAnswer[];
  readonly iterations: number;
  /** False when the iteration limit ended the fit; the figures then are the best found. */
  readonly converged: boolean;
}

/** Weight of each of the k(k-1)/2 pair votes of a judge that scored k answers: together they weigh as their k-1 independent contrasts. */
export function scoredPairWeight(answersScored: number): number {
  return 2 / answersScored;
}

export { type Ballots, type Vote, scoredPairWeight } from './vote.ts';
export type { RankedAnswer, Ranking } from './ranking.ts';
export type { AssignmentError, RankingError } from './errors.ts';
export { type RankingOptions, rankAnswers } from './rank-answers.ts';
/** For log-odds that every peer must turn into the same bytes. */
export { logistic } from './numerics/elementary.ts';
export { type AssignmentRequest, assignAnswers } from './assignment/answers-per-judge.ts';

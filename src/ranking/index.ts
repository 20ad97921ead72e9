export { type Ballots, type RankedAnswer, type Ranking, type Vote, scoredPairWeight } from './vote.ts';
export type { AssignmentError, RankingError } from './errors.ts';
export { type RankingOptions, rankAnswers } from './rank-answers.ts';
/** For log-odds that every peer must turn into the same bytes. */
export { logistic } from './elementary.ts';
export { type AssignmentRequest, assignAnswers } from './assignment.ts';

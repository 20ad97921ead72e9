export { type Ballots, type Vote, findVoteFault, scoredPairWeight } from './vote.ts';
export { type VoteCells, type VoteCounter, createVoteCounter } from './vote-cells.ts';
export type { JudgeEstimate, RankedAnswer, Ranking } from './ranking.ts';
export type { AssignmentError, RankingError } from './errors.ts';
export { rankAnswers } from './rank-answers.ts';
/** For log-odds that every peer must turn into the same bytes. */
export { logistic } from './numerics/elementary.ts';
export { type AssignmentRequest, assignAnswers } from './assignment/answers-per-judge.ts';
export {
  type Accumulator,
  type Aggregate,
  type AggregateError,
  type Aggregator,
  type AggregatorContext,
  type AggregatorName,
  aggregatorNames,
} from './aggregators/aggregator.ts';
export { aggregators } from './aggregators/index.ts';
export { extractFinalAnswer } from './aggregators/final-answer.ts';
export { type JudgeReport, reportJudges } from './evidence/judge-report.ts';
export { type Fragility, findFragility } from './evidence/fragility.ts';
export { type OrderedPair, type PairRequest, assignPairs } from './assignment/pairs-per-judge.ts';
export { type Group, type Plan } from './assignment/plan-cost.ts';
export { type WaveError, type WaveRequest, planWave } from './assignment/active-wave.ts';
export { type Saving, allComparisons, isDecided, savingOf } from './assignment/stop-rule.ts';
export { type StrengthDraws, drawStrengths } from './assignment/strength-draws.ts';
export { type Leaderboard, createLeaderboard, mergeLeaderboards } from './leaderboard/leaderboard.ts';
export { type LeaderboardRow, type LeaderboardTable, rankLeaderboard } from './leaderboard/rank-leaderboard.ts';
export { type KeptFit, fitToKeep, refit } from './leaderboard/refit.ts';
export type { LeaderboardError } from './leaderboard/errors.ts';

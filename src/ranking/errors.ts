import type { Failure } from '#vocabulary';

export type RankingErrorType =
  | 'no-answers'
  | 'too-many-answers'
  | 'too-many-votes'
  | 'bad-vote'
  | 'bad-standing'
  | 'bad-style';
export type RankingError = Failure<RankingErrorType>;

export type AssignmentErrorType = 'too-large' | 'bad-author' | 'too-few-per-judge';
export type AssignmentError = Failure<AssignmentErrorType>;

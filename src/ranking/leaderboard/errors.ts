import type { Failure } from '#vocabulary';

export type LeaderboardErrorType = 'bad-names' | 'too-many-items' | 'no-maximum';
export type LeaderboardError = Failure<LeaderboardErrorType>;

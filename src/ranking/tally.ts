import { type Result, err, failure, ok } from '#vocabulary';
import { type SquareMatrix, createMatrix } from './numerics/cholesky.ts';
import type { RankingError } from './errors.ts';
import { type Ballots, type Vote, findVoteFault } from './vote.ts';

/** Newton factorises an n x n matrix a step: 256 answers take some 0.1 s; a round has at most 64. */
export const MAX_ANSWERS = 256;
/** 64 judges that score 64 answers each cast 129,024 votes. */
export const MAX_VOTES = 200_000;
/** What a judge without a record is taken for. */
export const NEUTRAL_STANDING = 0.5;

/** Sufficient statistics of plain Bradley-Terry: all that the fit needs to know of the votes. */
export interface Tally {
  readonly answerCount: number;
  /** Entry (a, b): weighted share of the comparisons of a with b that a won; soft outcomes count in parts. */
  readonly wins: SquareMatrix;
}

/** Factor on the weight of a judge's votes: linear in its standing, 1 for the neutral 0.5, 0 for standing 0, 2 for 1. */
export function standingToFactor(standing: number): number {
  return standing / NEUTRAL_STANDING;
}

/**
 * Validates the ballots and adds them up in a canonical order: floating-point sums depend on their order, and every
 * peer must get the same bytes from the same votes however they arrived.
 */
export function tallyVotes(ballots: Ballots): Result<Tally, RankingError> {
  const { answerCount, judgeCount, votes, judgeStanding = [] } = ballots;
  if (!Number.isInteger(answerCount) || answerCount < 1)
    return err(failure('no-answers', `There is nothing to rank: ${answerCount} answers.`));
  if (answerCount > MAX_ANSWERS)
    return err(failure('too-many-answers', `${answerCount} answers; at most ${MAX_ANSWERS} are ranked at once.`));
  if (votes.length > MAX_VOTES)
    return err(failure('too-many-votes', `${votes.length} votes; at most ${MAX_VOTES} are counted.`));
  for (const [judge, standing] of judgeStanding.entries())
    if (!(standing >= 0 && standing <= 1))
      return err(failure('bad-standing', `Standing of judge ${judge} is ${standing}, not in [0, 1].`));
  for (const [position, vote] of votes.entries()) {
    const fault = findVoteFault(vote, answerCount, judgeCount);
    if (fault !== undefined) return err(failure('bad-vote', `Vote ${position}: ${fault}.`));
  }

  const wins = createMatrix(answerCount);
  for (const vote of votes.map(orient).sort(compareVotes)) {
    const weight = vote.weight * standingToFactor(judgeStanding[vote.judge] ?? NEUTRAL_STANDING);
    wins.entries[vote.first * answerCount + vote.second]! += weight * vote.outcome;
    wins.entries[vote.second * answerCount + vote.first]! += weight * (1 - vote.outcome);
  }
  return ok({ answerCount, wins });
}

/** Plain Bradley-Terry has no positions: the lower index stands first. */
function orient(vote: Vote): Vote {
  return vote.first < vote.second
    ? vote
    : { ...vote, first: vote.second, second: vote.first, outcome: 1 - vote.outcome };
}

function compareVotes(a: Vote, b: Vote): number {
  return a.first - b.first || a.second - b.second || a.judge - b.judge || a.outcome - b.outcome || a.weight - b.weight;
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { RankingError } from './errors.ts';
import { type VoteCells, createVoteCounter } from './vote-cells.ts';
import { type Ballots, type Vote, findVoteFault } from './vote.ts';

/** Newton factorises an n x n matrix a step: 256 answers take some 0.1 s; a round has at most 64. */
const MAX_ANSWERS = 256;
/** 64 judges that score 64 answers each cast 129,024 votes. */
const MAX_VOTES = 200_000;

/**
 * Validates the ballots and adds them up in a canonical order: floating-point sums depend on their order, and every
 * peer must get the same bytes from the same votes however they arrived.
 */
export function countBallots(ballots: Ballots): Result<VoteCells, RankingError> {
  const { answerCount, judgeCount, votes, judgeStanding = [], style = [] } = ballots;
  if (!Number.isInteger(answerCount) || answerCount < 1)
    return err(failure('no-answers', `There is nothing to rank: ${answerCount} answers.`));
  if (answerCount > MAX_ANSWERS)
    return err(failure('too-many-answers', `${answerCount} answers; at most ${MAX_ANSWERS} are ranked at once.`));
  // As many judges as votes at most can have voted; the others cost memory and say nothing.
  if (!Number.isInteger(judgeCount) || judgeCount < 0 || judgeCount > MAX_VOTES)
    return err(failure('too-many-votes', `${judgeCount} judges; at most ${MAX_VOTES} can have voted.`));
  if (votes.length > MAX_VOTES)
    return err(failure('too-many-votes', `${votes.length} votes; at most ${MAX_VOTES} are counted.`));
  for (const [judge, standing] of judgeStanding.entries())
    if (!(standing >= 0 && standing <= 1))
      return err(failure('bad-standing', `Standing of judge ${judge} is ${standing}, not in [0, 1].`));
  for (const [answer, value] of style.entries())
    if (!(Math.abs(value) <= MAX_STYLE))
      return err(failure('bad-style', `The style of answer ${answer} is ${value}, not a number up to ${MAX_STYLE}.`));
  for (const [position, vote] of votes.entries()) {
    const fault = findVoteFault(vote, answerCount, judgeCount);
    if (fault !== undefined) return err(failure('bad-vote', `Vote ${position}: ${fault}.`));
  }
  const counter = createVoteCounter();
  for (const vote of votes.map(orient).sort(compareVotes)) counter.add(vote);
  return ok(counter.cells(answerCount, judgeCount));
}

/** Far above any length in characters; squares of it are still exact enough. */
const MAX_STYLE = 1e9;

/** Where no order was seen the lower index stands first. */
function orient(vote: Vote): Vote {
  return vote.ordered || vote.first < vote.second
    ? vote
    : { ...vote, first: vote.second, second: vote.first, outcome: 1 - vote.outcome };
}

function compareVotes(a: Vote, b: Vote): number {
  return (
    a.judge - b.judge ||
    a.first - b.first ||
    a.second - b.second ||
    Number(a.ordered) - Number(b.ordered) ||
    a.outcome - b.outcome ||
    a.weight - b.weight
  );
}

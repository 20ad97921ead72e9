import { type RecordId, equalBytes } from '#vocabulary';
import { type RecordOf, opensBallotCommit } from '#reputation';
import { digestAnswer, digestText } from './commitment.ts';
import type { Reveal } from './wire.ts';

/** Whether a reveal opens this commit: same author and round, and the text, model and salt give its digest. */
export function opensAnswer(commit: RecordOf<'commit'>, reveal: Reveal<RecordOf<'reveal'>>, model: string): boolean {
  const { record, text, salt } = reveal;
  return (
    record.author === commit.author &&
    record.body.round === commit.body.round &&
    record.body.commit === commit.id &&
    equalBytes(record.body.answerDigest, digestText(text)) &&
    equalBytes(commit.body.digest, digestAnswer({ round: commit.body.round, peer: commit.author, model, text, salt }))
  );
}

/** Ballots that open one of these commits, ascending by id, one a judge. */
export function openedBallots(
  commits: readonly RecordOf<'ballot-commit'>[],
  ballots: readonly RecordOf<'ballot'>[],
): readonly RecordOf<'ballot'>[] {
  const commitOf = new Map<RecordId, RecordOf<'ballot-commit'>>(commits.map((commit) => [commit.id, commit]));
  return ballots
    .filter((ballot) => {
      const commit = commitOf.get(ballot.body.commit);
      return commit !== undefined && opensBallotCommit(commit, ballot);
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

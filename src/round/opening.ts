import type { RecordId } from '#vocabulary';
import type { RecordOf } from '#reputation';
import { digestAnswer, digestBallot, digestText, equalBytes } from './commitment.ts';
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

/** Whether a ballot opens the commit its judge signed before any ballot was open. */
export function opensBallot(commit: RecordOf<'ballot-commit'>, ballot: RecordOf<'ballot'>): boolean {
  const { commit: opened, ...body } = ballot.body;
  return (
    ballot.author === commit.author &&
    ballot.body.round === commit.body.round &&
    opened === commit.id &&
    equalBytes(commit.body.digest, digestBallot(ballot.author, body))
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
      return commit !== undefined && opensBallot(commit, ballot);
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

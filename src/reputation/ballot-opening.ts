import { type Canonical, type PeerId, encodeCanonical, equalBytes, sha256 } from '#vocabulary';
import type { RecordBodies, RecordOf } from './bodies.ts';

/** A ballot as its judge made it, before its commit exists. */
export type SealedBallot = Omit<RecordBodies['ballot'], 'commit'>;

/**
 * SHA-256 of canonical [judge, sealed ballot]: the salt in the body hides the votes, the judge's name keeps others from
 * opening a copied commit.
 */
export function digestBallot(judge: PeerId, sealed: SealedBallot): Uint8Array {
  // The schema of a ballot admits canonical values only; its type just lacks the index signature to say so.
  return sha256(encodeCanonical([judge, sealed as unknown as Canonical]));
}

/** Whether a ballot opens the commit its judge signed before any ballot was open. */
export function opensBallotCommit(commit: RecordOf<'ballot-commit'>, ballot: RecordOf<'ballot'>): boolean {
  const { commit: opened, ...sealed } = ballot.body;
  if (opened !== commit.id || ballot.author !== commit.author || ballot.body.round !== commit.body.round) return false;
  return equalBytes(digestBallot(ballot.author, sealed), commit.body.digest);
}

import { type PeerId, type RecordId, type RoundId, encodeCanonical, sha256 } from '#vocabulary';

/** Bytes of a salt: enough that a short answer or ballot cannot be guessed from its digest. */
export const SALT_BYTES = 16;

export interface AnswerOpening {
  readonly round: RoundId;
  readonly peer: PeerId;
  readonly model: string;
  readonly text: string;
  readonly salt: Uint8Array;
}

/** SHA-256(canonical [round, peer, model, answer, salt]): binds the author and hides the text (protocol.md, step 3). */
export function digestAnswer(opening: AnswerOpening): Uint8Array {
  return sha256(encodeCanonical([opening.round, opening.peer, opening.model, opening.text, opening.salt]));
}

/** Digest of the answer's text alone: what a public record may name without giving the text away. */
export function digestText(text: string): Uint8Array {
  return sha256(new TextEncoder().encode(text));
}

/** Seed of everything drawn in a round: known to nobody before all have committed, recomputable by everybody. */
export function seedOfRound(round: RoundId, commits: readonly RecordId[]): string {
  return `${round}|${[...commits].sort().join('|')}`;
}

import type { Canonical, Failure, PeerId, RecordId } from '#vocabulary';

/** Kinds of durable facts a round leaves behind (protocol.md, Records). Later kinds are added here. */
export type RecordType =
  | 'ask'
  | 'roster'
  | 'commit'
  | 'lineup'
  | 'reveal'
  | 'ballot-commit'
  | 'ballot'
  | 'verdict'
  | 'confirmation'
  | 'dispute';

/** The signed part. Canonical CBOR of this object is what the id digests. */
export interface RecordContent {
  readonly v: 1;
  readonly type: RecordType;
  readonly author: PeerId;
  /** Milliseconds since the epoch by the author's clock. */
  readonly time: number;
  /** Records this one builds on, ascending. */
  readonly parents: readonly RecordId[];
  readonly body: Canonical;
}

/** A content-addressed, signed fact. `signature` is Ed25519 by the author over the id's text in UTF-8. */
export interface SignedRecord extends RecordContent {
  readonly id: RecordId;
  readonly signature: Uint8Array;
}

export type RecordErrorType =
  | 'malformed'
  | 'oversized'
  | 'unknown-type'
  | 'future-dated'
  | 'bad-signature'
  | 'equivocation'
  | 'duplicate';
export type RecordError = Failure<RecordErrorType>;

import { CID } from 'multiformats/cid';
import * as multihash from 'multiformats/hashes/digest';
import {
  type Canonical,
  type Failure,
  type PeerId,
  type RecordId,
  asRecordId,
  encodeCanonical,
  sha256,
} from '#vocabulary';

/** Kinds of durable facts a round leaves behind. Later kinds are added here, with a body in bodies.ts. */
export const RECORD_TYPES = [
  'ask',
  'roster',
  'commit',
  'lineup',
  'reveal',
  'ballot-commit',
  'ballot',
  'verdict',
  'confirmation',
  'dispute',
] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

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

export type RecordErrorType = 'malformed' | 'oversized' | 'unknown-type' | 'future-dated' | 'bad-signature';
export type RecordError = Failure<RecordErrorType>;

/** Codes of the multicodec table: DAG-CBOR and SHA-256. */
const DAG_CBOR = 0x71;
const SHA2_256 = 0x12;

/** Id of a record from its six signed fields; anything else on the object is left out. */
export function recordIdOf({ v, type, author, time, parents, body }: RecordContent): RecordId {
  return recordIdOfBytes(encodeCanonical({ v, type, author, time, parents, body }));
}

/** CIDv1 of a content's canonical bytes. */
export function recordIdOfBytes(content: Uint8Array): RecordId {
  return asRecordId(CID.createV1(DAG_CBOR, multihash.create(SHA2_256, sha256(content))).toString());
}

/** Ascending by UTF-16 unit, as IndexedDB orders its keys; ids are plain ASCII. */
export function compareIds(a: RecordId, b: RecordId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

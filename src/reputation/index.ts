export {
  type RecordType,
  type RecordContent,
  type SignedRecord,
  type RecordError,
  type RecordErrorType,
} from './record.ts';
export { MAX_RECORD_BYTES, FUTURE_TOLERANCE_MS } from './constants.ts';
export { type RecordBodies, type RecordOf, type TypedRecord, type BallotRecord, parseBody } from './bodies.ts';
export { encodeRecord, decodeRecord } from './record-codec.ts';
export { type RecordDraft, type RecordChecks, createRecord, verifyRecord } from './record-signing.ts';
export type { Ledger, LedgerError } from './ledger.ts';

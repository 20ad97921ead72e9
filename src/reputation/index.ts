export type { RecordType, RecordContent, SignedRecord, RecordError, RecordErrorType } from './record.ts';
export { MAX_RECORD_BYTES, FUTURE_TOLERANCE_MS } from './constants.ts';
export { type RecordBodies, type RecordOf, type TypedRecord, type BallotRecord, parseBody } from './bodies.ts';
export { encodeRecord, decodeRecord } from './record-codec.ts';
export { type RecordDraft, type RecordChecks, createRecord, verifyRecord } from './record-signing.ts';
export { type Equivocation, findEquivocations } from './equivocation.ts';
export { type SealedBallot, digestBallot, opensBallotCommit } from './ballot-opening.ts';
export { type Transcript, collectTranscripts, transcriptOf, digestEvidence } from './transcript.ts';
export type { Role } from './conduct.ts';
export {
  type Standing,
  type RoleStanding,
  type StandingChange,
  type Viewer,
  foldStandings,
  judgeStandingOf,
} from './standing.ts';
export type { Ledger, LedgerError } from './ledger.ts';
export { type OpenedLedger, type LedgerNotice, type LedgerOptions, openLedger } from './ledger-opening.indexeddb.ts';
export { createMemoryLedger } from './ledger.memory.ts';

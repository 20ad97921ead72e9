import type { RecordId, Result, Failure } from '#vocabulary';
import type { SignedRecord } from './record.ts';

export type LedgerError = Failure<'quota' | 'unavailable'>;

/** The grow-only set of valid records this peer holds. The caller validates before it puts. */
export interface Ledger {
  /** Stores records; those already held are ignored. An error says that what waits is not on disk yet; it is kept and tried again. */
  put(records: readonly SignedRecord[]): Promise<Result<void, LedgerError>>;
  get(id: RecordId): Promise<SignedRecord | undefined>;
  /** All records, ascending by id. Like `get` it rejects when storage was taken away and cannot be had back. */
  all(): Promise<readonly SignedRecord[]>;
  /** Writes what is still buffered. */
  flush(): Promise<Result<void, LedgerError>>;
  close(): Promise<void>;
  /** False when nothing outlives the tab (private browsing, no storage); the page says so. */
  readonly durable: boolean;
}

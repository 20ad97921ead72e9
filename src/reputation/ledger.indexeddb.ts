import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Clock, type RecordId, type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { Ledger, LedgerError } from './ledger.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';
import { type SignedRecord, compareIds } from './record.ts';

/** Raised when the stores change. A newer database is never touched by an older app. */
export const LEDGER_SCHEMA_VERSION = 1;

/** Delay between a record and its transaction: one for many is 5 to 40 times faster than one each (measured). */
export const WRITE_BEHIND_MS = 250;

/** Records one transaction takes; beyond about a thousand there is nothing to gain (measured). */
const BATCH_RECORDS = 1_000;

/** Records held back while the disk is full. About 5 MB; after that `put` refuses. */
export const MAX_WAITING_RECORDS = 10_000;

/** Wire bytes, not objects: half the size, and damage shows because the id no longer fits. */
interface LedgerSchema extends DBSchema {
  records: { key: RecordId; value: Uint8Array };
}
export type LedgerDatabase = IDBPDatabase<LedgerSchema>;

export interface ConnectionEvents {
  /** The browser or a newer app took the connection away. */
  readonly onLost: () => void;
  /** Another tab holds an older schema open; opening waits for it. */
  readonly onBlocked?: () => void;
}

/** Opens or creates the database. Rejects with the browser's DOMException, or a TypeError for foreign stores. */
export async function openLedgerDatabase(
  name: string,
  { onLost, onBlocked }: ConnectionEvents,
): Promise<LedgerDatabase> {
  const database = await openDB<LedgerSchema>(name, LEDGER_SCHEMA_VERSION, {
    upgrade: (created) => {
      created.createObjectStore('records');
    },
    blocked: () => onBlocked?.(),
    blocking: (_current, _blocked, event) => {
      // Standing in the way of a newer tab would keep it from starting.
      (event.target as IDBDatabase).close();
      onLost();
    },
    terminated: onLost,
  });
  if (database.objectStoreNames.contains('records')) return database;
  database.close();
  throw new TypeError(`The database ${name} has no store of records`);
}

export interface IndexedDbLedgerOptions {
  readonly clock: Clock;
  /** Opens a connection; called again when the last one was lost. */
  readonly connect: (events: ConnectionEvents) => Promise<LedgerDatabase>;
  /** A row of the database that is not the record its key names. It is skipped, and replaced when a peer brings it again. */
  readonly onDamaged?: (id: RecordId) => void;
}

/**
 * A ledger that survives the tab. `put` returns at once and one transaction later writes what has gathered; a refusal of
 * that transaction is reported by the next `put` or `flush`, and its records wait for a later one.
 */
export async function createIndexedDbLedger(options: IndexedDbLedgerOptions): Promise<Ledger> {
  const { clock, onDamaged } = options;
  let connection: Promise<LedgerDatabase> | undefined;
  const forget = (): void => {
    connection = undefined;
  };
  function connect(): Promise<LedgerDatabase> {
    if (connection !== undefined) return connection;
    connection = options.connect({ onLost: forget });
    connection.catch(forget);
    return connection;
  }

  const known = new Set<RecordId>(await (await connect()).getAllKeys('records'));
  const waiting = new Map<RecordId, SignedRecord>();
  let cancelTimer: (() => void) | undefined;
  let lastWrite: Promise<Result<void, LedgerError>> = Promise.resolve(ok(undefined));
  let refused: LedgerError | undefined;
  let closed = false;

  async function writeAll(): Promise<Result<void, LedgerError>> {
    cancelTimer?.();
    cancelTimer = undefined;
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, BATCH_RECORDS);
      try {
        await writeBatch(await connect(), batch);
      } catch (cause) {
        refused = errorOf(cause);
        return err(refused);
      }
      for (const { id } of batch) waiting.delete(id);
      refused = undefined;
    }
    return ok(undefined);
  }

  /** One transaction at a time: a flush during another writes what came after that one began. */
  function flush(): Promise<Result<void, LedgerError>> {
    lastWrite = lastWrite.then(writeAll);
    return lastWrite;
  }

  function schedule(): void {
    cancelTimer ??= clock.after(WRITE_BEHIND_MS, () => {
      cancelTimer = undefined;
      void flush();
    });
  }

  function readRow(id: RecordId, bytes: unknown): SignedRecord | undefined {
    const decoded = bytes instanceof Uint8Array ? decodeRecord(bytes) : undefined;
    if (decoded?.ok === true && decoded.value.id === id) return decoded.value;
    // The next copy that comes along may take its place.
    known.delete(id);
    onDamaged?.(id);
    return undefined;
  }

  return {
    durable: true,
    async put(records) {
      if (closed) return err(failure('unavailable', 'The ledger is closed.', 'Reload the page.'));
      for (const record of records) {
        if (known.has(record.id)) continue;
        if (waiting.size >= MAX_WAITING_RECORDS) {
          const flushed = await flush();
          if (!flushed.ok) return flushed;
        }
        known.add(record.id);
        waiting.set(record.id, record);
      }
      if (waiting.size >= BATCH_RECORDS) return flush();
      if (waiting.size > 0) schedule();
      return refused === undefined ? ok(undefined) : err(refused);
    },
    async get(id) {
      const held = waiting.get(id);
      if (held !== undefined || !known.has(id)) return held;
      const bytes = await (await connect()).get('records', id);
      return bytes === undefined ? undefined : readRow(id, bytes);
    },
    async all() {
      const unsaved = [...waiting.values()];
      const transaction = (await connect()).transaction('records');
      const [ids, rows] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
      const found = new Map(unsaved.map((record) => [record.id, record]));
      ids.forEach((id, row) => {
        if (found.has(id)) return;
        const record = readRow(id, rows[row]);
        if (record !== undefined) found.set(id, record);
      });
      return [...found.values()].toSorted((a, b) => compareIds(a.id, b.id));
    },
    flush,
    async close() {
      if (closed) return;
      closed = true;
      await flush();
      (await connection?.catch(() => undefined))?.close();
      connection = undefined;
    },
  };
}

async function writeBatch(database: LedgerDatabase, batch: readonly SignedRecord[]): Promise<void> {
  // In batches strict durability costs a tenth, and a killed browser loses nothing that was flushed.
  const transaction = database.transaction('records', 'readwrite', { durability: 'strict' });
  const writes = batch.map((record) => transaction.store.put(encodeRecord(record), record.id));
  // `done` first: its rejection names the reason of the abort, those of the requests often only that there was one.
  await Promise.all([transaction.done, ...writes]);
}

function errorOf(cause: unknown): LedgerError {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  if (name === 'QuotaExceededError') return quotaError();
  return failure(
    'unavailable',
    `Storage refused the records: ${messageOf(cause)}`,
    'They are kept in this tab and written when storage works again. If this stays, export your identity and reload.',
  );
}

function quotaError(): LedgerError {
  return failure(
    'quota',
    'There is no space left for records.',
    'Free space on this device, or remove models you no longer use. Until then records last as long as this tab.',
  );
}

import { type Clock, type Failure, type RecordId, failure, messageOf } from '#vocabulary';
import {
  type ConnectionEvents,
  type LedgerDatabase,
  createIndexedDbLedger,
  openLedgerDatabase,
} from './ledger.indexeddb.ts';
import { createMemoryLedger } from './ledger.memory.ts';
import type { Ledger } from './ledger.ts';

/** What a person should know about the storage they got. */
export type LedgerNotice = Failure<'memory-only' | 'set-aside' | 'damaged'>;

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly notice: LedgerNotice | undefined;
}

export interface LedgerOptions {
  /** One a peer: peers of one origin must not share standing. */
  readonly databaseName: string;
  readonly clock: Clock;
  /** Told of damage that shows only when records are read. */
  readonly onNotice?: (notice: LedgerNotice) => void;
}

/** Longest wait for another tab to let go of an older schema; after that this visit goes without storage. */
export const OPEN_TIMEOUT_MS = 5_000;

/** Names tried after the first: each left aside cost a corruption or a step back to an older app. */
const SPARE_NAMES = 3;

/**
 * Opens the durable ledger where the browser allows one and a memory ledger where not, and says which and why.
 * A database that cannot be used (newer, or with foreign stores) is left as it is, and a spare one takes its place.
 */
export async function openLedger({ databaseName, clock, onNotice }: LedgerOptions): Promise<OpenedLedger> {
  if (globalThis.indexedDB === undefined) return inMemory('This browser offers no storage.');
  let reason = '';
  for (let spare = 0; spare <= SPARE_NAMES; spare++) {
    const name = spare === 0 ? databaseName : `${databaseName}~${spare}`;
    try {
      const ledger = await createIndexedDbLedger({
        clock,
        connect: (events) => openInTime(name, clock, events),
        onDamaged: (id) => onNotice?.(damaged(id)),
      });
      return { ledger, notice: spare === 0 ? undefined : setAside(reason) };
    } catch (cause) {
      reason = messageOf(cause);
      if (!isUnusable(cause)) break;
    }
  }
  return inMemory(reason);
}

async function openInTime(name: string, clock: Clock, events: ConnectionEvents): Promise<LedgerDatabase> {
  const opening = openLedgerDatabase(name, events);
  let cancel = (): void => {};
  const timeout = new Promise<never>((_, reject) => {
    cancel = clock.after(OPEN_TIMEOUT_MS, () => {
      // Nobody waits for it any more: an open connection would only block others.
      opening.then((database) => database.close()).catch(() => {});
      reject(new DOMException('Another tab keeps the storage of an older version open.', 'TimeoutError'));
    });
  });
  try {
    return await Promise.race([opening, timeout]);
  } finally {
    cancel();
  }
}

/** This database is beyond use but another may work: a newer version, foreign stores, damage within it. */
function isUnusable(cause: unknown): boolean {
  if (cause instanceof TypeError) return true;
  return (
    cause instanceof DOMException && ['VersionError', 'UnknownError', 'DataError', 'NotFoundError'].includes(cause.name)
  );
}

function setAside(reason: string): LedgerNotice {
  return failure(
    'set-aside',
    `The records stored before cannot be read (${reason}). They were left as they are, and a new ledger was begun.`,
    'Reload with the newest version of this app to use the earlier records.',
  );
}

function damaged(id: RecordId): LedgerNotice {
  return failure(
    'damaged',
    `The stored record ${id} is damaged and was left out.`,
    'It heals when a peer sends it again.',
  );
}

function inMemory(reason: string): OpenedLedger {
  const notice: LedgerNotice = failure(
    'memory-only',
    `Records and standings last only as long as this tab: ${reason}`,
    'Leave private browsing or allow this site to store data, then reload.',
  );
  return { ledger: createMemoryLedger(), notice };
}

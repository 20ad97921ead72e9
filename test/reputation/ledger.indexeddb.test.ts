import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type VirtualClock, createVirtualClock } from '#vocabulary';
import { type LedgerNotice, type OpenedLedger, type TypedRecord, openLedger } from '#reputation';
import { WRITE_BEHIND_MS } from '../../src/reputation/ledger.indexeddb.ts';
import { OPEN_TIMEOUT_MS } from '../../src/reputation/ledger-opening.indexeddb.ts';
import { describeLedgerContract } from '../contracts/ledger.ts';
import { playRound } from './scripted-round.ts';

let clock: VirtualClock;
let records: readonly TypedRecord[];
let opened: OpenedLedger[] = [];

beforeAll(async () => {
  records = await playRound({ name: 'r', asker: 'anna', participants: ['anna', 'berta', 'carla'], atMs: 0 });
});
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  clock = createVirtualClock();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map(({ ledger }) => ledger.close()));
  opened = [];
});

async function open(databaseName = 'test', onNotice?: (notice: LedgerNotice) => void): Promise<OpenedLedger> {
  const one = await openLedger({ databaseName, clock, ...(onNotice && { onNotice }) });
  opened.push(one);
  return one;
}

let count = 0;
describeLedgerContract(
  'IndexedDB, fake',
  async (contractClock) => {
    const databaseName = `contract-${count++}`;
    const reopen = async () => (await openLedger({ databaseName, clock: contractClock })).ledger;
    return { ledger: await reopen(), reopen };
  },
  createVirtualClock(),
);

function onRequest(request: IDBRequest | IDBOpenDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error as Error));
  });
}

/** What another connection finds on disk. */
async function storedIds(name = 'test'): Promise<readonly IDBValidKey[]> {
  const database = (await onRequest(indexedDB.open(name))) as IDBDatabase;
  const ids = await onRequest(database.transaction('records').objectStore('records').getAllKeys());
  database.close();
  return ids as readonly IDBValidKey[];
}

async function createForeign(name: string, version: number, store: string): Promise<void> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  ((await onRequest(request)) as IDBDatabase).close();
}

describe('R13: write-behind', () => {
  test('records gather until the timer and then go in one transaction', async () => {
    const { ledger, notice } = await open();
    expect(notice).toBeUndefined();
    const transactions = vi.spyOn(Object.getPrototypeOf(await rawDatabase()), 'transaction');
    for (const record of records) await ledger.put([record]);
    await clock.advance(WRITE_BEHIND_MS - 1);
    expect(transactions).not.toHaveBeenCalled();
    await clock.advance(1);
    await ledger.flush();
    expect(transactions.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(1);
    expect(await storedIds()).toHaveLength(records.length);
  });

  test('a flush writes at once, and what arrives during it as well', async () => {
    const { ledger } = await open();
    await ledger.put(records.slice(0, 3));
    const first = ledger.flush();
    await ledger.put(records.slice(3));
    const second = ledger.flush();
    expect([await first, await second].every((result) => result.ok)).toBe(true);
    expect(await storedIds()).toHaveLength(records.length);
  });

  test('a closed ledger takes nothing', async () => {
    const { ledger } = await open();
    await ledger.close();
    expect(await ledger.put(records)).toMatchObject({ ok: false, error: { type: 'unavailable' } });
  });

  async function rawDatabase(): Promise<IDBDatabase> {
    const database = (await onRequest(indexedDB.open('test'))) as IDBDatabase;
    database.close();
    return database;
  }
});

describe('R14: refused writes', () => {
  test('a full disk is reported with a remedy, nothing is lost, and the next flush tries again', async () => {
    const { ledger } = await open();
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await ledger.put(records);
    const refused = await ledger.flush();
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(!refused.ok && refused.error.remedy).toMatch(/space/u);
    expect(await ledger.all()).toHaveLength(records.length);
    expect(await ledger.get(records[0]!.id)).toEqual(records[0]);
    expect(await ledger.put(records)).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(await storedIds()).toEqual([]);

    full.mockRestore();
    expect(await ledger.flush()).toEqual({ ok: true, value: undefined });
    expect(await storedIds()).toHaveLength(records.length);
    expect(await ledger.put(records)).toEqual({ ok: true, value: undefined });
  });

  test('another refusal is unavailable, and the timer reports through the next put', async () => {
    const { ledger } = await open();
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('gone', 'InvalidStateError');
    });
    expect(await ledger.put(records.slice(1))).toEqual({ ok: true, value: undefined });
    await clock.advance(WRITE_BEHIND_MS);
    await ledger.flush();
    expect(await ledger.put(records)).toMatchObject({ ok: false, error: { type: 'unavailable' } });
  });
});

describe('R15: opening', () => {
  test('the database of a newer app is left as it is and a spare one used, and it says so', async () => {
    await createForeign('test', 99, 'future');
    const { ledger, notice } = await open();
    expect(notice).toMatchObject({ type: 'set-aside' });
    expect(notice?.remedy).toBeDefined();
    expect(ledger.durable).toBe(true);
    await ledger.put(records);
    await ledger.flush();
    expect(await storedIds('test~1')).toHaveLength(records.length);
    const newer = (await onRequest(indexedDB.open('test'))) as IDBDatabase;
    expect([newer.version, [...newer.objectStoreNames]]).toEqual([99, ['future']]);
    newer.close();
  });

  test('a database with foreign stores is left as it is, too', async () => {
    await createForeign('test', 1, 'something else');
    const { ledger, notice } = await open();
    expect(notice).toMatchObject({ type: 'set-aside' });
    expect(ledger.durable).toBe(true);
  });

  test('without IndexedDB it is a memory ledger, and it says so', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { ledger, notice } = await open();
    vi.unstubAllGlobals();
    expect(ledger.durable).toBe(false);
    expect(notice).toMatchObject({ type: 'memory-only' });
    expect(notice?.remedy).toBeDefined();
  });

  test('where storage is refused (private browsing) it is a memory ledger, and it says so', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException(
        'A mutation operation was attempted on a database that did not allow it',
        'InvalidStateError',
      );
    });
    const { ledger, notice } = await open();
    expect(ledger.durable).toBe(false);
    expect(notice).toMatchObject({ type: 'memory-only' });
    expect(await ledger.put(records)).toEqual({ ok: true, value: undefined });
  });

  test('storage that never answers is given up after a while', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => new EventTarget() as IDBOpenDBRequest);
    const opening = open();
    await clock.advance(OPEN_TIMEOUT_MS);
    expect((await opening).notice).toMatchObject({ type: 'memory-only' });
  });

  test('a newer tab is not kept from starting, and what waited for disk is reported', async () => {
    const { ledger } = await open();
    await ledger.put(records);
    const request = indexedDB.open('test', 99);
    const upgraded = (await onRequest(request)) as IDBDatabase;
    expect(upgraded.version).toBe(99);
    expect(await ledger.flush()).toMatchObject({ ok: false, error: { type: 'unavailable' } });
    await expect(ledger.all()).rejects.toThrow();
    upgraded.close();
  });
});

describe('R16: damage', () => {
  test('a row that is not the record it should be is left out and reported, and heals when it is put again', async () => {
    const before = await open();
    await before.ledger.put(records);
    await before.ledger.close();
    const [lost, swapped] = records as [TypedRecord, TypedRecord];
    const database = (await onRequest(indexedDB.open('test'))) as IDBDatabase;
    const store = database.transaction('records', 'readwrite').objectStore('records');
    const bytes = await onRequest(store.get(swapped.id));
    await onRequest(store.put(bytes, lost.id));
    database.close();

    const notices: LedgerNotice[] = [];
    const { ledger } = await open('test', (notice) => notices.push(notice));
    expect(await ledger.get(lost.id)).toBeUndefined();
    expect(notices).toMatchObject([{ type: 'damaged' }]);
    expect(await ledger.all()).toHaveLength(records.length - 1);
    await ledger.put([lost]);
    await ledger.flush();
    expect(await ledger.all()).toHaveLength(records.length);
  });
});

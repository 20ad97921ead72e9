import { deleteDB } from 'idb';
import { afterAll, expect, test, vi } from 'vitest';
import { asPeerId, systemClock } from '#vocabulary';
import { createRecord, foldStandings, openLedger } from '#reputation';
import { describeLedgerContract } from '../contracts/ledger.ts';
import { playRound } from './scripted-round.ts';
import { createNamedSigner } from './signers.ts';

const names: string[] = [];
function freshName(): string {
  const name = `ledger-test-${crypto.randomUUID()}`;
  names.push(name);
  return name;
}
afterAll(async () => {
  await Promise.all(names.map((name) => deleteDB(name)));
});

describeLedgerContract(
  'IndexedDB of the browser',
  async (clock) => {
    const databaseName = freshName();
    const reopen = async () => {
      const { ledger, notice } = await openLedger({ databaseName, clock });
      expect(notice).toBeUndefined();
      return ledger;
    };
    return { ledger: await reopen(), reopen };
  },
  systemClock,
);

test('R13: the timer alone brings records to disk', async () => {
  const databaseName = freshName();
  const { ledger } = await openLedger({ databaseName, clock: systemClock });
  await ledger.put(await playRound({ name: 'r', asker: 'anna', participants: ['anna', 'berta'], atMs: 0 }));
  await expect
    .poll(async () => {
      const other = await openLedger({ databaseName, clock: systemClock });
      const { length } = await other.ledger.all();
      await other.ledger.close();
      return length;
    })
    .toBeGreaterThan(10);
  await ledger.close();
});

test('R17: standings folded after a reload equal those before', async () => {
  const databaseName = freshName();
  const atMs = 1_770_000_000_000;
  const viewer = { self: asPeerId('anna'), nowMs: atMs };
  const records = await playRound({ name: 'r', asker: 'anna', participants: ['anna', 'berta', 'carla'], atMs });
  const first = await openLedger({ databaseName, clock: systemClock });
  await first.ledger.put(records);
  await first.ledger.close();
  const second = await openLedger({ databaseName, clock: systemClock });
  const stored = await second.ledger.all();
  expect(foldStandings(stored, viewer)).toEqual(foldStandings(records, viewer));
  expect(foldStandings(stored, viewer)).not.toEqual([]);
  await second.ledger.close();
});

test('R15: the database of a newer app is left as it is', async () => {
  const databaseName = freshName();
  names.push(`${databaseName}~1`);
  await new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 99);
    request.addEventListener('success', () => resolve(request.result.close()));
    request.addEventListener('error', () => reject(request.error as Error));
  });
  const { ledger, notice } = await openLedger({ databaseName, clock: systemClock });
  expect(notice).toMatchObject({ type: 'set-aside' });
  expect(ledger.durable).toBe(true);
  await ledger.close();
});

test('R1: this browser makes the same bytes as any other machine', async () => {
  const signer = await createNamedSigner('anna');
  const body = { round: '000102030405060708090a0b0c0d0e0f' as never, digest: new Uint8Array(32).fill(7) };
  const record = await createRecord(
    { type: 'commit', parents: ['bafyreigzszyqd4bclsvryrtkmnqreb2d6mtockkltrjxtcne7fac3h6lla' as never], body },
    { signer, nowMs: 1_770_000_000_000 },
  );
  expect(record.id).toBe('bafyreihgfsyxqqkakbp7arkm2bnu24ehnagsvmaucrechmoaum4nyoiqz4');
});

interface StorageBuckets {
  open(name: string, options: { readonly quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

test('R14: a disk that is really full is reported, and what did not fit is kept', async () => {
  const buckets = (navigator as unknown as { readonly storageBuckets: StorageBuckets }).storageBuckets;
  const bucketName = `small-${crypto.randomUUID()}`;
  const bucket = await buckets.open(bucketName, { quota: 100_000 });
  vi.stubGlobal('indexedDB', bucket.indexedDB);
  try {
    const { ledger } = await openLedger({ databaseName: 'full', clock: systemClock });
    expect(ledger.durable).toBe(true);
    const participants = ['anna', 'berta', 'carla', 'dora'];
    const rounds = await Promise.all(
      Array.from({ length: 20 }, (_, n) => playRound({ name: `round ${n}`, asker: 'anna', participants, atMs: n })),
    );
    const records = rounds.flat();
    await ledger.put(records);
    const flushed = await ledger.flush();
    expect(flushed).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(!flushed.ok && flushed.error.remedy).toMatch(/space/u);
    expect(await ledger.all()).toHaveLength(records.length);
    await ledger.close();
  } finally {
    vi.unstubAllGlobals();
    await buckets.delete(bucketName);
  }
});

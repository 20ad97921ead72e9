import { beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '#vocabulary';
import { type Ledger, type TypedRecord, verifyRecord } from '#reputation';
import { playRound } from '../reputation/scripted-round.ts';
import { verifyScripted } from '../reputation/signers.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** A second ledger on the same storage, opened after the first was closed; absent where nothing outlives it. */
  readonly reopen?: () => Promise<Ledger>;
}

const atMs = 1_770_000_000_000;
const idsOf = (records: readonly { readonly id: string }[]): readonly string[] => records.map((record) => record.id);

/** What every ledger keeps to (reputation/README.md, R12 to R14). `create` gives an empty one on every call. */
export function describeLedgerContract(
  implementation: string,
  create: (clock: Clock) => Promise<LedgerUnderTest>,
  clock: Clock,
): void {
  describe(`ledger contract: ${implementation}`, () => {
    let records: readonly TypedRecord[];
    beforeAll(async () => {
      records = await playRound({ name: 'ledger', asker: 'anna', participants: ['anna', 'berta', 'carla'], atMs });
    });

    async function withLedger(use: (under: LedgerUnderTest) => Promise<void>): Promise<void> {
      const under = await create(clock);
      try {
        await use(under);
      } finally {
        await under.ledger.close();
      }
    }

    test('R12: an empty one holds nothing', () =>
      withLedger(async ({ ledger }) => {
        expect(await ledger.all()).toEqual([]);
        expect(await ledger.get(records[0]!.id)).toBeUndefined();
      }));

    test('R12: what is put comes back by its id, and all of it ascending', () =>
      withLedger(async ({ ledger }) => {
        expect(await ledger.put(records)).toEqual({ ok: true, value: undefined });
        for (const record of records) expect(await ledger.get(record.id)).toEqual(record);
        expect(idsOf(await ledger.all())).toEqual(idsOf(records).toSorted());
      }));

    test('R12: a record is held once, the first copy of it', () =>
      withLedger(async ({ ledger }) => {
        const [record] = records;
        await ledger.put([record!, record!]);
        await ledger.flush();
        await ledger.put([{ ...record!, signature: new Uint8Array(64) }]);
        await ledger.flush();
        expect(await ledger.all()).toEqual([record]);
        expect(await ledger.get(record!.id)).toEqual(record);
      }));

    test('R12: records put one by one and at once end in the same set', () =>
      withLedger(async ({ ledger }) => {
        await Promise.all(records.toReversed().map((record) => ledger.put([record])));
        expect(idsOf(await ledger.all())).toEqual(idsOf(records).toSorted());
      }));

    test('R13: reading sees what is not written yet, and the same after a flush', () =>
      withLedger(async ({ ledger }) => {
        await ledger.put(records.slice(0, 5));
        await ledger.flush();
        await ledger.put(records.slice(5));
        const before = await ledger.all();
        expect(before).toHaveLength(records.length);
        expect(await ledger.flush()).toEqual({ ok: true, value: undefined });
        expect(await ledger.all()).toEqual(before);
      }));

    test('R12: what comes out is still what was signed', () =>
      withLedger(async ({ ledger }) => {
        await ledger.put(records);
        await ledger.flush();
        for (const record of await ledger.all()) {
          const verified = await verifyRecord(record, { verifySignature: verifyScripted, nowMs: atMs });
          expect(verified.ok).toBe(true);
        }
      }));

    test('R13: a durable one keeps everything that was put before it closed, any other says that it does not', () =>
      withLedger(async ({ ledger, reopen }) => {
        expect(ledger.durable).toBe(reopen !== undefined);
        if (reopen === undefined) return;
        await ledger.put(records);
        await ledger.close();
        const again = await reopen();
        expect(await again.all()).toEqual(records.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
        expect(await again.get(records[0]!.id)).toEqual(records[0]);
        await again.close();
      }));

    test('R12: closing twice is harmless', () =>
      withLedger(async ({ ledger }) => {
        await ledger.close();
      }));
  });
}

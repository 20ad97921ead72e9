import { type RecordId, ok } from '#vocabulary';
import type { Ledger } from './ledger.ts';
import { type SignedRecord, compareIds } from './record.ts';

/** A ledger for one visit: private browsing, or no storage at all. */
export function createMemoryLedger(): Ledger {
  const records = new Map<RecordId, SignedRecord>();
  return {
    durable: false,
    async put(added) {
      for (const record of added) if (!records.has(record.id)) records.set(record.id, record);
      return ok(undefined);
    },
    get: async (id) => records.get(id),
    all: async () => [...records.values()].toSorted((a, b) => compareIds(a.id, b.id)),
    flush: async () => ok(undefined),
    close: async () => {},
  };
}

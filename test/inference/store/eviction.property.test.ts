import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeptModel } from '#inference';
import { planEviction } from '../../../src/inference/store/eviction.ts';
import { describeModel } from './shelf-bench.ts';

const sizes = new Map(Array.from({ length: 8 }, (_, index) => [`${index}`, 10 * (index + 1)]));

const models = fc
  .array(
    fc.record({
      digests: fc.uniqueArray(fc.constantFrom(...sizes.keys()), { minLength: 1, maxLength: 4 }),
      isPinned: fc.boolean(),
      isInUse: fc.boolean(),
      lastUsedMs: fc.integer({ min: 0, max: 50 }),
      isWhole: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((rows) =>
    rows.map(({ digests, isWhole, ...row }, index): KeptModel => {
      const files = digests.map((sha256) => ({ name: sha256, sha256, sizeBytes: sizes.get(sha256) ?? 0, sources: [] }));
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      const manifest = describeModel(`${index}`, ...files);
      return { ...row, manifest, origin: 'own', sizeBytes, arrivedBytes: isWhole ? sizeBytes : sizeBytes - 1 };
    }),
  );
const wanted = fc.integer({ min: 0, max: 400 });

function freedBy(kept: readonly KeptModel[], removed: readonly KeptModel[]): number {
  const digestsOf = (some: readonly KeptModel[]): string[] =>
    some.flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256));
  const needed = new Set(digestsOf(kept.filter((model) => !removed.includes(model))));
  const freed = new Set(digestsOf(removed).filter((digest) => !needed.has(digest)));
  return [...freed].reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
}

test('R53: what is pinned or in use stays', () => {
  fc.assert(
    fc.property(models, wanted, (kept, bytes) => {
      const { removed } = planEviction(kept, sizes, bytes);
      expect(removed.filter(({ isPinned, isInUse }) => isPinned || isInUse)).toEqual([]);
    }),
  );
});

test('R53: enough is freed, and nothing is removed that need not be; or nothing at all', () => {
  fc.assert(
    fc.property(models, wanted, (kept, bytes) => {
      const { removed, freedBytes } = planEviction(kept, sizes, bytes);
      const removable = kept.filter(({ isPinned, isInUse }) => !isPinned && !isInUse);
      if (freedBytes < bytes) {
        expect(removed).toEqual([]);
        expect(freedBytes).toBe(freedBy(kept, removable));
        return;
      }
      expect(freedBytes).toBe(freedBy(kept, removed));
      for (const model of removed)
        expect(
          freedBy(
            kept,
            removed.filter((other) => other !== model),
          ),
        ).toBeLessThan(bytes);
    }),
  );
});

test('R53: unfinished downloads go before whole models, older before newer', () => {
  const age = (id: string, lastUsedMs: number, isWhole = true): KeptModel => ({
    manifest: describeModel(id, { name: id, sha256: id, sizeBytes: 10, sources: [] }),
    origin: 'own',
    sizeBytes: 10,
    arrivedBytes: isWhole ? 10 : 5,
    lastUsedMs,
    isPinned: false,
    isInUse: false,
  });
  const kept = [age('old', 1), age('new', 3), age('middle', 2), age('unfinished', 4, false)];
  const arrived = new Map([
    ['old', 10],
    ['new', 10],
    ['middle', 10],
    ['unfinished', 5],
  ] as const);
  const goes = (bytes: number): string[] =>
    planEviction(kept, arrived, bytes).removed.map(({ manifest }) => manifest.id);
  expect(goes(0)).toEqual([]);
  expect(goes(5)).toEqual(['unfinished']);
  expect(goes(15)).toEqual(['unfinished', 'old']);
  expect(goes(20)).toEqual(['old', 'middle']);
  expect(goes(35)).toEqual(['unfinished', 'old', 'middle', 'new']);
  expect(goes(36)).toEqual([]);
});

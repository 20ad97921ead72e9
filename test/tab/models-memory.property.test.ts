import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asModelId } from '#vocabulary';
import { NOTHING_REMEMBERED, readModelsMemory } from '../../src/tab/session/models-memory.ts';

test('R33: of whatever is stored a memory comes that means something', () => {
  fc.assert(
    fc.property(fc.anything(), (stored) => {
      const { speeds, brokenLoads, chosen } = readModelsMemory(stored);
      expect(speeds.length).toBeLessThanOrEqual(64);
      expect(Number.isSafeInteger(brokenLoads) && brokenLoads >= 0).toBe(true);
      expect(chosen === undefined || chosen.modelId.length > 0).toBe(true);
    }),
  );
});

test('R33: what is damaged takes nothing else with it', () => {
  const chosen = { modelId: asModelId('own-1'), name: 'Mine', engine: 'ort' } as const;
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (speeds, brokenLoads) => {
      expect(readModelsMemory({ chosen, speeds, brokenLoads }).chosen).toEqual(chosen);
    }),
  );
  expect(readModelsMemory({ chosen: { ...chosen, engine: 'abacus' } })).toEqual(NOTHING_REMEMBERED);
  expect(readModelsMemory({ chosen, speeds: [], brokenLoads: 2 })).toEqual({ chosen, speeds: [], brokenLoads: 2 });
});

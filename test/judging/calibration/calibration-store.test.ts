import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GOLD_REVISION, type KeptCalibration, calibrateTab, createMemoryCalibrationStore, readKept } from '#judging';
import { openCalibrationStore } from '#round';
import { planGold } from '../../../src/judging/calibration/gold-plan.ts';
import { runGold } from '../../../src/judging/calibration/gold-run.ts';
import { scriptedGold } from './scripted-gold.ts';

async function measured(): Promise<KeptCalibration> {
  const plan = planGold('kept').slice(0, 60);
  const done = [];
  for await (const step of runGold(scriptedGold(plan), plan, new Set())) if (step.ok) done.push(step.value);
  const slates = done.flatMap((item) => item.slates);
  const calibration = calibrateTab(slates, { modelId: 'm', seed: 'kept' });
  if (!calibration.ok) throw new Error(calibration.error.message);
  const progress = { kind: 'refresh', seed: 'kept/1', stopped: false, done: done.slice(0, 3) } as const;
  return { modelId: 'm', revision: GOLD_REVISION, result: { calibration: calibration.value, slates }, progress };
}

const kept = await measured();
const copy = (): KeptCalibration => structuredClone(kept);

const stores = [
  ['in IndexedDB', () => openCalibrationStore(`calibration-${Math.random()}`)],
  ['in memory', async () => createMemoryCalibrationStore()],
] as const;

describe.each(stores)('a store %s', (_, open) => {
  test('R33: gives back what was kept as it was, of its model only, the newest alone', async () => {
    const store = await open();
    expect(await store.load('m')).toEqual({});
    await store.save({ modelId: 'm', revision: GOLD_REVISION });
    expect(await store.save(kept)).toEqual({ ok: true, value: undefined });
    expect(await store.load('m')).toEqual({ kept });
    expect(await store.load('other')).toEqual({});
  });

  test('R33: drops what was made with other readings without a word', async () => {
    const store = await open();
    await store.save({ ...kept, revision: '0/older' });
    expect(await store.load('m')).toEqual({});
  });

  test('R33: drops a damaged record and says so', async () => {
    const store = await open();
    await store.save({ ...kept, result: { ...kept.result!, slates: kept.result!.slates.slice(1) } });
    expect(await store.load('m')).toMatchObject({
      notice: { type: 'calibration-damaged', remedy: expect.any(String) },
    });
  });
});

describe('R33: a record read back', () => {
  test.each([
    ['no record', 'nonsense'],
    ['another model', { ...copy(), modelId: 'other' }],
    ['a version of other slates', { ...copy(), result: { ...kept.result, slates: [] } }],
    ['a reading nobody knows', JSON.parse(JSON.stringify(kept).replaceAll('"forward"', '"backwards"'))],
    ['no panels', { ...copy(), result: { ...kept.result, calibration: { ...kept.result!.calibration, panels: [] } } }],
    ['a foreign field', { ...copy(), evil: true }],
  ])('is refused with %s', (_, stored) => {
    expect(readKept(stored, 'm')).toMatchObject({ ok: false, error: { type: 'calibration-damaged' } });
  });

  test('never throws, whatever is in the way', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('result', 'progress', 'revision'), (value, place) => {
        expect(() => readKept(value, 'm')).not.toThrow();
        expect(() => readKept({ ...kept, [place]: value }, 'm')).not.toThrow();
      }),
    );
  });
});

describe('R33: in IndexedDB', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('a damaged record is gone after it was said', async () => {
    const name = `calibration-${Math.random()}`;
    const store = await openCalibrationStore(name);
    const database = await openDB(name, 1);
    await database.put('calibrations', { modelId: 'm' }, 'm');
    database.close();
    expect((await store.load('m')).notice?.type).toBe('calibration-damaged');
    expect(await store.load('m')).toEqual({});
  });

  test('what cannot be cloned or stored is an error with a remedy, not a crash', async () => {
    const store = await openCalibrationStore(`calibration-${Math.random()}`);
    const odd = { ...kept, revision: (() => undefined) as unknown as string };
    expect(await store.save(odd)).toMatchObject({
      ok: false,
      error: { type: 'calibration-not-kept', remedy: expect.any(String) },
    });
  });

  test('where nothing can be stored it goes on in memory, and says so', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('Storage is off.', 'SecurityError');
      },
    });
    const store = await openCalibrationStore('private');
    expect((await store.load('m')).notice?.type).toBe('calibration-not-kept');
    await store.save(kept);
    expect((await store.load('m')).kept).toEqual(kept);
  });
});

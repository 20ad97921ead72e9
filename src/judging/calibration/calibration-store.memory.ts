import { ok } from '#vocabulary';
import { type CalibrationNotice, type CalibrationStore, type KeptCalibration, readKept } from './calibration-store.ts';

/** For browsers that store nothing, and for tests. `notice` is told with whatever is loaded first. */
export function createMemoryCalibrationStore(notice?: CalibrationNotice): CalibrationStore {
  const records = new Map<string, KeptCalibration>();
  return {
    async load(modelId) {
      const stored = records.get(modelId);
      const told = notice === undefined ? {} : { notice };
      if (stored === undefined) return told;
      const read = readKept(stored, modelId);
      if (!read.ok) return { notice: read.error };
      return read.value === undefined ? told : { kept: read.value, ...told };
    },
    async save(kept) {
      records.set(kept.modelId, structuredClone(kept));
      return ok(undefined);
    },
  };
}

/** Where a tab keeps what it measured of its models. Here and not in judging, which touches no platform. */
import { type IDBPDatabase, openDB } from 'idb';
import { err, failure, messageOf, ok } from '#vocabulary';
import { type CalibrationStore, createMemoryCalibrationStore, readKept } from '#judging';
import { isQuotaExceeded } from './storage-failure.ts';

interface CalibrationSchema {
  calibrations: { key: string; value: unknown };
}

const REMEDY = 'Leave private browsing or allow this site to store data, then reload.';

/** Opens the store, or keeps calibrations in memory where the browser stores nothing (private browsing), and says so. */
export async function openCalibrationStore(databaseName: string): Promise<CalibrationStore> {
  try {
    const database = await openDB<CalibrationSchema>(databaseName, 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore('calibrations');
      },
    });
    return storeIn(database);
  } catch (cause) {
    const message = `What this tab measures of its model is lost when it closes: ${messageOf(cause)}`;
    return createMemoryCalibrationStore(failure('calibration-not-kept', message, REMEDY));
  }
}

function storeIn(database: IDBPDatabase<CalibrationSchema>): CalibrationStore {
  return {
    async load(modelId) {
      try {
        const stored = await database.get('calibrations', modelId);
        if (stored === undefined) return {};
        const read = readKept(stored, modelId);
        if (read.ok) return read.value === undefined ? {} : { kept: read.value };
        await database.delete('calibrations', modelId);
        return { notice: read.error };
      } catch (cause) {
        const message = `What this tab knew of its model as a judge cannot be read: ${messageOf(cause)}`;
        return { notice: failure('calibration-unread', message, 'It is measured again. Reload to try once more.') };
      }
    },
    async save(kept) {
      try {
        await database.put('calibrations', kept, kept.modelId);
        return ok(undefined);
      } catch (cause) {
        return isQuotaExceeded(cause)
          ? err(
              failure(
                'calibration-not-kept',
                'The browser has no room left to keep what this tab measures of its model.',
                'Free disk space; until then it is lost when the tab closes.',
              ),
            )
          : err(
              failure(
                'calibration-not-kept',
                `What this tab measures of its model is not kept: ${messageOf(cause)}`,
                'It is used until the tab is closed.',
              ),
            );
      }
    },
  };
}

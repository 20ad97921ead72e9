import { type IDBPDatabase, openDB } from 'idb';
import { err, failure, ok } from '#vocabulary';
import { type RoundArchive, restoreRound } from './archive.ts';
import { isQuotaExceeded } from './storage-failure.ts';
import type { RoundView } from './view.ts';

interface ArchiveSchema {
  rounds: { key: string; value: RoundView };
}

/** Rounds kept at most; the oldest go first. A round is some ten kilobytes. */
const MAX_ROUNDS = 500;

/** Opens the archive, or keeps rounds in memory where the browser stores nothing (private browsing). */
export async function openRoundArchive(databaseName: string): Promise<RoundArchive> {
  try {
    const database = await openDB<ArchiveSchema>(databaseName, 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore('rounds', { keyPath: 'id' });
      },
    });
    return archiveIn(database);
  } catch {
    return createMemoryArchive();
  }
}

function archiveIn(database: IDBPDatabase<ArchiveSchema>): RoundArchive {
  const all = async (): Promise<RoundView[]> => byAge(await database.getAll('rounds'));
  return {
    async put(view) {
      try {
        await database.put('rounds', view);
        const rounds = await database.count('rounds');
        if (rounds > MAX_ROUNDS)
          for (const old of (await all()).slice(0, rounds - MAX_ROUNDS)) await database.delete('rounds', old.id);
        return ok(undefined);
      } catch (cause) {
        return isQuotaExceeded(cause)
          ? err(
              failure(
                'quota',
                'The browser has no room left to keep this conversation.',
                'Free disk space, or forget old questions.',
              ),
            )
          : err(
              failure(
                'unavailable',
                'This conversation could not be kept.',
                'It stays visible until the tab is closed.',
              ),
            );
      }
    },
    all: async () => (await all()).map(restoreRound),
    remove: async (id) => database.delete('rounds', id),
  };
}

/** For browsers that store nothing; also what tests of the session use. */
export function createMemoryArchive(): RoundArchive {
  const rounds = new Map<string, RoundView>();
  return {
    async put(view) {
      rounds.set(view.id, view);
      return ok(undefined);
    },
    all: async () => byAge([...rounds.values()]).map(restoreRound),
    remove: async (id) => void rounds.delete(id),
  };
}

function byAge(rounds: readonly RoundView[]): RoundView[] {
  return rounds.toSorted((a, b) => a.askedAtMs - b.askedAtMs);
}

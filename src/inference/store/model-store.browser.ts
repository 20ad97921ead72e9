import { systemClock } from '#vocabulary';
import { defaultModel } from '../catalogue.ts';
import type { ModelManifest } from '../model.ts';
import type { ModelShelf } from '../model-shelf.ts';
import { hashWhole } from './hash-whole.browser.ts';
import { openCacheModelFiles } from './model-files.cache.ts';
import { createMemoryModelFiles } from './model-files.memory.ts';
import { openOpfsModelFiles } from './model-files.opfs.ts';
import { createModelShelf } from './model-shelf.ts';
import { browserRoom } from './storage-room.browser.ts';
import { webLocks } from './store-locks.web.ts';

export interface ModelStoreOptions {
  /** The catalogue, by which files that come without a description are known. */
  readonly known?: readonly ModelManifest[];
  readonly folderName?: string;
}

/**
 * The models of this browser: in its private file system, in its cache where that cannot be written to, or in memory where
 * it keeps nothing (then `notice` says so).
 */
export async function openModelStore(options: ModelStoreOptions = {}): Promise<ModelShelf> {
  const { known = [defaultModel], folderName = 'peerage-models' } = options;
  const files =
    (await openOpfsModelFiles(folderName)) ?? (await openCacheModelFiles(folderName)) ?? createMemoryModelFiles();
  return createModelShelf({
    files,
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    locks: webLocks,
    hashWhole,
    room: browserRoom,
    ownOrigin: location.origin,
    known,
  });
}

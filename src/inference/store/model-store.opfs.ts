import { systemClock } from '#vocabulary';
import type { ModelStore } from '../model.ts';
import { createMemoryModelFiles } from './model-files.memory.ts';
import { openOpfsModelFiles } from './model-files.opfs.ts';
import { createFileStore } from './file-store.ts';
import { createModelStore } from './model-store.ts';

/** The models of this browser: in its private file system, or in memory where it has none (then `notice` says so). */
export async function openModelStore(folderName = 'peerage-models'): Promise<ModelStore> {
  const files = createFileStore({
    files: (await openOpfsModelFiles(folderName)) ?? createMemoryModelFiles(),
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    // The browser's types do not carry the result of an asynchronous callback.
    withLock: async (name, signal, work) => await navigator.locks.request(name, { signal }, work),
  });
  return createModelStore({ files, clock: systemClock });
}

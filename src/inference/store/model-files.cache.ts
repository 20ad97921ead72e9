import { type Result, err, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import { type ModelFiles, markName, partIndex, partName } from './model-files.ts';
import { storageError } from './storage-error.ts';

/** Entries of a cache are named by addresses; nothing is ever fetched from this one. */
const root = 'https://models.invalid/';
const sizeHeader = 'content-length';

/**
 * Files as entries of Cache Storage, for browsers whose private file system a page cannot write to (Safari before 26).
 * Undefined where that is refused too, as some private windows do.
 */
export async function openCacheModelFiles(cacheName: string): Promise<ModelFiles | undefined> {
  try {
    const cache = await caches.open(cacheName);
    // Another tab may try at the same moment.
    const probe = `${root}probe-${crypto.randomUUID()}/${markName}`;
    await cache.put(probe, new Response('probe'));
    const isKept = (await (await cache.match(probe))?.text()) === 'probe';
    await cache.delete(probe);
    return isKept ? createModelFiles(cache) : undefined;
  } catch {
    return undefined;
  }
}

function createModelFiles(cache: Cache): ModelFiles {
  const addressOf = (file: string, name: string): string => `${root}${file}/${name}`;
  /** `put` replaces an entry when it has all of the new one. */
  const write = async (
    file: string,
    name: string,
    body: Uint8Array<ArrayBuffer> | string,
  ): Promise<Result<void, ModelError>> => {
    try {
      const headers = { [sizeHeader]: String(new Blob([body]).size) };
      await cache.put(addressOf(file, name), new Response(body, { headers }));
      return ok(undefined);
    } catch (cause) {
      return err(storageError(cause));
    }
  };
  const collect = async <T>(file: string, read: (part: Response) => T | Promise<T>): Promise<readonly T[]> => {
    const collected: T[] = [];
    for (;;) {
      const part = await cache.match(addressOf(file, partName(collected.length)));
      if (part === undefined) return collected;
      collected.push(await read(part));
    }
  };
  const entriesOf = async (file: string): Promise<readonly Request[]> =>
    (await cache.keys()).filter(({ url }) => url.startsWith(`${root}${file}/`));

  return {
    place: 'cache',
    canTake: () => Promise.resolve(undefined),
    async names() {
      const files = (await cache.keys()).map(({ url }) => url.slice(root.length).split('/')[0] ?? '');
      return [...new Set(files)];
    },
    sizes: (file) => collect(file, sizeOf),
    parts: (file) => collect(file, (part) => part.blob()),
    async partSizes(file) {
      const sizes = new Map<number, number>();
      for (const entry of await entriesOf(file)) {
        const index = partIndex(entry.url.slice(entry.url.lastIndexOf('/') + 1));
        const part = index === undefined ? undefined : await cache.match(entry);
        if (index !== undefined && part !== undefined) sizes.set(index, sizeOf(part));
      }
      return sizes;
    },
    readPart: async (file, index) => (await cache.match(addressOf(file, partName(index))))?.blob(),
    writePart: (file, index, bytes) => write(file, partName(index), bytes),
    async removePart(file, index) {
      await cache.delete(addressOf(file, partName(index)));
    },
    readMark: async (file) => (await cache.match(addressOf(file, markName)))?.text(),
    writeMark: (file, mark) => write(file, markName, mark),
    async remove(file) {
      // The mark first: what is left of a removal that breaks off is then no verified file.
      await cache.delete(addressOf(file, markName));
      for (const entry of await entriesOf(file)) await cache.delete(entry);
    },
  };
}

function sizeOf(part: Response): number {
  return Number(part.headers.get(sizeHeader));
}

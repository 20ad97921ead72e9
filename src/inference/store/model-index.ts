import { type ModelId, type Result, ok, sha256Hex } from '#vocabulary';
import type { ModelError } from '../model.ts';
import { type ModelEntry, decodeEntry, encodeEntry } from './manifest-schema.ts';
import type { ModelFiles } from './model-files.ts';
import type { StoreLocks } from './store-locks.ts';
import { entryLock, entryPrefix } from './store-names.ts';

/** The list of models, one entry a model beside the files. */
export interface ModelIndex {
  /** What cannot be read is left out. */
  entries(): Promise<readonly ModelEntry[]>;
  find(id: ModelId): Promise<ModelEntry | undefined>;
  /** Writes what `change` makes of the entry; undefined leaves it as it is. */
  update(
    id: ModelId,
    change: (entry: ModelEntry | undefined) => ModelEntry | undefined,
  ): Promise<Result<void, ModelError>>;
  remove(id: ModelId): Promise<void>;
}

/** More are not read: nobody has that many models, and reading them would keep the page waiting. */
const maxEntries = 512;

export function createModelIndex(files: ModelFiles, locks: StoreLocks): ModelIndex {
  const read = async (name: string): Promise<ModelEntry | undefined> => {
    try {
      const text = await files.readMark(name);
      const entry = text === undefined ? undefined : decodeEntry(text);
      return entry !== undefined && entryName(entry.manifest.id) === name ? entry : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    async entries() {
      const names = (await files.names()).filter((name) => name.startsWith(entryPrefix)).slice(0, maxEntries);
      const entries = await Promise.all(names.map(read));
      return entries.filter((entry) => entry !== undefined);
    },
    find: (id) => read(entryName(id)),
    update: (id, change) =>
      locks.exclusively(entryLock(id), new AbortController().signal, async () => {
        const changed = change(await read(entryName(id)));
        return changed === undefined ? ok(undefined) : files.writeMark(entryName(id), encodeEntry(changed));
      }),
    remove: (id) => files.remove(entryName(id)),
  };
}

function entryName(id: ModelId): string {
  return `${entryPrefix}${sha256Hex(new TextEncoder().encode(id)).slice(0, 32)}`;
}

import type { Clock } from '#vocabulary';
import { type ModelManifest, sizeOfModel } from '../model.ts';
import type { KeptModel } from '../model-shelf.ts';
import type { FileStore } from './file-store.ts';
import { describeOwnModel } from './import/own-manifest.ts';
import { recognise } from './import/recognise.ts';
import type { ModelEntry } from './manifest-schema.ts';
import type { ModelFiles } from './model-files.ts';
import type { ModelIndex } from './model-index.ts';
import type { StoreLocks } from './store-locks.ts';
import { entryPrefix, isDigest, modelInUse, writeLock } from './store-names.ts';

export interface InventoryParts {
  readonly files: ModelFiles;
  readonly store: FileStore;
  readonly index: ModelIndex;
  readonly locks: StoreLocks;
  readonly clock: Clock;
  readonly known: readonly ModelManifest[];
}

/** What is here: models by their list, files by what lies there. */
export interface Inventory {
  kept(): Promise<readonly KeptModel[]>;
  arrivedOf(manifest: ModelManifest): Promise<number>;
  count(kept: readonly KeptModel[]): Promise<Count>;
}

export interface Count {
  /** Of whole models; a file that two of them share counts once. */
  readonly modelBytes: number;
  readonly otherBytes: number;
  readonly byDigest: ReadonlyMap<string, number>;
  /** Files that belong to no model and that no tab is downloading. */
  readonly strays: readonly { readonly name: string; readonly sizeBytes: number }[];
}

export function createInventory({ files, store, index, locks, clock, known }: InventoryParts): Inventory {
  const sizeOf = async (name: string): Promise<number> =>
    [...(await files.partSizes(name)).values()].reduce((sum, size) => sum + size, 0);

  const arrivedOf = async (manifest: ModelManifest): Promise<number> => {
    let arrived = 0;
    for (const file of manifest.files) arrived += await store.arrivedBytes(file);
    return arrived;
  };

  /** A list that was damaged is made anew: models of the catalogue by their digests, single files by what stands in them. */
  const findLost = async (entries: readonly ModelEntry[]): Promise<readonly ModelEntry[]> => {
    const listed = new Set(entries.flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256)));
    const lost = new Set((await files.names()).filter((name) => isDigest(name) && !listed.has(name)));
    const found: ModelEntry[] = [];
    const enter = async (manifest: ModelManifest, origin: KeptModel['origin']): Promise<void> => {
      const entry = { manifest, origin, isPinned: false, lastUsedMs: clock.now() };
      await index.update(manifest.id, (present) => present ?? entry);
      found.push(entry);
      for (const { sha256 } of manifest.files) lost.delete(sha256);
    };
    for (const manifest of lost.size === 0 ? [] : known)
      if (manifest.files.some(({ sha256 }) => lost.has(sha256))) await enter(manifest, 'catalogue');
    for (const sha256 of lost) {
      const manifest = await recogniseLost(sha256);
      if (manifest !== undefined) await enter(manifest, 'own');
    }
    return found;
  };

  const recogniseLost = async (sha256: string): Promise<ModelManifest | undefined> => {
    try {
      const sizeBytes = await sizeOf(sha256);
      const blob = await store.find({ sha256, sizeBytes });
      if (blob === undefined) return undefined;
      const recognised = await recognise([{ name: 'model.gguf', blob }]);
      if (!recognised.ok || recognised.value.format !== 'gguf') return undefined;
      return describeOwnModel(recognised.value, [{ name: 'model.gguf', sha256, sizeBytes, sources: [] }]);
    } catch {
      // Unreadable: it stays a stray, which is removed when room is needed.
      return undefined;
    }
  };

  return {
    arrivedOf,
    async kept() {
      const entries = await index.entries();
      const all = [...entries, ...(await findLost(entries))];
      const kept: KeptModel[] = [];
      for (const entry of all) {
        const arrivedBytes = await arrivedOf(entry.manifest);
        if (arrivedBytes === 0) continue;
        const isInUse = await locks.isTaken(modelInUse(entry.manifest.id));
        kept.push({ ...entry, sizeBytes: sizeOfModel(entry.manifest), arrivedBytes, isInUse });
      }
      return kept.toSorted((a, b) => b.lastUsedMs - a.lastUsedMs);
    },
    async count(kept) {
      const wholeDigests = new Set(
        kept
          .filter(({ arrivedBytes, sizeBytes }) => arrivedBytes === sizeBytes)
          .flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256)),
      );
      const listed = new Set(kept.flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256)));
      const byDigest = new Map<string, number>();
      const strays: { name: string; sizeBytes: number }[] = [];
      let modelBytes = 0;
      let otherBytes = 0;
      for (const name of await files.names()) {
        if (name.startsWith(entryPrefix)) continue;
        const sizeBytes = await sizeOf(name);
        byDigest.set(name, sizeBytes);
        if (wholeDigests.has(name)) modelBytes += sizeBytes;
        else otherBytes += sizeBytes;
        if (!listed.has(name) && !(await locks.isTaken(writeLock(name)))) strays.push({ name, sizeBytes });
      }
      return { modelBytes, otherBytes, byDigest, strays };
    },
  };
}

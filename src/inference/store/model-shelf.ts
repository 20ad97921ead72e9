import { type Clock, type ModelId, type Result, err, failure, ok } from '#vocabulary';
import type { ModelError, ModelManifest } from '../model.ts';
import type { ModelShelf, RoomMade } from '../model-shelf.ts';
import type { Fetch } from './byte-source.ts';
import { createContentPort } from './content.ts';
import { planEviction } from './eviction.ts';
import type { HashWhole } from './file-digest.ts';
import { createFileStore } from './file-store.ts';
import { isOwnModel } from './import/own-manifest.ts';
import { importUrls } from './import/import-urls.ts';
import { type OwnModelParts, importFiles } from './import/own-models.ts';
import { createInventory } from './inventory.ts';
import type { ModelEntry } from './manifest-schema.ts';
import type { ModelFiles } from './model-files.ts';
import { createModelIndex } from './model-index.ts';
import { createModelStore } from './model-store.ts';
import { type StorageRoom, checkRoom, freeUpTo, inMegabytes } from './storage-room.ts';
import type { StoreLocks } from './store-locks.ts';
import { modelInUse, roomLock } from './store-names.ts';

export interface ModelShelfParts {
  readonly files: ModelFiles;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly locks: StoreLocks;
  readonly hashWhole: HashWhole;
  readonly room: StorageRoom;
  /** Of the page, e.g. `https://peerage.example`. */
  readonly ownOrigin: string;
  /** The catalogue, by which files that come without a description are known. */
  readonly known: readonly ModelManifest[];
}

interface RoomPlan extends RoomMade {
  /** Names of files that belong to no model. */
  readonly strays: readonly string[];
}

export function createModelShelf(parts: ModelShelfParts): ModelShelf {
  const { files, clock, locks, room, known } = parts;
  const store = createFileStore(parts);
  const models = createModelStore({ files, store, room, clock });
  const index = createModelIndex(files, locks);
  const inventory = createInventory({ files, store, index, locks, clock, known });
  const listeners = new Set<() => void>();
  let hasAsked = false;

  const noteChange = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const note = (manifest: ModelManifest): Promise<Result<void, ModelError>> =>
    index.update(manifest.id, (entry) => ({
      manifest,
      origin: isOwnModel(manifest.id) ? 'own' : 'catalogue',
      isPinned: entry?.isPinned ?? false,
      lastUsedMs: clock.now(),
    }));

  const change = (id: ModelId, fields: Partial<ModelEntry>): Promise<Result<void, ModelError>> =>
    index.update(id, (entry) => (entry === undefined ? undefined : { ...entry, ...fields }));

  /** A browser may ask the person, who may never answer: nobody waits for it. */
  const askPersistence = async (): Promise<void> => {
    if (hasAsked || files.place === 'memory') return;
    hasAsked = true;
    if (!(await room.isPersistent())) await room.askPersistence();
  };

  /** Lists the model while it is being put in place, so that no tab removes it meanwhile. */
  const placing = async <T>(
    manifest: ModelManifest,
    place: () => Promise<Result<T, ModelError>>,
  ): Promise<Result<T, ModelError>> => {
    const release = await locks.hold(modelInUse(manifest.id));
    try {
      const noted = await note(manifest);
      if (!noted.ok) return noted;
      const placed = await place();
      if (placed.ok) {
        void askPersistence();
        noteChange();
      } else if ((await inventory.arrivedOf(manifest)) === 0) await index.remove(manifest.id);
      return placed;
    } finally {
      release();
    }
  };

  const remove = async (manifest: ModelManifest): Promise<void> => {
    await index.remove(manifest.id);
    const stillNeeded = new Set((await index.entries()).flatMap((entry) => digestsOf(entry.manifest)));
    for (const digest of digestsOf(manifest)) if (!stillNeeded.has(digest)) await store.remove(digest);
    noteChange();
  };

  const ownParts: OwnModelParts = {
    ...parts,
    store,
    placing,
    checkRoom: (name, missingBytes) => checkRoom(name, missingBytes, { files, room }),
  };

  const planRoom = async (
    bytes: number,
    spared: ReadonlySet<ModelId> = new Set(),
  ): Promise<Result<RoomPlan, ModelError>> => {
    const wantedBytes = bytes - ((await freeUpTo(bytes, { files, room })) ?? 0);
    if (wantedBytes <= 0) return ok({ freedBytes: 0, removed: [], strays: [] });
    const kept = await inventory.kept();
    const { byDigest, strays } = await inventory.count(kept);
    const strayBytes = strays.reduce((sum, stray) => sum + stray.sizeBytes, 0);
    const mayGo = kept.map((model) => (spared.has(model.manifest.id) ? { ...model, isInUse: true } : model));
    const plan = planEviction(mayGo, byDigest, wantedBytes - strayBytes);
    const freedBytes = strayBytes + plan.freedBytes;
    if (freedBytes < wantedBytes) return err(noRoom(wantedBytes, freedBytes));
    return ok({ freedBytes, removed: plan.removed, strays: strays.map(({ name }) => name) });
  };

  const makeRoom = async (
    bytes: number,
    spared: ReadonlySet<ModelId> = new Set(),
  ): Promise<Result<RoomMade, ModelError>> => {
    const planned = await planRoom(bytes, spared);
    if (!planned.ok) return planned;
    const { strays, ...made } = planned.value;
    for (const name of strays) await files.remove(name);
    for (const { manifest } of made.removed) {
      const isRemoved = await locks.ifFree(modelInUse(manifest.id), () => remove(manifest));
      // A tab has begun to use it since: others must go.
      if (!isRemoved) return makeRoom(bytes, new Set([...spared, manifest.id]));
    }
    return ok(made);
  };

  const tidy = async (): Promise<number> => {
    const { strays } = await inventory.count(await inventory.kept());
    for (const { name } of strays) await files.remove(name);
    return strays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  };

  return {
    ...(models.notice === undefined ? {} : { notice: models.notice }),
    find: models.find,
    async obtain(manifest, options) {
      const here = await models.find(manifest);
      if (here !== undefined) {
        // A list that cannot be written is no reason to refuse a model that is here.
        await note(manifest);
        return ok(here);
      }
      const fits = await models.checkFits(manifest);
      return fits.ok ? placing(manifest, () => models.obtain(manifest, options)) : fits;
    },
    adopt: (manifest, chosen) => placing(manifest, () => models.adopt(manifest, chosen)),
    remove,
    kept: inventory.kept,
    async usage() {
      const kept = await inventory.kept();
      const { modelBytes, otherBytes } = await inventory.count(kept);
      const estimate = await room.estimate();
      return {
        place: files.place,
        modelBytes,
        otherBytes,
        ...(estimate === undefined ? {} : { origin: estimate }),
        isPersistent: files.place !== 'memory' && (await room.isPersistent()),
      };
    },
    pin: (id, isPinned) => change(id, { isPinned }),
    async use(id) {
      const release = await locks.hold(modelInUse(id));
      await change(id, { lastUsedMs: clock.now() });
      return release;
    },
    async planRoom(bytes) {
      const planned = await planRoom(bytes);
      if (!planned.ok) return planned;
      const { freedBytes, removed } = planned.value;
      return ok({ freedBytes, removed });
    },
    makeRoom: (bytes) => locks.exclusively(roomLock, new AbortController().signal, () => makeRoom(bytes)),
    tidy,
    check: models.check,
    repair: (manifest, options) => placing(manifest, () => models.repair(manifest, options)),
    importFiles: (given, options) => importFiles(given, options, ownParts),
    importUrls: (urls, options) => importUrls(urls, options, ownParts),
    addSource: store.addSource,
    content: createContentPort(store, index, (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }),
  };
}

function digestsOf(manifest: ModelManifest): string[] {
  return manifest.files.map(({ sha256 }) => sha256);
}

function noRoom(wantedBytes: number, freedBytes: number): ModelError {
  return failure(
    'quota',
    `${inMegabytes(wantedBytes, Math.ceil)} more are needed, and only ${inMegabytes(freedBytes, Math.floor)} can be freed: the rest is pinned, in use, or not of models.`,
    'Unpin or remove models here, free some disk space, or choose a smaller model. Nothing was removed.',
  );
}

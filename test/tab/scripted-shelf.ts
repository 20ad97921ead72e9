/** A model store that holds what tests put there and gets what they allow; for tests only. */
import { type KeptModel, type ModelManifest, type ModelShelf, packGguf, sizeOfModel } from '#inference';
import { type ModelId, asModelId, failure, ok } from '#vocabulary';

export interface ScriptedShelf extends ModelShelf {
  /** Puts a model there, whole unless told otherwise. */
  put(manifest: ModelManifest, change?: Partial<KeptModel>): void;
  /** What the next calls of that name answer instead. */
  script(answers: Partial<ModelShelf>): void;
  /** Models in use just now. */
  readonly used: readonly ModelId[];
}

export function scriptedModel(id: string, change: Partial<ModelManifest> = {}): ModelManifest {
  return {
    id: asModelId(id),
    name: `Model ${id}`,
    format: 'gguf',
    purpose: 'chat',
    licence: 'MIT',
    parameters: 100e6,
    contextTokens: 2_048,
    files: [{ name: `${id}.gguf`, sizeBytes: 50e6, sha256: '0'.repeat(64), sources: [] }],
    needsF16: false,
    memoryBytes: { wllama: 200e6 },
    ...change,
  };
}

export function createScriptedShelf(): ScriptedShelf {
  const kept = new Map<ModelId, KeptModel>();
  const used: ModelId[] = [];
  let scripted: Partial<ModelShelf> = {};
  let uses = 0;
  const put = (manifest: ModelManifest, change: Partial<KeptModel> = {}): void => {
    const sizeBytes = sizeOfModel(manifest);
    const rest = { origin: 'catalogue', arrivedBytes: sizeBytes, isPinned: false, isInUse: false } as const;
    kept.set(manifest.id, { manifest, sizeBytes, ...rest, lastUsedMs: uses++, ...change });
  };
  const shelf: ModelShelf = {
    find: async () => undefined,
    async obtain(manifest, { onProgress }) {
      for (let receivedBytes = 0; receivedBytes < 50; receivedBytes++)
        onProgress({ receivedBytes, totalBytes: 50, phase: 'downloading' });
      if (!kept.has(manifest.id)) put(manifest);
      return ok(packGguf(new Blob()));
    },
    adopt: async () => ok(packGguf(new Blob())),
    remove: async ({ id }) => void kept.delete(id),
    kept: async () => [...kept.values()].toSorted((a, b) => b.lastUsedMs - a.lastUsedMs),
    usage: async () => ({ place: 'opfs', modelBytes: kept.size, otherBytes: 0, isPersistent: true }),
    async pin(id, isPinned) {
      const model = kept.get(id);
      if (model !== undefined) kept.set(id, { ...model, isPinned });
      return ok(undefined);
    },
    async use(id) {
      used.push(id);
      return () => void used.splice(used.indexOf(id), 1);
    },
    planRoom: async (bytes) => {
      const removed = [...kept.values()].filter(({ isPinned }) => !isPinned);
      return ok({ freedBytes: bytes, removed });
    },
    async makeRoom(bytes) {
      for (const { manifest, isPinned } of kept.values()) if (!isPinned) kept.delete(manifest.id);
      return ok({ freedBytes: bytes, removed: [] });
    },
    tidy: async () => 0,
    check: async () => ok({ isWhole: true, conditions: new Map() }),
    repair: async () => ok(packGguf(new Blob())),
    importFiles: async () => ({ ok: false, error: failure('not-a-model', 'Nothing is scripted.') }),
    importUrls: async () => ({ ok: false, error: failure('not-a-model', 'Nothing is scripted.') }),
    addSource: () => () => undefined,
    content: {
      offered: async () => [],
      has: async () => false,
      read: async () => undefined,
      onChange: () => () => undefined,
    },
  };
  const answering = new Proxy(shelf, {
    get: (target, name: keyof ModelShelf) => scripted[name] ?? target[name],
  });
  return Object.assign(Object.create(answering) as ModelShelf, {
    put,
    script: (answers: Partial<ModelShelf>) => void (scripted = answers),
    used,
  });
}

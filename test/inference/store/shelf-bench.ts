/** What tests of the store are made of: models of any bytes, a clock in a hurry, and shelves over one storage. */
import type { ModelFile, ModelManifest, ModelPackage, ModelShelf } from '#inference';
import { type Clock, asModelId, sha256Hex } from '#vocabulary';
import { hashWhole } from '../../../src/inference/store/hash-whole.browser.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { type ModelShelfParts, createModelShelf } from '../../../src/inference/store/model-shelf.ts';
import type { RoomEstimate, StorageRoom } from '../../../src/inference/store/storage-room.ts';
import { createMemoryLocks } from './memory-locks.ts';

export const quiet = { onProgress: () => undefined };

/** Waits a thousandth of what it is asked to, so that retries do not take seconds. */
export const hurriedClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs >= 30_000 ? delayMs : delayMs / 1000);
    return () => clearTimeout(timer);
  },
};

export function describeFile(name: string, content: Uint8Array, ...urls: string[]): ModelFile {
  return {
    name,
    sizeBytes: content.length,
    sha256: sha256Hex(content),
    sources: [
      { type: 'pypi', package: 'x', version: '1', member: 'y' },
      ...urls.map((url) => ({ type: 'https', url }) as const),
    ],
  };
}

export function describeModel(id: string, ...files: ModelFile[]): ModelManifest {
  return {
    id: asModelId(id),
    name: `Model ${id}`,
    format: 'gguf',
    purpose: 'chat',
    licence: 'none',
    parameters: 1,
    contextTokens: 1,
    needsF16: false,
    memoryBytes: {},
    files,
  };
}

/** Kept like that of a browser, so that room counts. */
export function createKeptModelFiles(): ModelFiles {
  const { notice: _, ...files } = createMemoryModelFiles();
  return { ...files, place: 'opfs' };
}

export interface RoomSettings {
  estimate?: RoomEstimate | undefined;
  isPersistent?: boolean;
  asked?: number;
}

export function createRoom(settings: RoomSettings): StorageRoom {
  return {
    estimate: () => Promise.resolve(settings.estimate),
    isPersistent: () => Promise.resolve(settings.isPersistent ?? false),
    askPersistence() {
      settings.asked = (settings.asked ?? 0) + 1;
      settings.isPersistent = true;
      return Promise.resolve(true);
    },
  };
}

export function openShelf(parts: Partial<ModelShelfParts> = {}): ModelShelf {
  return createModelShelf({
    files: createMemoryModelFiles(),
    fetch: (url, init) => fetch(url, init),
    clock: hurriedClock,
    locks: createMemoryLocks(),
    hashWhole,
    room: createRoom({}),
    ownOrigin: 'https://peerage.example',
    known: [],
    ...parts,
  });
}

export async function bytesOf(model: ModelPackage, name: string): Promise<Buffer> {
  const blob = model.files.get(name);
  if (blob === undefined) throw new Error(`The model has no file ${name}.`);
  return Buffer.from(await blob.arrayBuffer());
}

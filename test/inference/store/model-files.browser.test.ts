import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { openModelStore } from '#inference';
import { openCacheModelFiles } from '../../../src/inference/store/model-files.cache.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { openOpfsModelFiles } from '../../../src/inference/store/model-files.opfs.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { describeModelFilesContract } from '../../contracts/model-files.ts';

const folders: string[] = [];
function newFolder(): string {
  const folder = `test-${crypto.randomUUID()}`;
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  const root = await navigator.storage.getDirectory();
  for (const folder of folders) {
    await root.removeEntry(folder, { recursive: true }).catch(() => undefined);
    await caches.delete(folder);
  }
});

async function opened(files: Promise<ModelFiles | undefined>): Promise<ModelFiles> {
  const there = await files;
  if (there === undefined) throw new Error('This browser has no such storage.');
  return there;
}

describeModelFilesContract('memory', async () => ({ files: createMemoryModelFiles() }), 'memory');
for (const [name, open, place] of [
  ['private file system', openOpfsModelFiles, 'opfs'],
  ['cache', openCacheModelFiles, 'cache'],
] as const)
  describeModelFilesContract(
    name,
    async () => {
      const folder = newFolder();
      return { files: await opened(open(folder)), reopen: () => opened(open(folder)) };
    },
    place,
  );

describe('where models are kept', () => {
  afterEach(() => void vi.restoreAllMocks());
  const place = async (): Promise<string> => (await (await openModelStore({ folderName: newFolder() })).usage()).place;
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };

  test('R14: in the private file system', async () => {
    expect(await place()).toBe('opfs');
  });

  test('R14: in the cache, where a page cannot write to the private file system', async () => {
    const { createWritable } = FileSystemFileHandle.prototype;
    Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable');
    try {
      expect(await place()).toBe('cache');
    } finally {
      Object.assign(FileSystemFileHandle.prototype, { createWritable });
    }
  });

  test('R14: in the cache, where the private file system is refused', async () => {
    vi.spyOn(navigator.storage, 'getDirectory').mockImplementation(refuse);
    expect(await place()).toBe('cache');
  });

  test('R14: in memory with a notice, in a private window that refuses both', async () => {
    vi.spyOn(navigator.storage, 'getDirectory').mockImplementation(refuse);
    vi.spyOn(caches, 'open').mockImplementation(refuse);
    expect(await place()).toBe('memory');
    expect((await openModelStore()).notice).toMatch(/downloaded again/);
  });

  test('R20: a full cache is said as such, and what was there stays', async () => {
    const files = await opened(openCacheModelFiles(newFolder()));
    await files.writePart('a', 0, new Uint8Array([1]));
    vi.spyOn(Cache.prototype, 'put').mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    expect(await files.writePart('a', 1, new Uint8Array([2]))).toMatchObject({
      ok: false,
      error: { type: 'quota', message: 'There is no room left to keep the model.' },
    });
    expect(await files.sizes('a')).toEqual([1]);
  });

  test('R20: a full private file system is said as such, and the part before stays whole', async () => {
    const files = await opened(openOpfsModelFiles(newFolder()));
    await files.writePart('a', 0, new Uint8Array([1, 2, 3]));
    vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(
      new DOMException('full', 'QuotaExceededError'),
    );
    expect(await files.writePart('a', 0, new Uint8Array([9]))).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(await files.sizes('a')).toEqual([3]);
  });
});

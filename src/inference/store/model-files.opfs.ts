import { type Result, err, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import { type ModelFiles, markName, partIndex, partName } from './model-files.ts';
import { isFull, storageError } from './storage-error.ts';

/** Files in the origin's private file system, in one folder that all tabs share. Undefined where there is none to write to. */
export async function openOpfsModelFiles(folderName: string): Promise<ModelFiles | undefined> {
  try {
    if (!('createWritable' in FileSystemFileHandle.prototype)) return undefined;
    const root = await navigator.storage.getDirectory();
    return createModelFiles(await root.getDirectoryHandle(folderName, { create: true }));
  } catch {
    // Private windows and old browsers have no such file system, or refuse it.
    return undefined;
  }
}

function createModelFiles(root: FileSystemDirectoryHandle): ModelFiles {
  const open = (file: string): Promise<FileSystemDirectoryHandle> => root.getDirectoryHandle(file, { create: true });
  const read = async (folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> => {
    try {
      return await (await folder.getFileHandle(name)).getFile();
    } catch (cause) {
      if (isNotFound(cause)) return undefined;
      throw cause;
    }
  };
  const find = async (file: string): Promise<FileSystemDirectoryHandle | undefined> => {
    try {
      return await root.getDirectoryHandle(file);
    } catch (cause) {
      if (isNotFound(cause)) return undefined;
      throw cause;
    }
  };
  /**
   * Lengthens a file that is never put in place. The browser's own estimate is no answer: Chromium says 10 GiB whatever
   * there is.
   */
  const canTake = async (bytes: number): Promise<boolean | undefined> => {
    const probe = `probe-${crypto.randomUUID()}`;
    try {
      const stream = await (await (await open(probe)).getFileHandle('size', { create: true })).createWritable();
      try {
        await stream.truncate(bytes);
        return true;
      } finally {
        await stream.abort().catch(() => undefined);
      }
    } catch (cause) {
      return isFull(cause) ? false : undefined;
    } finally {
      await root.removeEntry(probe, { recursive: true }).catch(() => undefined);
    }
  };
  /** The browser writes to a copy and puts it in place on `close`. */
  const write = async (
    file: string,
    name: string,
    content: FileSystemWriteChunkType,
  ): Promise<Result<void, ModelError>> => {
    try {
      const handle = await (await open(file)).getFileHandle(name, { create: true });
      const stream = await handle.createWritable();
      try {
        await stream.write(content);
        await stream.close();
      } catch (cause) {
        await stream.abort().catch(() => undefined);
        throw cause;
      }
      return ok(undefined);
    } catch (cause) {
      // Chromium says now and then only that the write was aborted when the disk is full.
      const isUnnamed = cause instanceof DOMException && cause.name === 'AbortError';
      const isNoRoom = isUnnamed && (await canTake(sizeOf(content))) === false;
      return err(storageError(isNoRoom ? new DOMException(cause.message, 'QuotaExceededError') : cause));
    }
  };
  const parts = async (file: string): Promise<readonly File[]> => {
    const folder = await find(file);
    const found: File[] = [];
    if (folder === undefined) return found;
    for (;;) {
      const part = await read(folder, partName(found.length));
      if (part === undefined) return found;
      found.push(part);
    }
  };

  return {
    place: 'opfs',
    canTake,
    async names() {
      const names: string[] = [];
      for await (const name of root.keys()) names.push(name);
      return names;
    },
    sizes: async (file) => (await parts(file)).map((part) => part.size),
    parts,
    async partSizes(file) {
      const sizes = new Map<number, number>();
      const folder = await find(file);
      if (folder === undefined) return sizes;
      for await (const name of folder.keys()) {
        const index = partIndex(name);
        const part = index === undefined ? undefined : await read(folder, name);
        if (index !== undefined && part !== undefined) sizes.set(index, part.size);
      }
      return sizes;
    },
    async readPart(file, index) {
      const folder = await find(file);
      return folder === undefined ? undefined : read(folder, partName(index));
    },
    writePart: (file, index, bytes) => write(file, partName(index), bytes),
    async removePart(file, index) {
      const folder = await find(file);
      if (folder !== undefined) await ignoreMissing(folder.removeEntry(partName(index)));
    },
    async readMark(file) {
      const folder = await find(file);
      return folder === undefined ? undefined : (await read(folder, markName))?.text();
    },
    writeMark: (file, mark) => write(file, markName, mark),
    remove: (file) => ignoreMissing(root.removeEntry(file, { recursive: true })),
  };
}

async function ignoreMissing(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
}

function isNotFound(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'NotFoundError';
}

function sizeOf(content: FileSystemWriteChunkType): number {
  if (typeof content === 'string') return content.length;
  if ('byteLength' in content) return content.byteLength;
  return content instanceof Blob ? content.size : 0;
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import type { ModelFiles } from './model-files.ts';

const markName = 'verified';

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
  const read = async (file: string, name: string): Promise<File | undefined> => {
    try {
      const folder = await root.getDirectoryHandle(file);
      return await (await folder.getFileHandle(name)).getFile();
    } catch (cause) {
      if (isNotFound(cause)) return undefined;
      throw cause;
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
      return err(storageError(cause));
    }
  };

  return {
    async parts(file) {
      const parts: File[] = [];
      for (;;) {
        const part = await read(file, partName(parts.length));
        if (part === undefined) return parts;
        parts.push(part);
      }
    },
    writePart: (file, index, bytes) => write(file, partName(index), bytes),
    readMark: async (file) => (await read(file, markName))?.text(),
    writeMark: (file, mark) => write(file, markName, mark),
    async remove(file) {
      try {
        await root.removeEntry(file, { recursive: true });
      } catch (cause) {
        if (!isNotFound(cause)) throw cause;
      }
    },
  };
}

function partName(index: number): string {
  return `part-${index.toString().padStart(5, '0')}`;
}

function isNotFound(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'NotFoundError';
}

function storageError(cause: unknown): ModelError {
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return failure(
    'quota',
    isFull ? 'There is no room left to keep the model.' : `The model could not be kept: ${String(cause)}`,
    'Free some disk space, or remove stored data of other sites in the settings of the browser, and try again.',
  );
}

import { type Result, bytesToHex, hexToBytes } from '#vocabulary';
import type { ModelError } from '../model.ts';
import type { FileDraft } from '../model-shelf.ts';
import { partBytes } from './download.ts';
import type { FileIdentity } from './file-digest.ts';
import type { ModelFiles } from './model-files.ts';
import { wholeParts } from './part-sink.ts';

/** Before the chunk list, in the mark of an unfinished file; that of a finished one is its digest. */
const listPrefix = 'chunks ';

export function isUnfinishedMark(mark: string): boolean {
  return mark === '' || mark.startsWith(listPrefix);
}

/** A file's own parts, for whoever brings them in any order. */
export function openFileDraft(
  files: ModelFiles,
  { sha256, sizeBytes }: FileIdentity,
  onProblem: (problem: ModelError) => void,
): FileDraft {
  const noting = async (written: Promise<Result<void, ModelError>>): Promise<Result<void, ModelError>> => {
    const result = await written;
    if (!result.ok) onProblem(result.error);
    return result;
  };
  return {
    partBytes,
    parts: async () => [...(await wholeParts(files, sha256, sizeBytes)).keys()].toSorted((a, b) => a - b),
    async read(offset, lengthBytes) {
      const within = offset % partBytes;
      const part = await files.readPart(sha256, Math.floor(offset / partBytes));
      if (part === undefined || part.size < within + lengthBytes) return undefined;
      return new Uint8Array(await part.slice(within, within + lengthBytes).arrayBuffer());
    },
    write: (part, bytes) => noting(files.writePart(sha256, part, bytes)),
    remove: (part) => files.removePart(sha256, part),
    async readChunkList() {
      const mark = (await files.readMark(sha256)) ?? '';
      const hex = mark.startsWith(listPrefix) ? mark.slice(listPrefix.length) : '';
      return /^(?:[0-9a-f]{64})+$/.test(hex) ? hexToBytes(hex) : undefined;
    },
    writeChunkList: (list) => noting(files.writeMark(sha256, `${listPrefix}${bytesToHex(list)}`)),
  };
}

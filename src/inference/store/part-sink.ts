import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import { countWholeParts, partBytes } from './download.ts';
import type { ByteSink } from './downloader.ts';
import type { ModelFiles } from './model-files.ts';

/** Collects bytes to parts and keeps each as it fills. Opens after the whole parts that are already there. */
export async function openPartSink(files: ModelFiles, file: string, totalBytes: number): Promise<ByteSink> {
  let index = countWholeParts(await files.sizes(file), totalBytes);
  let part = new Uint8Array(Math.min(partBytes, Math.max(0, totalBytes - index * partBytes)));
  let filledBytes = 0;

  const receivedBytes = (): number => Math.min(totalBytes, index * partBytes) + filledBytes;
  return {
    receivedBytes,
    async write(piece): Promise<Result<void, ModelError>> {
      if (receivedBytes() + piece.length > totalBytes)
        return err(failure('digest-mismatch', 'The file is longer than the model.'));
      for (let offset = 0; offset < piece.length;) {
        const taken = piece.subarray(offset, offset + part.length - filledBytes);
        part.set(taken, filledBytes);
        filledBytes += taken.length;
        offset += taken.length;
        if (filledBytes < part.length) break;
        const written = await files.writePart(file, index, part);
        if (!written.ok) {
          // As if these bytes had not come: after a failure the count says what is really there.
          filledBytes = 0;
          return written;
        }
        index++;
        filledBytes = 0;
        part = new Uint8Array(Math.min(partBytes, Math.max(0, totalBytes - index * partBytes)));
      }
      return ok(undefined);
    },
  };
}

/** How much of the file is kept, in whole parts. */
export async function arrivedBytes(files: ModelFiles, file: string, totalBytes: number): Promise<number> {
  const sizes = await files.sizes(file);
  return sizes.slice(0, countWholeParts(sizes, totalBytes)).reduce((sum, size) => sum + size, 0);
}

/** From the last part to the first: what is left where it was can be resumed, and never more than a part is there twice. */
export async function moveParts(files: ModelFiles, from: string, to: string): Promise<Result<void, ModelError>> {
  const parts = await files.parts(from);
  for (let index = parts.length - 1; index >= 0; index--) {
    const bytes = new Uint8Array((await parts[index]?.arrayBuffer()) ?? new ArrayBuffer(0));
    const written = await files.writePart(to, index, bytes);
    if (!written.ok) return written;
    await files.removePart(from, index);
  }
  return ok(undefined);
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import { countWholeParts, partBytes } from './download.ts';
import type { ByteSink } from './downloader.ts';
import type { ModelFiles } from './model-files.ts';

/**
 * Collects bytes to parts and keeps each as it fills. Opens after the whole parts that are already there. Where
 * `isInterrupted` says so after a part, nothing more is taken.
 */
export async function openPartSink(
  files: ModelFiles,
  file: string,
  totalBytes: number,
  isInterrupted: () => boolean = () => false,
): Promise<ByteSink> {
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
        if (part.length > 0 && isInterrupted()) return err(interrupted);
      }
      return ok(undefined);
    },
  };
}

/** What the sink answers when it was interrupted. */
export const interrupted: ModelError = failure('aborted', 'The rest comes from elsewhere too.');

/** How much of the file is kept, in whole parts of any order. */
export async function arrivedBytes(files: ModelFiles, file: string, totalBytes: number): Promise<number> {
  const whole = await wholeParts(files, file, totalBytes);
  return [...whole.values()].reduce((sum, size) => sum + size, 0);
}

/** Sizes of the parts that are neither half-written nor of another version. */
export async function wholeParts(
  files: ModelFiles,
  file: string,
  totalBytes: number,
): Promise<ReadonlyMap<number, number>> {
  const sizes = await files.partSizes(file);
  return new Map(
    [...sizes].filter(([index, size]) => size > 0 && size === Math.min(partBytes, totalBytes - index * partBytes)),
  );
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

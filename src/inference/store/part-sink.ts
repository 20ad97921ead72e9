import { type Result, err, failure, ok } from '#vocabulary';
import { countWholeParts, partBytes } from './download.ts';
import type { ByteSink } from './downloader.ts';
import type { ModelError } from '../model.ts';
import type { ModelFiles } from './model-files.ts';

/** Collects bytes to parts and keeps each as it fills. Opens after the whole parts that are already there. */
export async function openPartSink(files: ModelFiles, file: string, totalBytes: number): Promise<ByteSink> {
  const sizes = (await files.parts(file)).map((part) => part.size);
  let index = countWholeParts(sizes, totalBytes);
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

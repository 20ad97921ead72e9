import { type Result, createStreamingSha256, err, failure, ok } from '#vocabulary';
import type { ModelError, ObtainOptions } from '../model.ts';
import { aborted } from './downloader.ts';

export interface FileIdentity {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type NamedIdentity = FileIdentity & { readonly name: string };

/** Never holds more than a piece in memory. */
export async function digestOf(
  content: Blob,
  { onProgress, signal }: ObtainOptions,
): Promise<Result<FileIdentity, ModelError>> {
  const digest = createStreamingSha256();
  let sizeBytes = 0;
  const hashed = await copyPieces(content, (piece) => {
    if (signal?.aborted === true) return Promise.resolve(err(aborted));
    digest.update(piece);
    sizeBytes += piece.length;
    onProgress({ receivedBytes: sizeBytes, totalBytes: content.size, phase: 'verifying' });
    return Promise.resolve(ok(undefined));
  });
  return hashed.ok ? ok({ sha256: digest.finishHex(), sizeBytes }) : hashed;
}

export async function verify(
  content: Blob,
  expected: NamedIdentity,
  options: ObtainOptions,
): Promise<Result<void, ModelError>> {
  const found = await digestOf(content, options);
  if (!found.ok) return found;
  const isRight = found.value.sha256 === expected.sha256 && found.value.sizeBytes === expected.sizeBytes;
  return isRight ? ok(undefined) : err(wrongFile(expected));
}

function wrongFile({ name, sha256 }: NamedIdentity): ModelError {
  return failure(
    'digest-mismatch',
    `The file is not ${name}: its SHA-256 is not ${sha256}.`,
    'It was damaged on the way or is another file. Try again later, or choose the file yourself.',
  );
}

export async function copyPieces(
  content: Blob,
  write: (piece: Uint8Array) => Promise<Result<void, ModelError>>,
): Promise<Result<void, ModelError>> {
  const reader = content.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const written = await write(read.value);
    if (!written.ok) {
      await reader.cancel();
      return written;
    }
  }
  return ok(undefined);
}

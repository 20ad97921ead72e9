import { type Result, createStreamingSha256, err, failure, ok } from '#vocabulary';
import type { ModelError, ObtainOptions } from '../model.ts';
import { aborted } from './downloader.ts';

export interface FileIdentity {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type NamedIdentity = FileIdentity & { readonly name: string };

/** SHA-256 in hex. */
export type HashWhole = (bytes: ArrayBuffer) => Promise<string>;

/** Files up to this are read whole to be hashed: all shards of MLC models, and small models. */
const maxWholeBytes = 128 * 2 ** 20;

export async function digestOf(
  content: Blob,
  options: ObtainOptions,
  hashWhole: HashWhole,
): Promise<Result<FileIdentity, ModelError>> {
  if (options.signal?.aborted === true) return err(aborted);
  return content.size <= maxWholeBytes ? digestWhole(content, options, hashWhole) : digestPieces(content, options);
}

async function digestWhole(
  content: Blob,
  { onProgress, signal }: ObtainOptions,
  hashWhole: HashWhole,
): Promise<Result<FileIdentity, ModelError>> {
  const bytes = await content.arrayBuffer();
  const sizeBytes = bytes.byteLength;
  const sha256 = await hashWhole(bytes);
  if (signal?.aborted === true) return err(aborted);
  onProgress({ receivedBytes: sizeBytes, totalBytes: content.size, phase: 'verifying' });
  return ok({ sha256, sizeBytes });
}

/** Never holds more than a piece in memory. */
export async function digestPieces(
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
  hashWhole: HashWhole,
): Promise<Result<void, ModelError>> {
  const found = await digestOf(content, options, hashWhole);
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

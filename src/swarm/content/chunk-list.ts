import { bytesToHex, hexToBytes } from '#vocabulary';
import { MAX_CHUNKS } from './constants.ts';

export const DIGEST_BYTES = 32;

/** A file as a row of chunks, all of `chunkBytes` but the last. */
export interface ChunkShape {
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly count: number;
}

/** Undefined for files that are not exchanged: empty ones, and those with too many chunks. */
export function shapeOf(sizeBytes: number, chunkBytes: number): ChunkShape | undefined {
  const count = Math.ceil(sizeBytes / chunkBytes);
  return count >= 1 && count <= MAX_CHUNKS && Number.isSafeInteger(sizeBytes)
    ? { sizeBytes, chunkBytes, count }
    : undefined;
}

export function chunkLength({ sizeBytes, chunkBytes }: ChunkShape, chunk: number): number {
  return Math.min(chunkBytes, sizeBytes - chunk * chunkBytes);
}

/** SHA-256 of the chunks one after the other, 32 bytes each. */
export type ChunkList = Uint8Array<ArrayBuffer>;

export function isListOf(list: Uint8Array, shape: ChunkShape): boolean {
  return list.length === shape.count * DIGEST_BYTES;
}

export function digestIn(list: Uint8Array, chunk: number): Uint8Array {
  return list.subarray(chunk * DIGEST_BYTES, (chunk + 1) * DIGEST_BYTES);
}

/** A file of one chunk has one possible list, which nobody need vouch for. */
export function onlyList(sha256: string, shape: ChunkShape): ChunkList | undefined {
  return shape.count === 1 ? Uint8Array.from(hexToBytes(sha256)) : undefined;
}

export type HashBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Reads the file chunk by chunk; undefined where a chunk cannot be read. */
export async function makeChunkList(
  shape: ChunkShape,
  read: (offset: number, lengthBytes: number) => Promise<Uint8Array | undefined>,
  hash: HashBytes,
): Promise<ChunkList | undefined> {
  const list = new Uint8Array(shape.count * DIGEST_BYTES);
  for (let chunk = 0; chunk < shape.count; chunk++) {
    const bytes = await read(chunk * shape.chunkBytes, chunkLength(shape, chunk));
    if (bytes === undefined) return undefined;
    list.set(await hash(Uint8Array.from(bytes)), chunk * DIGEST_BYTES);
  }
  return list;
}

export async function nameOfList(list: ChunkList, hash: HashBytes): Promise<string> {
  return bytesToHex(await hash(list));
}

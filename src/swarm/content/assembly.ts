import { type Failure, type Result, equalBytes, ok } from '#vocabulary';
import { type ChunkShape, type HashBytes, chunkLength, digestIn } from './chunk-list.ts';
import type { ContentDraft } from './content.ts';

/** Verified chunks on their way into a draft: they wait in memory until their part is whole. */
export interface Assembly {
  /** Of a verified chunk. Resolves when it is kept, or, for the last of its part, when the part is written. */
  add(chunk: number, bytes: Uint8Array): Promise<Result<void, Failure>>;
  /** Parts that are being written. */
  readonly writing: () => number;
  /** A chunk that was added, from memory or the draft. */
  read(chunk: number): Promise<Uint8Array | undefined>;
}

export interface AssemblyParts {
  readonly shape: ChunkShape;
  readonly draft: ContentDraft;
}

export function createAssembly({ shape, draft }: AssemblyParts): Assembly {
  const perPart = draft.partBytes / shape.chunkBytes;
  const open = new Map<number, Map<number, Uint8Array>>();
  let writing = 0;

  const lengthOf = (part: number): number => Math.min(perPart, shape.count - part * perPart);

  return {
    writing: () => writing,
    async add(chunk, bytes) {
      const part = Math.floor(chunk / perPart);
      const chunks = open.get(part) ?? new Map<number, Uint8Array>();
      open.set(part, chunks.set(chunk, bytes));
      if (chunks.size < lengthOf(part)) return ok(undefined);
      const start = part * draft.partBytes;
      const whole = new Uint8Array(Math.min(draft.partBytes, shape.sizeBytes - start));
      for (const [each, piece] of chunks) whole.set(piece, each * shape.chunkBytes - start);
      writing++;
      try {
        return await draft.write(part, whole);
      } finally {
        writing--;
        open.delete(part);
      }
    },
    async read(chunk) {
      const inMemory = open.get(Math.floor(chunk / perPart))?.get(chunk);
      return inMemory ?? draft.read(chunk * shape.chunkBytes, chunkLength(shape, chunk));
    },
  };
}

/**
 * Chunks of the parts that an earlier visit left, each checked again: a crash or another list may have left anything. A
 * part with a wrong chunk is removed.
 */
export async function checkDraft(
  { shape, draft }: AssemblyParts,
  list: Uint8Array,
  hash: HashBytes,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const perPart = draft.partBytes / shape.chunkBytes;
  const right: number[] = [];
  for (const part of await draft.parts()) {
    if (signal.aborted) return right;
    const first = part * perPart;
    const chunks = Array.from(
      { length: Math.max(0, Math.min(perPart, shape.count - first)) },
      (_, index) => first + index,
    );
    let isRight = chunks.length > 0;
    for (const chunk of chunks) {
      isRight &&= await isChunkRight(
        await draft.read(chunk * shape.chunkBytes, chunkLength(shape, chunk)),
        list,
        chunk,
        hash,
      );
      if (!isRight) break;
    }
    if (isRight) right.push(...chunks);
    else await draft.remove(part);
  }
  return right;
}

export async function isChunkRight(
  bytes: Uint8Array<ArrayBuffer> | undefined,
  list: Uint8Array,
  chunk: number,
  hash: HashBytes,
): Promise<boolean> {
  return bytes !== undefined && equalBytes(await hash(bytes), digestIn(list, chunk));
}

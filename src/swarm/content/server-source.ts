import { messageOf, orAborted } from '#vocabulary';
import type { ChunkSource, SourceFault } from './chunk-source.ts';
import { type ChunkShape, chunkLength } from './chunk-list.ts';
import type { ContentServer } from './content.ts';

/** Cuts what a server sends into chunks. */
export function createServerSource(server: ContentServer, shape: ChunkShape): ChunkSource {
  return {
    key: `server ${server.name}`,
    kind: 'server',
    name: server.name,
    async fetch(row, deliver, onBytes, signal) {
      const [first] = row;
      if (first === undefined) return undefined;
      const fromByte = first * shape.chunkBytes;
      const endByte = Math.min(shape.sizeBytes, (first + row.length) * shape.chunkBytes);
      let pieces: AsyncIterator<Uint8Array> | undefined;
      try {
        const opened = await orAborted(server.open(fromByte, endByte, signal), signal);
        if (!opened.ok) return faultOf(opened.error.type, opened.error.message);
        pieces = opened.value[Symbol.asyncIterator]();
        const cutter = createCutter(row, shape, deliver);
        while (!cutter.isDone()) {
          const piece = await orAborted(pieces.next(), signal);
          if (piece.done === true) return { type: 'broken', reason: 'its answer ended early' };
          onBytes(piece.value.length);
          cutter.add(piece.value);
        }
        return undefined;
      } catch (cause) {
        return { type: 'broken', reason: messageOf(cause) };
      } finally {
        // Not waited for: what hangs would hang here too.
        pieces?.return?.().catch(() => undefined);
      }
    },
  };
}

function faultOf(type: 'no-ranges' | 'busy' | 'elsewhere', reason: string): SourceFault {
  return { type: type === 'busy' ? 'later' : 'gone', reason };
}

/** Bytes in their order to whole chunks; what comes after the last is left. */
function createCutter(
  row: readonly number[],
  shape: ChunkShape,
  deliver: (chunk: number, bytes: Uint8Array<ArrayBuffer>) => void,
): { add(piece: Uint8Array): void; isDone(): boolean } {
  let index = 0;
  let filled = 0;
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  return {
    isDone: () => index >= row.length,
    add(piece) {
      for (let offset = 0; offset < piece.length;) {
        const chunk = row[index];
        if (chunk === undefined) return;
        // Taken when its first byte is there: a source must not make this tab hold what never comes.
        bytes ??= new Uint8Array(chunkLength(shape, chunk));
        const taken = piece.subarray(offset, offset + bytes.length - filled);
        bytes.set(taken, filled);
        filled += taken.length;
        offset += taken.length;
        if (filled < bytes.length) return;
        index++;
        filled = 0;
        deliver(chunk, bytes);
        bytes = undefined;
      }
    },
  };
}

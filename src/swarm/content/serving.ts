import { type Clock, type PeerId, type Result, bytesToHex, err, failure, hexToBytes, ok } from '#vocabulary';
import type { Rpc, RpcError, ServedCall } from '../rpc/rpc.ts';
import { isChunkRight } from './assembly.ts';
import { packBits } from './bitfield.ts';
import type { HashBytes } from './chunk-list.ts';
import { readCid } from './cid.ts';
import { PIECE_BYTES, TURN_AGAIN_MS, TURN_WAIT_MS } from './constants.ts';
import { chunkMethod, haveMethod, listMethod } from './methods.ts';
import type { OfferedFile, OfferedFiles } from './offered.ts';
import type { UploadQueue } from './upload-queue.ts';

export interface ServingParts {
  readonly rpc: Rpc;
  readonly clock: Clock;
  readonly hash: HashBytes;
  readonly offered: OfferedFiles;
  readonly queue: UploadQueue;
  readonly isSharing: () => boolean;
  readonly onGiven: (taker: PeerId, file: OfferedFile, bytes: number) => void;
  /** A file that was offered cannot be read, or has changed. */
  readonly onUnreadable: () => void;
}

/** Answers what other tabs ask about files. The returned function ends that. */
export function serveContent(parts: ServingParts): () => void {
  const { rpc, clock, hash, offered, queue, isSharing, onGiven, onUnreadable } = parts;

  const find = (cid: Uint8Array): OfferedFile | undefined => {
    const sha256 = isSharing() ? readCid(cid) : undefined;
    return sha256 === undefined ? undefined : offered.find(sha256);
  };
  const findUnder = (cid: Uint8Array, list: Uint8Array): OfferedFile | undefined => {
    const file = find(cid);
    return file?.listName === bytesToHex(list) ? file : undefined;
  };

  /** A turn among all takers; undefined where it does not come soon. */
  const takeTurn = async ({ from, signal }: ServedCall): Promise<(() => void) | undefined> => {
    const patience = new AbortController();
    const cancel = clock.after(TURN_WAIT_MS, () => patience.abort());
    try {
      return await queue.enter(from, AbortSignal.any([signal, patience.signal]));
    } finally {
      cancel();
    }
  };

  const give = async (
    bytes: Uint8Array,
    { signal }: ServedCall,
    send: (item: Uint8Array) => Promise<boolean>,
    onSent: (bytes: number) => void,
  ): Promise<void> => {
    for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
      const piece = bytes.subarray(offset, offset + PIECE_BYTES);
      await queue.pace(piece.length, signal);
      if (signal.aborted || !isSharing() || !(await send(piece))) return;
      onSent(piece.length);
    }
  };

  const stops = [
    rpc.serve(haveMethod, ({ cid }) => {
      const file = find(cid);
      if (file === undefined) return Promise.resolve(ok(null));
      const { sizeBytes, shape, listName, has } = file;
      return Promise.resolve(ok({ size: sizeBytes, list: hexToBytes(listName), bits: packBits(shape.count, has) }));
    }),
    rpc.serveStream(listMethod, async ({ cid, list }, call, send) => {
      const file = findUnder(cid, list);
      if (file === undefined) return notOffered;
      await give(file.list, call, send, () => undefined);
      return ok(undefined);
    }),
    rpc.serveStream(chunkMethod, async ({ cid, list, chunk }, call, send) => {
      const file = findUnder(cid, list);
      if (file === undefined || chunk >= file.shape.count || !file.has(chunk)) return notOffered;
      const release = await takeTurn(call);
      if (release === undefined) return comeLater;
      try {
        const bytes = await file.read(chunk);
        // A disk that lost a bit must not make this tab a liar.
        if (bytes === undefined || !(await isChunkRight(new Uint8Array(bytes), file.list, chunk, hash))) {
          onUnreadable();
          return notOffered;
        }
        await give(bytes, call, send, (count) => onGiven(call.from, file, count));
        return ok(undefined);
      } finally {
        release();
      }
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

const notOffered: Result<never, RpcError> = err(failure('failed', 'This tab does not offer that.'));
const comeLater: Result<never, RpcError> = err({
  ...failure('overloaded', 'Others are being served.'),
  retryAfterMs: TURN_AGAIN_MS,
});

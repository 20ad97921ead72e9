import type { PeerId } from '#vocabulary';
import type { Rpc } from '../rpc/rpc.ts';
import { cidBytes } from './cid.ts';
import type { ChunkSource } from './chunk-source.ts';
import { type ChunkShape, chunkLength } from './chunk-list.ts';
import { collectBytes } from './collect.ts';
import { CHUNK_DEADLINE_MS } from './constants.ts';
import { chunkMethod } from './methods.ts';

export interface PeerSourceOptions {
  readonly rpc: Rpc;
  readonly peer: PeerId;
  readonly sha256: string;
  /** SHA-256 of the chunk list that peer and download go by. */
  readonly listName: Uint8Array;
  readonly shape: ChunkShape;
}

export const peerKey = (peer: PeerId): string => `peer ${peer}`;

/** One call a chunk; a download has several under way. */
export function createPeerSource({ rpc, peer, sha256, listName, shape }: PeerSourceOptions): ChunkSource {
  const cid = cidBytes(sha256);
  return {
    key: peerKey(peer),
    kind: 'peer',
    peer,
    name: peer,
    async fetch(row, deliver, onBytes, signal) {
      for (const chunk of row) {
        const options = { deadlineMs: CHUNK_DEADLINE_MS, signal };
        const items = rpc.open(peer, chunkMethod, { cid, list: listName, chunk }, options);
        const got = await collectBytes(items, chunkLength(shape, chunk), onBytes, signal);
        if (!(got instanceof Uint8Array)) return got;
        deliver(chunk, got);
      }
      return undefined;
    },
  };
}

/**
 * What tabs ask each other about files; every message is canonical CBOR, read through these schemas on arrival.
 *
 * | method            | request                   | answer                                                                      |
 * | ----------------- | ------------------------- | --------------------------------------------------------------------------- |
 * | `content/have/1`  | `cid` (36 bytes)          | null, or `size`, `list`: SHA-256 of its chunk list, `bits`: chunks it has    |
 * | `content/list/1`  | `cid`, `list` (32 bytes)  | that list in pieces: SHA-256 of each chunk, 32 bytes each                    |
 * | `content/chunk/1` | `cid`, `list`, `chunk`    | the chunk's bytes in pieces                                                  |
 *
 * The list stands in the request too: chunks of a file under another list would be other chunks.
 */
import * as v from 'valibot';
import type { StreamMethod, UnaryMethod } from '../rpc/rpc.ts';
import { DIGEST_BYTES } from './chunk-list.ts';
import { readCid } from './cid.ts';
import { CHUNK_METHOD, HAVE_METHOD, LIST_METHOD, MAX_CHUNKS } from './constants.ts';

const cid = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => readCid(bytes) !== undefined),
);
const digest = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length === DIGEST_BYTES),
);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export type Have = {
  readonly size: number;
  readonly list: Uint8Array;
  readonly bits: Uint8Array;
};

export const haveMethod: UnaryMethod<{ readonly cid: Uint8Array }, Have | null> = {
  kind: 'unary',
  name: HAVE_METHOD,
  request: v.strictObject({ cid }),
  response: v.nullable(
    v.strictObject({
      size: count,
      list: digest,
      bits: v.pipe(
        v.instance(Uint8Array),
        v.check((bytes) => bytes.length <= MAX_CHUNKS / 8),
      ),
    }),
  ),
};

/** One piece of a stream. Its length is checked by the reader, who knows how much is still to come. */
const piece = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length > 0),
);

export const listMethod: StreamMethod<{ readonly cid: Uint8Array; readonly list: Uint8Array }, Uint8Array> = {
  kind: 'stream',
  name: LIST_METHOD,
  request: v.strictObject({ cid, list: digest }),
  item: piece,
  isBulk: true,
};

export type ChunkRequest = { readonly cid: Uint8Array; readonly list: Uint8Array; readonly chunk: number };

export const chunkMethod: StreamMethod<ChunkRequest, Uint8Array> = {
  kind: 'stream',
  name: CHUNK_METHOD,
  request: v.strictObject({ cid, list: digest, chunk: v.pipe(count, v.maxValue(MAX_CHUNKS - 1)) }),
  item: piece,
  isBulk: true,
};

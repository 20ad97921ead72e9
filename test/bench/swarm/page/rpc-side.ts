import * as v from 'valibot';
import type { Rpc, StreamMethod, UnaryMethod } from '#swarm';
import { type PeerId, type Result, ok } from '#vocabulary';
import { type Side, pace, someBytes, timeEach } from './side.ts';

/** Calls as the product makes them: schemas, deadlines, credit, fair sharing. */
const bytes = v.instance(Uint8Array);
const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const echo: UnaryMethod<Uint8Array, Uint8Array> = {
  kind: 'unary',
  name: '/bench/echo/1',
  request: bytes,
  response: bytes,
};
const reply: UnaryMethod<number, Uint8Array> = {
  kind: 'unary',
  name: '/bench/reply/1',
  request: size,
  response: bytes,
};
const bulkReply: UnaryMethod<number, Uint8Array> = { ...reply, name: '/bench/bulk-reply/1', isBulk: true };
const bulk: StreamMethod<number, Uint8Array> = {
  kind: 'stream',
  name: '/bench/bulk/1',
  request: size,
  item: bytes,
  isBulk: true,
};

/** A chunk as content exchange moves it. */
const ITEM_BYTES = 256 * 1024;
/** The longest answer of a method that is not bulk. */
const SMALL_REPLY_BYTES = 64 * 1024 - 16;
const DEADLINE_MS = 60_000;

export function serveRpcSide(rpc: Rpc): void {
  const item = someBytes(ITEM_BYTES);
  rpc.serve(echo, async (request) => ok(request));
  for (const method of [reply, bulkReply]) rpc.serve(method, async (sizeBytes) => ok(new Uint8Array(sizeBytes)));
  rpc.serveStream(bulk, async (sizeBytes, _call, send) => {
    for (let sent = 0; sent < sizeBytes; sent += ITEM_BYTES) if (!(await send(item))) break;
    return ok(undefined);
  });
}

export function createRpcSide(rpc: Rpc, peer: PeerId): Side {
  const options = { deadlineMs: DEADLINE_MS };
  return {
    async bulk(sizeBytes) {
      const startedMs = performance.now();
      const items = rpc.open(peer, bulk, sizeBytes, options);
      let arrived = 0;
      for (let next = got(await items.next()); next !== undefined; next = got(await items.next()))
        arrived += next.byteLength;
      if (arrived < sizeBytes) throw new Error(`only ${arrived} bytes arrived`);
      return performance.now() - startedMs;
    },
    roundTrips(count, sizeBytes) {
      const request = someBytes(sizeBytes);
      return timeEach(count, async () => {
        got(await rpc.call(peer, echo, request, options));
      });
    },
    callsPerSecond(count, sizeBytes, depth) {
      const method = sizeBytes > SMALL_REPLY_BYTES ? bulkReply : reply;
      return pace(count, depth, async () => {
        got(await rpc.call(peer, method, sizeBytes, options));
      });
    },
  };
}

function got<Value>(result: Result<Value, { readonly message: string }>): Value {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

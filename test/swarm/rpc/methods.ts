import * as v from 'valibot';
import type { Rpc, StreamMethod, UnaryMethod } from '#swarm';
import { ok } from '#vocabulary';

const bytes = v.instance(Uint8Array);

export const echo: UnaryMethod<Uint8Array, Uint8Array> = {
  name: '/test/echo/1',
  kind: 'unary',
  request: bytes,
  response: bytes,
};
export const bulkEcho: UnaryMethod<Uint8Array, Uint8Array> = { ...echo, name: '/test/bulk-echo/1', isBulk: true };
/** Answers after so many milliseconds of nothing; or never, for a negative number. */
export const hang: UnaryMethod<number, number> = {
  name: '/test/hang/1',
  kind: 'unary',
  request: v.number(),
  response: v.number(),
};
const feedRequest = v.object({ count: v.number(), size: v.number() });
/** So many items of one size, each filled with its number. */
export const feed: StreamMethod<v.InferOutput<typeof feedRequest>, Uint8Array> = {
  name: '/test/feed/1',
  kind: 'stream',
  request: feedRequest,
  item: bytes,
};
export const bulkFeed: typeof feed = { ...feed, name: '/test/bulk-feed/1', isBulk: true };

export const LONG = { deadlineMs: 500_000 };

export function serveAll(rpc: Rpc): void {
  rpc.serve(echo, async (request) => ok(request));
  rpc.serve(bulkEcho, async (request) => ok(request));
  rpc.serve(hang, () => new Promise(() => undefined));
  for (const method of [feed, bulkFeed])
    rpc.serveStream(method, async ({ count, size }, _call, send) => {
      for (let index = 0; index < count; index++) if (!(await send(new Uint8Array(size).fill(index)))) break;
      return ok(undefined);
    });
}

import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import type { Rpc, RpcError, StreamMethod, UnaryMethod } from '#swarm';
import { type PeerId, type Result, err, ok } from '#vocabulary';

/** Two peers that are connected, with the calls between them. */
export interface RpcHarness {
  readonly a: Rpc;
  readonly b: Rpc;
  readonly idOfA: PeerId;
  readonly idOfB: PeerId;
  /** Lets the network run until the promise has settled. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  /** Takes the second peer out of the network. */
  loseB(): Promise<void>;
  close(): Promise<void>;
}

const bytes = v.instance(Uint8Array);
const echo: UnaryMethod<Uint8Array, Uint8Array> = {
  name: '/contract/echo/1',
  kind: 'unary',
  request: bytes,
  response: bytes,
};
const bulkEcho: UnaryMethod<Uint8Array, Uint8Array> = { ...echo, name: '/contract/bulk-echo/1', isBulk: true };
const double: UnaryMethod<{ n: number }, number> = {
  name: '/contract/double/1',
  kind: 'unary',
  request: v.object({ n: v.number() }),
  response: v.number(),
};
const count: StreamMethod<number, number> = {
  name: '/contract/count/1',
  kind: 'stream',
  request: v.number(),
  item: v.number(),
};
const chunks: StreamMethod<{ sizes: number[] }, Uint8Array> = {
  name: '/contract/chunks/1',
  kind: 'stream',
  request: v.object({ sizes: v.array(v.number()) }),
  item: bytes,
  isBulk: true,
};
const LONG = { deadlineMs: 30_000 };

export const pattern = (size: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >>> 8) + seed) & 0xff);

/** Rules R40 to R54 of `src/swarm/README.md` that hold over every network. */
export function describeRpcContract(network: string, createHarness: () => Promise<RpcHarness>): void {
  describe(`rpc contract: ${network}`, () => {
    const open: RpcHarness[] = [];
    afterEach(async () => {
      for (const harness of open.splice(0)) await harness.close();
    });
    const setUp = async (): Promise<RpcHarness> => {
      const harness = await createHarness();
      open.push(harness);
      return harness;
    };

    test('R40: a call brings its request there and the response back, both through their schemas', async () => {
      const { a, b, idOfA, idOfB, settle } = await setUp();
      const callers: PeerId[] = [];
      b.serve(double, async ({ n }, { from }) => {
        callers.push(from);
        return ok(2 * n);
      });
      expect(await settle(a.call(idOfB, double, { n: 21 }, LONG))).toEqual(ok(42));
      expect(callers).toEqual([idOfA]);
      const odd = { ...double, request: v.object({ n: v.string() }) } as unknown as UnaryMethod<{ n: string }, number>;
      expect(await settle(a.call(idOfB, odd, { n: 'x' }, LONG))).toMatchObject({ error: { type: 'bad-request' } });
      const wrong = { ...double, response: v.string() } as unknown as UnaryMethod<{ n: number }, string>;
      expect(await settle(a.call(idOfB, wrong, { n: 1 }, LONG))).toMatchObject({ error: { type: 'bad-response' } });
      expect(await settle(a.call(idOfB, echo, pattern(1), LONG))).toMatchObject({ error: { type: 'no-such-method' } });
    });

    test('R41: values of all sizes arrive whole, up to their limits and not beyond', async () => {
      const { a, b, idOfB, settle } = await setUp();
      b.serve(echo, async (request) => ok(request));
      b.serve(bulkEcho, async (request) => ok(request));
      for (const size of [0, 1, 23, 24, 255, 256, 16_300, 16_384, 65_531]) {
        expect(await settle(a.call(idOfB, echo, pattern(size), LONG))).toEqual(ok(pattern(size)));
      }
      expect(await settle(a.call(idOfB, echo, pattern(65_536), LONG))).toMatchObject({ error: { type: 'too-large' } });
      for (const size of [65_536, 1_048_571])
        expect(await settle(a.call(idOfB, bulkEcho, pattern(size), LONG))).toEqual(ok(pattern(size)));
      expect(await settle(a.call(idOfB, bulkEcho, pattern(1_048_576), LONG))).toMatchObject({
        error: { type: 'too-large' },
      });
    });

    test('R42: calls run at once in both directions, each with its own answer', async () => {
      const { a, b, idOfA, idOfB, settle } = await setUp();
      for (const rpc of [a, b]) rpc.serve(double, async ({ n }) => ok(2 * n));
      const calls = Array.from({ length: 60 }, (_, n) =>
        n % 2 === 0 ? a.call(idOfB, double, { n }, LONG) : b.call(idOfA, double, { n }, LONG),
      );
      expect(await settle(Promise.all(calls))).toEqual(calls.map((_, n) => ok(2 * n)));
    });

    test('R43: items of a stream arrive whole, in order, then its end', async () => {
      const { a, b, idOfB, settle } = await setUp();
      b.serveStream(count, async (upTo, _call, send) => {
        for (let n = 0; n < upTo; n++) if (!(await send(n))) break;
        return ok(undefined);
      });
      b.serveStream(chunks, async ({ sizes }, _call, send) => {
        for (const [index, size] of sizes.entries()) if (!(await send(pattern(size, index)))) break;
        return ok(undefined);
      });
      const numbers = a.open(idOfB, count, 500, LONG);
      for (let n = 0; n < 500; n++) expect(await settle(numbers.next())).toEqual(ok(n));
      expect(await settle(numbers.next())).toEqual(ok(undefined));
      expect(await settle(numbers.next())).toEqual(ok(undefined));
      const sizes = [262_144, 0, 1, 1_048_571, 16_309, 700_000, 1_000_000, 300_000];
      const large = a.open(idOfB, chunks, { sizes }, LONG);
      for (const [index, size] of sizes.entries()) expect(await settle(large.next())).toEqual(ok(pattern(size, index)));
      expect(await settle(large.next())).toEqual(ok(undefined));
    });

    test('R44: a reader that stops stops the server within its window, and loses nothing', async () => {
      const { a, b, idOfB, settle, pass } = await setUp();
      let sent = 0;
      b.serveStream(chunks, async (_request, _call, send) => {
        for (; sent < 40; sent++) if (!(await send(pattern(131_072, sent)))) break;
        return ok(undefined);
      });
      const reader = a.open(idOfB, chunks, { sizes: [] }, LONG);
      await settle(reader.next());
      let paused = -1;
      for (; paused !== sent; await pass(1_000)) paused = sent;
      // Two megabytes of credit, what was read, and the one or two items that wait at the server.
      expect(paused).toBeGreaterThan(10);
      expect(paused).toBeLessThan(20);
      for (let index = 1; index < 40; index++) expect(await settle(reader.next())).toEqual(ok(pattern(131_072, index)));
      expect(await settle(reader.next())).toEqual(ok(undefined));
    });

    test('R45: a deadline ends the call on both sides', async () => {
      const { a, b, idOfB, settle, pass } = await setUp();
      const seen: { signal?: AbortSignal } = {};
      b.serve(double, (_request, { signal }) => {
        seen.signal = signal;
        return new Promise(() => undefined);
      });
      expect(await settle(a.call(idOfB, double, { n: 1 }, { deadlineMs: 300 }))).toMatchObject({
        error: { type: 'deadline' },
      });
      await pass(500);
      expect(seen.signal?.aborted).toBe(true);
      expect(await settle(a.call(idOfB, double, { n: 1 }, { deadlineMs: 0 }))).toMatchObject({
        error: { type: 'deadline' },
      });
    });

    test('R46: the caller cancels and the server hears of it at once; the server cancels and the caller hears why', async () => {
      const { a, b, idOfB, settle, pass } = await setUp();
      const signals: AbortSignal[] = [];
      const outcomes: boolean[] = [];
      b.serve(double, (_request, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      });
      b.serveStream(count, async (upTo, { signal }, send) => {
        if (upTo === 0) return err({ type: 'failed', message: 'nothing to count', remedy: 'Ask for more.' });
        signals.push(signal);
        let goesOn = true;
        for (let n = 0; goesOn; n++) goesOn = await send(n);
        outcomes.push(goesOn);
        return ok(undefined);
      });
      const control = new AbortController();
      const call = a.call(idOfB, double, { n: 1 }, { ...LONG, signal: control.signal });
      await pass(300);
      control.abort();
      expect(await call).toMatchObject({ error: { type: 'cancelled' } });
      expect(await a.call(idOfB, double, { n: 1 }, { ...LONG, signal: control.signal })).toMatchObject({
        error: { type: 'cancelled' },
      });
      const reader = a.open(idOfB, count, 1, LONG);
      expect(await settle(reader.next())).toEqual(ok(0));
      reader.cancel();
      expect(await reader.next()).toMatchObject({ error: { type: 'cancelled' } });
      await pass(300);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
      expect(outcomes).toEqual([false]);
      expect(await settle(a.open(idOfB, count, 0, LONG).next())).toEqual(
        err({ type: 'failed', message: 'nothing to count', remedy: 'Ask for more.' }),
      );
    });

    test('R47: a handler that throws tells the caller that it failed and nothing more', async () => {
      const { a, b, idOfB, settle } = await setUp();
      b.serve(double, () => Promise.reject(new Error('the secret of the server')));
      const outcome = (await settle(a.call(idOfB, double, { n: 1 }, LONG))) as Result<number, RpcError>;
      expect(outcome).toMatchObject({ ok: false, error: { type: 'failed' } });
      expect(JSON.stringify(outcome)).not.toContain('secret');
    });

    test('R48: calls end as soon as the peer is gone, and a peer that is not there gets none', async () => {
      const { a, b, idOfB, settle, pass, loseB } = await setUp();
      b.serve(double, () => new Promise(() => undefined));
      b.serveStream(count, async (_upTo, { signal }, send) => {
        await send(0);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return ok(undefined);
      });
      const call = a.call(idOfB, double, { n: 1 }, LONG);
      const reader = a.open(idOfB, count, 1, LONG);
      expect(await settle(reader.next())).toEqual(ok(0));
      const next = reader.next();
      await pass(200);
      await loseB();
      expect(await settle(call)).toMatchObject({ error: { type: 'peer-gone' } });
      expect(await settle(next)).toMatchObject({ error: { type: 'peer-gone' } });
      expect(await settle(a.call(idOfB, double, { n: 1 }, LONG))).toMatchObject({ error: { type: 'not-connected' } });
    });

    test('R49: a peer that ends all its calls ends those of the others', async () => {
      const { a, b, idOfA, idOfB, settle, pass } = await setUp();
      b.serve(double, () => new Promise(() => undefined));
      const call = a.call(idOfB, double, { n: 1 }, LONG);
      await pass(200);
      b.close();
      expect(await settle(call)).toMatchObject({ error: { type: 'peer-gone' } });
      expect(await settle(a.call(idOfB, double, { n: 1 }, LONG))).toMatchObject({ error: { type: 'peer-gone' } });
      expect(await settle(b.call(idOfA, double, { n: 1 }, LONG))).toMatchObject({ error: { type: 'not-connected' } });
    });
  });
}

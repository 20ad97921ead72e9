import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type RpcLimits, createRpc, DEFAULT_RPC_LIMITS } from '#swarm';
import { createVirtualClock, ok, sleep } from '#vocabulary';
import { MAX_DEADLINE_MS } from '../../../src/swarm/rpc/rpc-limits.ts';
import { LONG, bulkEcho, bulkFeed, echo, feed, hang, serveAll } from './methods.ts';
import { type PairOptions, createPair } from './pair.ts';

const setUp = (options: Partial<PairOptions> = {}, limits: Partial<RpcLimits> = {}) => {
  const clock = createVirtualClock(1_000_000);
  const pair = createPair({ clock, ...options });
  const reports: string[] = [];
  const onMisbehaviour = (_peer: unknown, reason: string): number => reports.push(reason);
  const a = createRpc({ swarm: pair.a.swarm, clock, limits, onMisbehaviour });
  const b = createRpc({ swarm: pair.b.swarm, clock, onMisbehaviour });
  serveAll(b);
  return { clock, pair, a, b, reports };
};

describe('connections under calls', () => {
  test('R48: a new session ends the calls of the old one on both sides, and the next calls begin anew', async () => {
    const { clock, pair, a, b, reports } = setUp();
    const signals: AbortSignal[] = [];
    b.serve({ ...hang, name: '/test/watch/1' }, (_request, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const call = a.call(pair.b.id, { ...hang, name: '/test/watch/1' }, 1, LONG);
    const reader = a.open(pair.b.id, bulkFeed, { count: 100, size: 100_000 }, LONG);
    await clock.advance(200);
    pair.restart();
    expect(await call).toMatchObject({ error: { type: 'peer-gone' } });
    for (let item = await reader.next(); item.ok; item = await reader.next());
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const again = a.call(pair.b.id, echo, Uint8Array.of(1), LONG);
    await clock.advance(200);
    expect(await again).toEqual(ok(Uint8Array.of(1)));
    expect(reports).toEqual([]);
  });

  test('R48: a session without a channel for a moment costs no call and no byte', async () => {
    const { clock, pair, a, reports } = setUp();
    const reader = a.open(pair.b.id, bulkFeed, { count: 60, size: 100_000 }, LONG);
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for (let item = await reader.next(); item.ok && item.value !== undefined; item = await reader.next())
        seen.push(item.value[0] as number);
    };
    const reading = read();
    await clock.advance(30);
    pair.hasNoChannel = true;
    const call = a.call(pair.b.id, echo, Uint8Array.of(1), LONG);
    await clock.advance(3_000);
    expect(seen.length).toBeLessThan(60);
    pair.hasNoChannel = false;
    await clock.advance(3_000);
    await reading;
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(await call).toEqual(ok(Uint8Array.of(1)));
    expect(reports).toEqual([]);
  });

  test('R51: bulk methods are refused over the relay, before they begin and while they run; small calls go on', async () => {
    const { clock, pair, a } = setUp();
    const bulk = a.open(pair.b.id, bulkFeed, { count: 1_000, size: 100_000 }, LONG);
    const small = a.open(pair.b.id, feed, { count: 5, size: 10 }, LONG);
    await clock.advance(100);
    expect(await bulk.next()).toMatchObject({ ok: true });
    pair.setKind('relayed');
    expect(await bulk.next()).toMatchObject({ error: { type: 'slow-path' } });
    for (let index = 0; index < 5; index++) expect(await small.next()).toEqual(ok(new Uint8Array(10).fill(index)));
    expect(await a.call(pair.b.id, bulkEcho, Uint8Array.of(1), LONG)).toMatchObject({ error: { type: 'slow-path' } });
    pair.setKind('turn');
    const call = a.call(pair.b.id, bulkEcho, Uint8Array.of(1), LONG);
    await clock.advance(100);
    expect(await call).toEqual(ok(Uint8Array.of(1)));
  });

  test('R51: over the relay calls keep to a low rate after a burst', async () => {
    const { clock, pair, a } = setUp({ kind: 'relayed' });
    const { burst, perSecond } = DEFAULT_RPC_LIMITS.slow.sentBytes;
    for (let index = 0; index < 4; index++) {
      const reader = a.open(pair.b.id, feed, { count: 1_000, size: 60_000 }, LONG);
      const read = async (): Promise<void> => {
        while ((await reader.next()).ok);
      };
      void read();
    }
    const sentBytes = (): number => pair.b.sent.reduce((sum, { message }) => sum + message.byteLength, 0);
    await clock.advance(1_000);
    expect(sentBytes()).toBeGreaterThan(burst);
    const before = sentBytes();
    await clock.advance(20_000);
    expect((sentBytes() - before) / 20).toBeGreaterThan(0.9 * perSecond);
    expect((sentBytes() - before) / 20).toBeLessThan(1.1 * perSecond);
  });

  test('R50: calls beyond what may be open wait for their turn; beyond what may wait they are refused', async () => {
    const { clock, pair, a, b } = setUp({}, { maxOpenPerPeer: 4, maxWaitingPerPeer: 10 });
    let [now, most] = [0, 0];
    const slow = { ...hang, name: '/test/slow/1' };
    b.serve(slow, (request) => {
      most = Math.max(most, ++now);
      return new Promise((resolve) => {
        clock.after(50, () => {
          now--;
          resolve(ok(request));
        });
      });
    });
    const calls = Array.from({ length: 16 }, (_, index) => a.call(pair.b.id, slow, index, LONG));
    await clock.advance(1_000);
    const outcomes = await Promise.all(calls);
    expect(outcomes.slice(0, 14)).toEqual(Array.from({ length: 14 }, (_, index) => ok(index)));
    for (const outcome of outcomes.slice(14)) expect(outcome).toMatchObject({ error: { type: 'overloaded' } });
    expect(most).toBe(4);
  });

  test('R50: this tab opens calls at no more than its rate', async () => {
    const rate = { perSecond: 20, burst: 10 };
    const { clock, pair, a, reports } = setUp({}, { fast: { ...DEFAULT_RPC_LIMITS.fast, calls: rate } });
    let done = 0;
    for (let index = 0; index < 40; index++)
      void a.call(pair.b.id, echo, Uint8Array.of(index), LONG).then(({ ok: isOk }) => (done += isOk ? 1 : 0));
    await clock.advance(500);
    expect(done).toBeGreaterThanOrEqual(18);
    expect(done).toBeLessThanOrEqual(20);
    await clock.advance(1_100);
    expect(done).toBe(40);
    expect(reports).toEqual([]);
  });

  test('R45: a deadline also ends calls that still wait, and is never longer than ten minutes', async () => {
    const { clock, pair, a } = setUp({}, { maxOpenPerPeer: 1 });
    const first = a.call(pair.b.id, hang, 1, { deadlineMs: 1e12 });
    const second = a.call(pair.b.id, echo, Uint8Array.of(1), { deadlineMs: 200 });
    const opened = pair.a.sent.length;
    await clock.advance(199);
    expect(await Promise.race([second, 'waiting'])).toBe('waiting');
    await clock.advance(2);
    expect(await second).toMatchObject({ error: { type: 'deadline' } });
    expect(pair.a.sent.length - opened).toBe(1);
    await clock.advance(MAX_DEADLINE_MS);
    expect(await first).toMatchObject({ error: { type: 'deadline' } });
  });

  test('R45: what is left of the deadline travels: a call that waited long gives the server less', async () => {
    const { clock, pair, a, b } = setUp({ latencyMs: 40 }, { maxOpenPerPeer: 1 });
    const seen: number[] = [];
    const watch = { ...hang, name: '/test/watch/1' };
    b.serve(watch, async (request, { deadlineAtMs }) => {
      seen.push(deadlineAtMs - clock.now());
      await new Promise<void>((resolve) => void clock.after(400, resolve));
      return ok(request);
    });
    for (let index = 0; index < 2; index++) void a.call(pair.b.id, watch, 1, { deadlineMs: 1_000 });
    await clock.advance(900);
    expect(seen).toEqual([1_000, 520]);
  });

  test('R53: no message is over 64 KiB, and calls made together travel together', async () => {
    const { clock, pair, a } = setUp();
    const calls = Array.from({ length: 20 }, (_, index) => a.call(pair.b.id, echo, new Uint8Array(index * 10), LONG));
    void a.call(pair.b.id, bulkEcho, new Uint8Array(200_000), LONG);
    await clock.advance(500);
    await Promise.all(calls);
    const sizes = [...pair.a.sent, ...pair.b.sent].map(({ message }) => message.byteLength);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(64_000);
    expect(pair.a.sent.length).toBeLessThan(20);
  });

  test('R40: an item that does not fit ends the stream on both sides', async () => {
    const { clock, pair, a, b } = setUp();
    const signals: AbortSignal[] = [];
    const odd = { ...feed, name: '/test/odd/1' };
    b.serveStream({ ...odd, item: v.string() }, async (_request, { signal }, send) => {
      signals.push(signal);
      while (await send('text')) await sleep(clock, 10, signal);
      return ok(undefined);
    });
    const reader = a.open(pair.b.id, odd, { count: 1, size: 1 }, LONG);
    await clock.advance(50);
    expect(await reader.next()).toMatchObject({ error: { type: 'bad-response' } });
    expect(await reader.next()).toMatchObject({ error: { type: 'bad-response' } });
    await clock.advance(50);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('a method has one handler, and none once it is taken out', async () => {
    const { clock, pair, a, b } = setUp();
    expect(() => b.serve(echo, async (request) => ok(request))).toThrow();
    expect(() => b.serve({ ...echo, name: '' }, async (request) => ok(request))).toThrow(RangeError);
    const watch = { ...hang, name: '/test/watch/1' };
    const remove = b.serve(watch, async () => ok(1));
    remove();
    b.serve(watch, async () => ok(2));
    remove();
    const call = a.call(pair.b.id, watch, 0, LONG);
    await clock.advance(100);
    expect(await call).toEqual(ok(2));
  });
});

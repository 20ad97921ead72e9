import { describe, expect, test } from 'vitest';
import { type RpcLimits, createRpc } from '#swarm';
import { type Canonical, createVirtualClock, encodeCanonical } from '#vocabulary';
import { RPC_PROTOCOL, STREAM_WINDOW_BYTES } from '../../../src/swarm/rpc/rpc-limits.ts';
import {
  type RpcFrame,
  createMessageWriter,
  decodeMessage,
  encodeMethodName,
} from '../../../src/swarm/rpc/rpc-wire.ts';
import { LONG, echo, feed, hang, serveAll } from './methods.ts';
import { createPair } from './pair.ts';

/** An honest tab, and a peer that says whatever a test wants. */
const setUp = (limits: Partial<RpcLimits> = {}) => {
  const clock = createVirtualClock(1_000_000);
  const pair = createPair({ clock });
  const reports: string[] = [];
  const rpc = createRpc({
    swarm: pair.a.swarm,
    clock,
    limits,
    onMisbehaviour: (_peer, reason) => reports.push(reason),
  });
  serveAll(rpc);
  const heard: RpcFrame[] = [];
  pair.b.swarm.handle(RPC_PROTOCOL, (_from, message) => {
    const decoded = decodeMessage(message);
    if (!decoded.ok) throw new Error(decoded.error.message);
    heard.push(...decoded.value);
  });
  const sayBytes = async (message: Uint8Array): Promise<void> => {
    void pair.b.swarm.send(pair.a.id, RPC_PROTOCOL, message);
    await clock.advance(20);
  };
  const say = (...frames: RpcFrame[]): Promise<void> => {
    const writer = createMessageWriter();
    for (const frame of frames) writer.put(frame);
    return sayBytes(writer.take());
  };
  return { clock, pair, rpc, reports, heard, say, sayBytes };
};

const open = (id: number, method: string, request: Canonical, change: Partial<RpcFrame> = {}): RpcFrame => {
  const part = encodeCanonical(request);
  return {
    type: 'open',
    id,
    leftMs: 60_000,
    window: 0,
    total: part.byteLength,
    name: encodeMethodName(method),
    part,
    ...change,
  } as RpcFrame;
};
const wholeBegin = (id: number, value: Canonical): RpcFrame => {
  const part = encodeCanonical(value);
  return { type: 'begin', id, total: part.byteLength, part };
};

describe('a peer that breaks the rules', () => {
  const offences: readonly (readonly [string, readonly RpcFrame[], RegExp])[] = [
    ['uses a number again', [open(5, hang.name, 1), open(5, hang.name, 1)], /used again/],
    ['uses an older number', [open(5, hang.name, 1), open(4, hang.name, 1)], /used again/],
    ['goes on with a call that it never opened', [{ type: 'request', id: 9, part: Uint8Array.of(1) }], /never opened/],
    ['cancels a call that it never opened', [{ type: 'cancel', id: 9 }], /never opened/],
    ['gives credit to one that it never opened', [{ type: 'credit', id: 9, bytes: 1 }], /never opened/],
    ['answers a call that was never made', [wholeBegin(9, 1)], /never made/],
    ['ends a call that was never made', [{ type: 'end', id: 77 }], /never made/],
    [
      'sends more of a request than it said',
      [
        open(1, echo.name, 0, { total: 3, part: Uint8Array.of(1, 2) }),
        { type: 'request', id: 1, part: Uint8Array.of(3, 4) },
      ],
      /longer than it said/,
    ],
    [
      'sends more of a refused request than it said',
      [
        open(1, '/no/such', 0, { total: 3, part: Uint8Array.of(1, 2) }),
        { type: 'request', id: 1, part: Uint8Array.of(3, 4) },
      ],
      /refused requests/,
    ],
    ['confirms what was not sent', [{ type: 'ack', total: 65_536 }], /confirms/],
  ];
  test.each(offences)('R49: one that %s loses its calls and is reported', async (_what, frames, reason) => {
    const { clock, pair, rpc, reports, heard, say } = setUp();
    const before = rpc.call(pair.b.id, echo, Uint8Array.of(1), LONG);
    await clock.advance(20);
    await say(...frames);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(reason);
    expect(await before).toMatchObject({ error: { type: 'peer-gone' } });
    expect(heard.at(-1)).toEqual({ type: 'close' });
    // And nothing it says is heard any more.
    const said = heard.length;
    await say(open(1_000, echo.name, Uint8Array.of(1)));
    expect(heard).toHaveLength(said);
    expect(await rpc.call(pair.b.id, echo, Uint8Array.of(1), LONG)).toMatchObject({ error: { type: 'peer-gone' } });
  });

  test('R49: nonsense loses the calls; a new session begins anew', async () => {
    const { clock, pair, reports, heard, say, sayBytes } = setUp();
    await sayBytes(Uint8Array.of(200, 1, 2, 3));
    expect(reports).toHaveLength(1);
    pair.restart();
    await say(open(1, echo.name, Uint8Array.of(7)));
    await clock.advance(20);
    expect(heard.at(-1)).toEqual(wholeBegin(1, Uint8Array.of(7)));
    expect(reports).toHaveLength(1);
  });

  test('R44, R49: a server that sends beyond its credit is found out, at the byte', async () => {
    const { clock, pair, rpc, reports, say } = setUp();
    const reader = rpc.open(pair.b.id, feed, { count: 1, size: 1 }, LONG);
    await clock.advance(20);
    const item = new Uint8Array(15_000 - 64);
    for (let used = 0; used + 15_000 <= STREAM_WINDOW_BYTES; used += 15_000)
      await say({ type: 'begin', id: 1, total: item.byteLength, part: item });
    expect(reports).toEqual([]);
    const left = STREAM_WINDOW_BYTES % 15_000;
    await say({ type: 'begin', id: 1, total: item.byteLength, part: new Uint8Array(left - 64) });
    expect(reports).toEqual([]);
    await say({ type: 'more', id: 1, part: Uint8Array.of(1) });
    expect(reports).toEqual(['more than the credit of a stream']);
    expect(await reader.next()).toMatchObject({ error: { type: 'peer-gone' } });
  });

  test('R44: items without a byte use up credit too', async () => {
    const { clock, pair, rpc, reports, say } = setUp();
    void rpc.open(pair.b.id, feed, { count: 1, size: 1 }, LONG);
    await clock.advance(20);
    for (let turn = 0; turn < 20 && reports.length === 0; turn++)
      await say(...Array.from({ length: 1_000 }, () => wholeBegin(1, 0)));
    expect(reports).toEqual(['more than the credit of a stream']);
  });

  test.each([
    ['a response over the limit', { type: 'begin', id: 1, total: 65_537, part: Uint8Array.of(1) }],
    ['an end where a response is due', { type: 'end', id: 1 }],
    ['more of a response that never began', { type: 'more', id: 1, part: Uint8Array.of(1) }],
  ] as const)('R49: %s is refused', async (_what, frame) => {
    const { clock, pair, rpc, reports, say } = setUp();
    const call = rpc.call(pair.b.id, echo, Uint8Array.of(1), LONG);
    await clock.advance(20);
    await say(frame);
    expect(reports).toHaveLength(1);
    expect(await call).toMatchObject({ error: { type: 'peer-gone' } });
  });

  test('R46, R49: answers that cross a cancel are no offence; a flood of them is', async () => {
    const { clock, pair, rpc, reports, say } = setUp();
    const control = new AbortController();
    const call = rpc.call(pair.b.id, echo, Uint8Array.of(1), { ...LONG, signal: control.signal });
    const reader = rpc.open(pair.b.id, feed, { count: 1, size: 1 }, LONG);
    await clock.advance(20);
    control.abort();
    reader.cancel();
    expect(await call).toMatchObject({ error: { type: 'cancelled' } });
    await say(wholeBegin(1, 'late'), wholeBegin(2, 'late'), { type: 'end', id: 2 });
    expect(reports).toEqual([]);
    for (let turn = 0; turn < 40; turn++)
      await say({ type: 'begin', id: 2, total: 16_000, part: new Uint8Array(16_000) });
    expect(reports).toEqual(['more for ended calls than they had credit for']);
  });

  test('R50: calls beyond what is served at once are refused, and served again afterwards', async () => {
    const { clock, reports, heard, say } = setUp({ maxServedPerPeer: 3 });
    for (let id = 1; id <= 5; id++) await say(open(id, hang.name, 1, { leftMs: 5_000 }));
    expect(heard.map((frame) => ('error' in frame ? [frame.id, frame.error.type] : frame))).toEqual([
      [4, 'overloaded'],
      [5, 'overloaded'],
    ]);
    // A cancelled call whose handler does not come back still counts.
    await say({ type: 'cancel', id: 1 }, open(6, hang.name, 1));
    expect(heard.at(-1)).toMatchObject({ id: 6, error: { type: 'overloaded' } });
    await clock.advance(6_000);
    expect(reports).toEqual([]);
  });

  test('R50: a flood of calls is refused with a time to come again, then cut off', async () => {
    const { heard, reports, say } = setUp({
      fast: {
        calls: { perSecond: 10, burst: 10 },
        sentBytes: { perSecond: Infinity, burst: Infinity },
        requestBytes: { perSecond: 1_000, burst: 1_000 },
      },
    });
    for (let id = 1; id <= 60; id++) await say(open(id, echo.name, Uint8Array.of(id)));
    const refused = heard.flatMap((frame) => (frame.type === 'error' ? [frame.error] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(34);
    for (const { type, retryAfterMs } of refused) {
      expect(type).toBe('overloaded');
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThan(1_100);
    }
    for (let id = 61; id <= 110; id++) await say(open(id, echo.name, Uint8Array.of(id)));
    expect(reports).toEqual(['a flood of calls']);
  });

  test('R50: requests over the rate in bytes, or of which parts are missing, are refused', async () => {
    const { clock, heard, reports, say } = setUp({ maxPartialRequestBytes: 100_000 });
    for (let id = 1; id <= 3; id++) await say(open(id, echo.name, 0, { total: 40_000, part: new Uint8Array(10) }));
    expect(heard).toMatchObject([{ id: 3, error: { type: 'overloaded' } }]);
    // The rest of the refused one may still arrive.
    for (let sent = 10; sent < 40_000; sent += 13_330)
      await say({ type: 'request', id: 3, part: new Uint8Array(Math.min(13_330, 40_000 - sent)) });
    await say({ type: 'cancel', id: 1 }, open(4, echo.name, 0, { total: 40_000, part: new Uint8Array(10) }));
    expect(heard).toHaveLength(1);
    await clock.advance(61_000);
    expect(heard.map((frame) => ('error' in frame ? [frame.id, frame.error.type] : frame))).toEqual([
      [3, 'overloaded'],
      [2, 'deadline'],
      [4, 'deadline'],
    ]);
    // So may the rest of one whose time was over before it had come, and not a byte more.
    for (let sent = 10; sent < 40_000; sent += 13_330)
      await say({ type: 'request', id: 2, part: new Uint8Array(Math.min(13_330, 40_000 - sent)) });
    expect(reports).toEqual([]);
    for (let turn = 0; turn < 4; turn++) await say({ type: 'request', id: 4, part: new Uint8Array(13_330) });
    expect(reports).toEqual(['more of refused requests than was announced']);
  });

  test('R50: one that asks without end and reads nothing is cut off, with little kept for it', async () => {
    const clock = createVirtualClock(1_000_000);
    const pair = createPair({ clock, bytesPerSecond: 1_000_000 });
    const reports: string[] = [];
    const rate = { perSecond: 1e9, burst: 1e9 };
    const rpc = createRpc({
      swarm: pair.a.swarm,
      clock,
      limits: { fast: { calls: rate, sentBytes: { perSecond: Infinity, burst: Infinity }, requestBytes: rate } },
      onMisbehaviour: (_peer, reason) => reports.push(reason),
    });
    serveAll(rpc);
    pair.stalled = pair.b.id;
    let id = 0;
    const writer = createMessageWriter();
    const bytesBefore = pair.a.sent.length;
    for (let turn = 0; turn < 40 && reports.length === 0; turn++) {
      for (let index = 0; index < 200; index++) writer.put(open(++id, '/no/such', 1));
      const message = writer.take();
      void pair.b.swarm.send(pair.a.id, RPC_PROTOCOL, message);
      await clock.advance(30);
    }
    expect(reports).toEqual(['it asks and does not read the answers']);
    expect(pair.a.sent.length - bytesBefore).toBeLessThan(10);
  });
});

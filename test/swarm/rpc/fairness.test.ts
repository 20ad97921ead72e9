import { describe, expect, test } from 'vitest';
import { type ItemReader, type Rpc, createRpc } from '#swarm';
import { createVirtualClock } from '#vocabulary';
import { LONG, bulkFeed, echo, feed, serveAll } from './methods.ts';
import { createPair } from './pair.ts';

const RATE = 4 * 1024 * 1024;

const setUp = () => {
  const clock = createVirtualClock(1_000_000);
  const pair = createPair({ clock, latencyMs: 10, bytesPerSecond: RATE, bufferBytes: 2 * 1024 * 1024 });
  const a = createRpc({ swarm: pair.a.swarm, clock });
  const b = createRpc({ swarm: pair.b.swarm, clock });
  serveAll(b);
  return { clock, pair, a, b };
};

/** Reads to the end and counts. */
function drain(reader: ItemReader<Uint8Array>): { bytes: number; isOver: boolean } {
  const seen = { bytes: 0, isOver: false };
  const read = async (): Promise<void> => {
    for (;;) {
      const item = await reader.next();
      if (!item.ok || item.value === undefined) break;
      seen.bytes += item.value.byteLength;
    }
    seen.isOver = true;
  };
  void read();
  return seen;
}

describe('sharing a connection', () => {
  test('R52: two bulk transfers share it alike, whenever they begin and whatever their items measure', async () => {
    const { clock, pair, a } = setUp();
    const first = drain(a.open(pair.b.id, bulkFeed, { count: 1_000, size: 262_144 }, LONG));
    await clock.advance(1_000);
    const before = first.bytes;
    const second = drain(a.open(pair.b.id, bulkFeed, { count: 10_000, size: 20_000 }, LONG));
    await clock.advance(4_000);
    const ratio = (first.bytes - before) / second.bytes;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
    // And together they use nearly all of it.
    expect(first.bytes - before + second.bytes).toBeGreaterThan(0.93 * 4 * RATE);
  });

  test('R52, R54: a small call among two bulk transfers waits a few tens of milliseconds, not for what the transport would take', async () => {
    const { clock, pair, a } = setUp();
    for (let index = 0; index < 2; index++) drain(a.open(pair.b.id, bulkFeed, { count: 1_000, size: 262_144 }, LONG));
    await clock.advance(2_000);
    const tookMs: number[] = [];
    for (let index = 0; index < 40; index++) {
      const begunMs = clock.now();
      const done: { atMs?: number } = {};
      void a.call(pair.b.id, echo, new Uint8Array(100), LONG).then(() => (done.atMs = clock.now()));
      while (done.atMs === undefined) await clock.advance(1);
      tookMs.push(done.atMs - begunMs);
      await clock.advance(30);
    }
    // 20 ms is the round trip; the smallest window holds 31 ms of this slow a path; the transport would take 500 ms.
    const sorted = tookMs.toSorted((x, y) => x - y);
    expect(sorted[20]).toBeLessThan(20 + 45);
    expect(sorted[39]).toBeLessThan(20 + 80);
  });

  test('R52: an endless row of small calls leaves a large one its share', async () => {
    const { clock, pair, a } = setUp();
    const bulk = drain(a.open(pair.b.id, bulkFeed, { count: 1_000, size: 262_144 }, LONG));
    await clock.advance(1_000);
    const before = bulk.bytes;
    const row = { isOver: false };
    const caller = async (rpc: Rpc): Promise<void> => {
      while (!row.isOver) await rpc.call(pair.b.id, echo, new Uint8Array(16_000), LONG);
    };
    for (let index = 0; index < 30; index++) void caller(a);
    await clock.advance(4_000);
    row.isOver = true;
    expect(bulk.bytes - before).toBeGreaterThan(0.15 * 4 * RATE);
  });

  test('R44, R52: a reader that stops takes nothing from the others', async () => {
    const { clock, pair, a } = setUp();
    for (let index = 0; index < 10; index++) void a.open(pair.b.id, feed, { count: 1_000, size: 30_000 }, LONG).next();
    const alive = drain(a.open(pair.b.id, bulkFeed, { count: 40, size: 262_144 }, LONG));
    await clock.advance(5_000);
    expect(alive).toEqual({ bytes: 40 * 262_144, isOver: true });
  });
});

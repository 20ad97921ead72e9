import { describe, expect, test } from 'vitest';
import { ACK_BYTES, MAX_RPC_FRAME_BYTES, MAX_RPC_MESSAGE_BYTES } from '../../../src/swarm/rpc/rpc-limits.ts';
import { createMessageWriter } from '../../../src/swarm/rpc/rpc-wire.ts';
import { type Flow, createScheduler } from '../../../src/swarm/rpc/scheduler.ts';
import {
  FIRST_SEND_WINDOW_BYTES,
  MAX_SEND_WINDOW_BYTES,
  MIN_SEND_WINDOW_BYTES,
  createReceiptCount,
  createSendWindow,
} from '../../../src/swarm/rpc/send-window.ts';

/** Keeps a window full over a path of one rate for some time; the most and the last that was under way. */
function fill(pathMs: number, bytesPerMs: number, forMs: number) {
  const window = createSendWindow();
  const receipts = createReceiptCount();
  const arrivals: { atMs: number; bytes: number }[] = [];
  const acks: { atMs: number; total: number }[] = [];
  let [busyUntilMs, outstanding, delivered, lastDelayMs] = [0, 0, 0, 0];
  for (let nowMs = 0; nowMs < forMs; nowMs++) {
    while ((arrivals[0]?.atMs ?? Infinity) <= nowMs) {
      const { bytes } = arrivals.shift() as { bytes: number };
      delivered += bytes;
      outstanding -= bytes;
      const total = receipts.received(bytes);
      if (total !== undefined) acks.push({ atMs: nowMs + pathMs / 2, total });
    }
    while ((acks[0]?.atMs ?? Infinity) <= nowMs) {
      expect(window.acked((acks.shift() as { total: number }).total, nowMs)).toBe(true);
    }
    while (window.room() > 0) {
      window.sent(16_000, nowMs);
      outstanding += 16_000;
      busyUntilMs = Math.max(busyUntilMs, nowMs) + 16_000 / bytesPerMs;
      lastDelayMs = busyUntilMs - nowMs;
      arrivals.push({ atMs: busyUntilMs + pathMs / 2, bytes: 16_000 });
    }
  }
  return { outstanding, lastDelayMs, rate: delivered / forMs };
}

describe('send window', () => {
  test('R54: it uses a fast path fully and a slow one without a long queue', () => {
    const fast = fill(4, 50_000, 3_000);
    expect(fast.rate).toBeGreaterThan(0.95 * 50_000);
    expect(fast.lastDelayMs).toBeLessThan(40);
    const far = fill(80, 10_000, 10_000);
    expect(far.rate).toBeGreaterThan(0.9 * 10_000);
    expect(far.lastDelayMs).toBeLessThan(60);
    const slow = fill(20, 500, 10_000);
    expect(slow.rate).toBeGreaterThan(0.95 * 500);
    expect(slow.outstanding).toBeLessThan(MIN_SEND_WINDOW_BYTES + 32_000);
  });

  test('R54: it never leaves its bounds', () => {
    expect(fill(500, 1e6, 5_000).outstanding).toBeLessThanOrEqual(MAX_SEND_WINDOW_BYTES + 16_000);
    const window = createSendWindow();
    expect(window.room()).toBe(FIRST_SEND_WINDOW_BYTES);
    window.sent(FIRST_SEND_WINDOW_BYTES, 0);
    expect(window.room()).toBe(0);
  });

  test('R49: only what was sent and completes a count can be confirmed, once, several at a time if need be', () => {
    const window = createSendWindow();
    for (let index = 0; index < 3; index++) window.sent(ACK_BYTES, 0);
    expect(window.acked(5, 1)).toBe(false);
    expect(window.acked(2 * ACK_BYTES, 1)).toBe(true);
    expect(window.acked(ACK_BYTES, 1)).toBe(false);
    expect(window.acked(2 * ACK_BYTES, 1)).toBe(false);
    expect(window.acked(4 * ACK_BYTES, 1)).toBe(false);
    expect(window.acked(3 * ACK_BYTES, 1)).toBe(true);
    expect(window.room()).toBeGreaterThanOrEqual(FIRST_SEND_WINDOW_BYTES);
  });

  test('R54: a queue that stands shrinks the window, single late confirmations do not', () => {
    /** The window after half a second in which every so many confirmations are quick and the others late. */
    const roomAfter = (quickEvery: number): number => {
      const window = createSendWindow();
      const receipts = createReceiptCount();
      for (let turn = 0; turn < 50; turn++) {
        window.sent(ACK_BYTES, turn * 10);
        const total = receipts.received(ACK_BYTES) as number;
        expect(window.acked(total, turn * 10 + (turn % quickEvery === 0 ? 1 : 40))).toBe(true);
      }
      return window.room();
    };
    expect(roomAfter(4)).toBeGreaterThanOrEqual(FIRST_SEND_WINDOW_BYTES);
    expect(roomAfter(50)).toBe(MIN_SEND_WINDOW_BYTES);
  });

  test('both sides count modulo 2^32', () => {
    const window = createSendWindow();
    const receipts = createReceiptCount();
    const step = 2 ** 30;
    for (let index = 0; index < 9; index++) {
      window.sent(step, index);
      const total = receipts.received(step) as number;
      expect(window.acked(total, index + 1)).toBe(true);
      expect(window.room()).toBeGreaterThan(0);
    }
  });
});

/** A flow with so many bytes to send, in frames as large as they may be. */
function flowOf(bytes: number, log: string[], name: string): Flow & { add(more: number): void } {
  let left = bytes;
  return {
    add: (more) => void (left += more),
    nextBytes: () => (left === 0 ? 0 : left + 7),
    put(writer) {
      const part = Math.min(left, writer.room() - 7);
      writer.put({ type: 'more', id: 1, part: new Uint8Array(part) });
      left -= part;
      log.push(name);
    },
  };
}

describe('scheduler', () => {
  const messages = (scheduler: ReturnType<typeof createScheduler>, count: number): number[] => {
    const writer = createMessageWriter();
    return Array.from({ length: count }, () => {
      scheduler.fill(writer);
      return writer.take().byteLength;
    });
  };

  test('R52: large flows take turns, frame by frame, and fill each message', () => {
    const log: string[] = [];
    const scheduler = createScheduler();
    for (const name of ['a', 'b', 'c']) scheduler.activate(flowOf(1e6, log, name));
    const sizes = messages(scheduler, 30);
    expect(sizes.every((size) => size === MAX_RPC_MESSAGE_BYTES)).toBe(true);
    for (const name of ['a', 'b', 'c']) expect(log.filter((each) => each === name)).toHaveLength(40);
  });

  test('R52: a small flow goes into the very next message', () => {
    const log: string[] = [];
    const scheduler = createScheduler();
    for (const name of ['a', 'b']) scheduler.activate(flowOf(1e6, log, name));
    messages(scheduler, 7);
    log.length = 0;
    scheduler.activate(flowOf(100, log, 'small'));
    messages(scheduler, 1);
    expect(log[0]).toBe('small');
    expect(log.length).toBeLessThanOrEqual(1 + Math.ceil(MAX_RPC_MESSAGE_BYTES / MAX_RPC_FRAME_BYTES));
    expect(log).toContain('a');
    expect(log).toContain('b');
  });

  test('R52: one that keeps coming back with little does not always count as new', () => {
    const log: string[] = [];
    const scheduler = createScheduler();
    scheduler.activate(flowOf(1e9, log, 'bulk'));
    messages(scheduler, 3);
    const trickle = flowOf(0, log, 'trickle');
    log.length = 0;
    for (let index = 0; index < 400; index++) {
      trickle.add(16_000);
      scheduler.activate(trickle);
      messages(scheduler, 1);
    }
    const share = log.filter((name) => name === 'bulk').length / log.length;
    expect(share).toBeGreaterThan(0.4);
  });

  test('R52: endless new flows leave an old one its turns', () => {
    const log: string[] = [];
    const scheduler = createScheduler();
    scheduler.activate(flowOf(1e9, log, 'bulk'));
    messages(scheduler, 3);
    log.length = 0;
    for (let index = 0; index < 500; index++) {
      scheduler.activate(flowOf(16_000, log, 'new'));
      messages(scheduler, 1);
    }
    expect(log.filter((name) => name === 'bulk').length).toBeGreaterThan(75);
  });

  test('a flow that is removed sends nothing more, and the scheduler rests when all are done', () => {
    const log: string[] = [];
    const scheduler = createScheduler();
    const flow = flowOf(1e6, log, 'a');
    scheduler.activate(flow);
    messages(scheduler, 1);
    expect(scheduler.isIdle()).toBe(false);
    scheduler.remove(flow);
    expect(scheduler.isIdle()).toBe(true);
    expect(messages(scheduler, 1)).toEqual([0]);
    scheduler.activate(flowOf(0, log, 'empty'));
    messages(scheduler, 1);
    expect(scheduler.isIdle()).toBe(true);
  });
});

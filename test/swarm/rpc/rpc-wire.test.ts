import { describe, expect, test } from 'vitest';
import { bytesToHex, hexToBytes } from '#vocabulary';
import { MAX_RPC_FRAME_BYTES, MAX_RPC_MESSAGE_BYTES } from '../../../src/swarm/rpc/rpc-limits.ts';
import {
  MAX_ERROR_FRAME_BYTES,
  type RpcFrame,
  createMessageWriter,
  decodeMessage,
  encodeMethodName,
} from '../../../src/swarm/rpc/rpc-wire.ts';

const part = Uint8Array.of(0xaa, 0xbb);
const name = encodeMethodName('/x/1');

/** One of each kind, with the bytes that the table in `rpc-wire.ts` promises. */
const golden: readonly (readonly [RpcFrame, string])[] = [
  [
    { type: 'open', id: 1, leftMs: 1_000, window: 0x40000, total: 5, name, part },
    '01 00000001 000003e8 00040000 00000005 04 2f782f31 0002 aabb',
  ],
  [
    { type: 'open', id: 2, leftMs: 1, window: 0, total: 70_000, name, part: new Uint8Array() },
    '01 00000002 00000001 00000000 00011170 04 2f782f31 0000',
  ],
  [{ type: 'request', id: 1, part }, '02 00000001 0002 aabb'],
  [{ type: 'credit', id: 0xfffffffe, bytes: 65_536 }, '03 fffffffe 00010000'],
  [{ type: 'cancel', id: 7 }, '04 00000007'],
  [{ type: 'begin', id: 1, total: 3, part }, '05 00000001 00000003 0002 aabb'],
  [{ type: 'more', id: 1, part: Uint8Array.of(0xcc) }, '06 00000001 0001 cc'],
  [{ type: 'end', id: 1 }, '07 00000001'],
  [
    { type: 'error', id: 1, error: { type: 'overloaded', message: 'no', retryAfterMs: 250 } },
    '08 00000001 07 000000fa 0002 6e6f 0000',
  ],
  [
    { type: 'error', id: 1, error: { type: 'failed', message: 'é', remedy: 'ok' } },
    '08 00000001 0a ffffffff 0002 c3a9 0002 6f6b',
  ],
  [{ type: 'ack', total: 0x01020304 }, '09 01020304'],
  [{ type: 'close' }, '0a'],
];
const bytesOf = (hex: string): Uint8Array => hexToBytes(hex.replaceAll(' ', ''));

describe('bytes of calls', () => {
  test.each(golden)('R53: a frame has its bytes: %o', (frame, hex) => {
    const writer = createMessageWriter();
    writer.put(frame);
    expect(bytesToHex(writer.take())).toBe(hex.replaceAll(' ', ''));
    expect(decodeMessage(bytesOf(hex))).toEqual({ ok: true, value: [frame] });
  });

  test('R53: frames follow each other in one message', () => {
    const all = golden.map(([, hex]) => hex).join('');
    expect(decodeMessage(bytesOf(all))).toEqual({ ok: true, value: golden.map(([frame]) => frame) });
  });

  test('R53: a message cut anywhere within its last frame is refused', () => {
    for (const [, hex] of golden) {
      const whole = bytesOf(hex);
      for (let length = 1; length < whole.byteLength; length++)
        expect(decodeMessage(whole.subarray(0, length))).toMatchObject({ error: { type: 'malformed-frame' } });
    }
  });

  test.each([
    ['nothing', ''],
    ['an unknown kind', '0b'],
    ['kind zero', '00'],
    ['a method without a name', '01 00000001 000003e8 00000000 00000005 00 0002 aabb'],
    ['a method with too long a name', `01 00000001 000003e8 00000000 00000005 41 ${'61'.repeat(65)} 0002 aabb`],
    ['a part longer than its whole', '05 00000001 00000001 0002 aabb'],
    ['a value of no bytes', '05 00000001 00000000 0000'],
    ['a value over every limit', '05 00000001 00100001 0002 aabb'],
    ['a request over every limit', '01 00000001 000003e8 00000000 ffffffff 04 2f782f31 0002 aabb'],
    ['an empty part', '06 00000001 0000'],
    ['a part beyond the message', '06 00000001 ffff aabb'],
    ['an error of unknown type', '08 00000001 0b ffffffff 0000 0000'],
    ['an error only this side can find', '08 00000001 01 ffffffff 0000 0000'],
    ['an error that is not UTF-8', '08 00000001 0a ffffffff 0001 ff 0000'],
    ['an error that is too long', `08 00000001 0a ffffffff 0201 ${'61'.repeat(513)} 0000`],
  ])('R53: %s is refused', (_what, hex) => {
    expect(decodeMessage(bytesOf(hex))).toMatchObject({ ok: false, error: { type: 'malformed-frame' } });
  });

  test('R53: a message over the limit is refused, one at it is read', () => {
    const closes = new Uint8Array(MAX_RPC_MESSAGE_BYTES + 1).fill(10);
    expect(decodeMessage(closes)).toMatchObject({ error: { type: 'malformed-frame' } });
    expect(decodeMessage(closes.subarray(1))).toMatchObject({ ok: true });
  });

  test('R53: a frame over 16 KiB is refused, one of them is read, several to a message', () => {
    const frameOf = (partBytes: number): Uint8Array => {
      const frame = new Uint8Array(7 + partBytes);
      frame[0] = 6;
      new DataView(frame.buffer).setUint16(5, partBytes);
      return frame;
    };
    const longest = frameOf(MAX_RPC_FRAME_BYTES - 7);
    expect(decodeMessage(frameOf(MAX_RPC_FRAME_BYTES - 6))).toMatchObject({ error: { type: 'malformed-frame' } });
    const message = new Uint8Array(4 * MAX_RPC_FRAME_BYTES);
    for (let index = 0; index < 4; index++) message.set(longest, index * MAX_RPC_FRAME_BYTES);
    const decoded = decodeMessage(message);
    expect(decoded.ok && decoded.value.map(({ type }) => type)).toEqual(['more', 'more', 'more', 'more']);
  });

  test('R53: a writer fills messages up to the limit it is given, frame by frame', () => {
    const writer = createMessageWriter();
    writer.limit(2 * MAX_RPC_FRAME_BYTES);
    const rooms: number[] = [];
    while (writer.room() > 7) {
      rooms.push(writer.room());
      writer.put({ type: 'more', id: 1, part: new Uint8Array(writer.room() - 7) });
    }
    expect(rooms).toEqual([MAX_RPC_FRAME_BYTES, MAX_RPC_FRAME_BYTES]);
    expect(writer.take()).toHaveLength(2 * MAX_RPC_FRAME_BYTES);
  });

  test('R53: the longest error keeps within its bound, whatever is in its texts', () => {
    for (const letter of ['a', 'é', '€', '😀', '\ud800']) {
      const writer = createMessageWriter();
      const words = letter.repeat(1_000);
      writer.put({
        type: 'error',
        id: 1,
        error: { type: 'failed', message: words, remedy: words, retryAfterMs: 1e12 },
      });
      const message = writer.take();
      expect(message.byteLength).toBeLessThanOrEqual(MAX_ERROR_FRAME_BYTES);
      expect(decodeMessage(message)).toMatchObject({ ok: true, value: [{ error: { retryAfterMs: 0xfffffffe } }] });
    }
  });

  test('R53: a method has a name of 1 to 64 bytes', () => {
    expect(() => encodeMethodName('')).toThrow(RangeError);
    expect(() => encodeMethodName('é'.repeat(33))).toThrow(RangeError);
    expect(() => encodeMethodName('\ud800')).toThrow(RangeError);
    expect(encodeMethodName('é'.repeat(32))).toHaveLength(64);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader } from '../../../src/swarm/transport/frame-reader.ts';
import { varintBytes, writeVarint } from '../../../src/swarm/transport/varint.ts';

const MAX_BYTES = 300;
const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: MAX_BYTES }), { maxLength: 8 });

function prefixed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(varintBytes(frame.byteLength) + frame.byteLength);
  bytes.set(frame, writeVarint(bytes, 0, frame.byteLength));
  return bytes;
}

function cut(bytes: readonly number[], sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    pieces.push(Uint8Array.from(bytes.slice(at, at + size)));
    at += size;
  }
  return pieces;
}

test('R3: frames come out as they went in, however the row of bytes is cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }), (sent, sizes) => {
      const reader = createFrameReader(MAX_BYTES);
      const received: number[][] = [];
      const row = sent.flatMap((frame) => [...prefixed(frame)]);
      for (const piece of cut(row, sizes)) expect(reader.read(piece, (frame) => received.push([...frame]))).toBe(true);
      expect(received).toEqual(sent.map((frame) => [...frame]));
    }),
  );
});

test('R17: whatever bytes come, frames are within the limit and nothing throws', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 6 }), (pieces) => {
      const reader = createFrameReader(MAX_BYTES);
      for (const piece of pieces) {
        const fits = reader.read(piece, (frame) => {
          expect(frame.byteLength).toBeGreaterThan(0);
          expect(frame.byteLength).toBeLessThanOrEqual(MAX_BYTES);
        });
        if (!fits) return;
      }
    }),
  );
});

test('R17: an empty frame, one over the limit and an endless length are refused', () => {
  for (const bytes of [[0], [0xad, 0x02], [0x80, 0x80, 0x80, 0x80]])
    expect(createFrameReader(MAX_BYTES).read(Uint8Array.from(bytes), () => undefined)).toBe(false);
  expect(createFrameReader(MAX_BYTES).read(Uint8Array.of(0xac, 0x02), () => undefined)).toBe(true);
});

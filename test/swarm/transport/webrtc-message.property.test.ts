import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  MAX_DATA_HEADER_BYTES,
  openDataMessage,
  readDataMessage,
} from '../../../src/swarm/transport/webrtc-message.ts';

function messageOf(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(MAX_DATA_HEADER_BYTES + data.byteLength);
  const dataAt = openDataMessage(bytes, data.byteLength);
  expect(dataAt).toBeLessThanOrEqual(MAX_DATA_HEADER_BYTES);
  bytes.set(data, dataAt);
  return bytes.subarray(0, dataAt + data.byteLength);
}

test('R13: data comes out of a message as it went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70_000, size: 'max' }), (data) => {
      expect(readDataMessage(messageOf(data))).toEqual(data);
    }),
    { numRuns: 50 },
  );
});

test('R13: the bytes are those of the libp2p specification', () => {
  expect([...messageOf(Uint8Array.of(7, 8, 9))]).toEqual([5, 0x12, 3, 7, 8, 9]);
  expect([...messageOf(new Uint8Array(128)).subarray(0, 5)]).toEqual([0x83, 0x01, 0x12, 0x80, 0x01]);
});

test('R13: a message with a flag, in part, or followed by more is left to the library', () => {
  const whole = messageOf(Uint8Array.of(7, 8, 9));
  for (const bytes of [[], [2], [2, 0x08, 0], [7, 0x08, 0, 0x12, 3, 7, 8, 9], [...whole, 0], [...whole.subarray(0, 4)]])
    expect(readDataMessage(Uint8Array.from(bytes))).toBeUndefined();
});

test('R13: whatever bytes come, reading never throws and never reaches outside', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(5), fc.nat(255)).map(([data, at, value]) => {
      const bytes = messageOf(data);
      bytes[at] = value;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      const data = readDataMessage(bytes);
      if (data !== undefined) expect(data.byteLength).toBeLessThan(bytes.byteLength);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCanonical, encodeCanonical } from '#vocabulary';
import { Assembly } from '../../../src/swarm/rpc/assembly.ts';
import { decodePayload, encodeInParts, encodePayload, lengthOf } from '../../../src/swarm/rpc/payload.ts';
import { RPC_ERROR_TYPES } from '../../../src/swarm/rpc/rpc-errors.ts';
import { MAX_RPC_FRAME_BYTES, MAX_RPC_MESSAGE_BYTES } from '../../../src/swarm/rpc/rpc-limits.ts';
import { type RpcFrame, createMessageWriter, decodeMessage } from '../../../src/swarm/rpc/rpc-wire.ts';

const u32 = fc.nat(0xffffffff);
const part = fc.uint8Array({ minLength: 1, maxLength: 300 });
const frame: fc.Arbitrary<RpcFrame> = fc.oneof(
  fc
    .record({
      id: u32,
      leftMs: u32,
      window: u32,
      more: fc.nat(1000),
      name: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      part: fc.uint8Array({ maxLength: 300 }),
    })
    .map(({ more, ...open }) => ({ type: 'open' as const, ...open, total: Math.max(1, open.part.byteLength + more) })),
  fc.record({ type: fc.constantFrom('request' as const, 'more' as const), id: u32, part }),
  fc.record({ type: fc.constant('credit' as const), id: u32, bytes: u32 }),
  fc.record({ type: fc.constantFrom('cancel' as const, 'end' as const), id: u32 }),
  fc
    .record({ id: u32, more: fc.nat(1_000_000), part })
    .map(({ id, more, part: first }) => ({ type: 'begin' as const, id, total: first.byteLength + more, part: first })),
  fc.record({
    type: fc.constant('error' as const),
    id: u32,
    error: fc.record({ type: fc.constantFrom(...RPC_ERROR_TYPES.slice(2)), message: fc.string({ maxLength: 100 }) }),
  }),
  fc.record({ type: fc.constant('ack' as const), total: u32 }),
  fc.constant({ type: 'close' as const }),
);

describe('bytes of calls', () => {
  test('R53: what is written is read again, frame by frame', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), (frames) => {
        const writer = createMessageWriter();
        for (const each of frames) writer.put(each);
        const message = writer.take();
        expect(decodeMessage(message)).toEqual({ ok: true, value: frames });
        expect(writer.length()).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test('R53: arbitrary bytes are read or refused, never thrown at, and what is read has those bytes', () => {
    const nearly = fc
      .tuple(
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 4 }),
      )
      .map(([frames, changes]) => {
        const writer = createMessageWriter();
        for (const each of frames) writer.put(each);
        const message = writer.take();
        for (const [at, value] of changes) message[at % message.byteLength] = value;
        return message;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), nearly), (bytes) => {
        const decoded = decodeMessage(bytes);
        if (!decoded.ok) expect(decoded.error.type).toBe('malformed-frame');
        // A decoded error may hold more text than is ever written.
        else if (decoded.value.every(({ type }) => type !== 'error')) {
          const writer = createMessageWriter();
          for (const each of decoded.value) writer.put(each);
          expect(writer.take()).toEqual(bytes);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('R53: nothing is ever written over the limit', () => {
    const writer = createMessageWriter();
    expect(() => {
      for (let index = 0; index < 70; index++) writer.put({ type: 'more', id: 1, part: new Uint8Array(1_000) });
    }).toThrow(RangeError);
    expect(writer.length()).toBeLessThanOrEqual(MAX_RPC_MESSAGE_BYTES);
    const tooLong = new Uint8Array(MAX_RPC_FRAME_BYTES - 6);
    expect(() => createMessageWriter().put({ type: 'more', id: 1, part: tooLong })).toThrow(RangeError);
    expect(MAX_RPC_FRAME_BYTES).toBeLessThanOrEqual(16 * 1024);
  });
});

describe('values of calls', () => {
  const sizes = fc.oneof(fc.nat(300), fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, 70_000));

  test('R41: one byte string is written and read as the canonical codec does', () => {
    fc.assert(
      fc.property(sizes, fc.nat(255), (size, fill) => {
        const value = new Uint8Array(size).fill(fill);
        const encoded = encodePayload(value);
        expect(encoded).toEqual(encodeCanonical(value));
        const parts = encodeInParts(value);
        expect(Uint8Array.of(...parts.head, ...parts.body)).toEqual(encoded);
        expect(lengthOf(parts)).toBe(encoded.byteLength);
        expect(decodePayload(encoded)).toEqual({ ok: true, value });
      }),
    );
  });

  test('R41: arbitrary bytes are read exactly as the canonical codec reads them', () => {
    const header = fc.tuple(fc.integer({ min: 0x40, max: 0x5f }), fc.uint8Array({ maxLength: 40 }));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      header.map(([first, rest]) => Uint8Array.of(first, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (payload) => {
        const [mine, canonical] = [decodePayload(payload), decodeCanonical(payload)];
        expect(mine.ok).toBe(canonical.ok);
        if (mine.ok && canonical.ok) expect(mine.value).toEqual(canonical.value);
      }),
      { numRuns: 2_000 },
    );
  });

  test('R41: parts of any size make the whole again, and not a byte more', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (whole, cuts) => {
          const assembly = new Assembly(whole.byteLength);
          let at = 0;
          for (let turn = 0; at < whole.byteLength; turn++) {
            const end = Math.min(whole.byteLength, at + (cuts[turn % cuts.length] as number));
            expect(assembly.missing()).toBe(whole.byteLength - at);
            const outcome = assembly.add(whole.subarray(at, end));
            at = end;
            if (at < whole.byteLength) expect(outcome).toBeUndefined();
            else expect(outcome).toEqual(whole);
          }
          expect(assembly.add(Uint8Array.of(1))).toBe('too-long');
        },
      ),
    );
  });

  test('R44: a short value does not keep the long message alive that brought it', () => {
    const message = new Uint8Array(16_000);
    const kept = new Assembly(10).add(message.subarray(100, 110)) as Uint8Array;
    expect(kept.buffer.byteLength).toBe(10);
    const large = new Assembly(15_000).add(message.subarray(7, 15_007)) as Uint8Array;
    expect(large.buffer).toBe(message.buffer);
  });
});

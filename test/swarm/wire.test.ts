import { describe, expect, test } from 'vitest';
import { bytesToHex, encodeCanonical } from '#vocabulary';
import { EMPTY_ADVERT } from '../../src/swarm/advert.ts';
import { MAX_MESSAGE_BYTES } from '../../src/swarm/constants.ts';
import { type Frame, decodeFrame, encodeFrame, pairOf } from '../../src/swarm/wire.ts';

const incarnation = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const golden: readonly (readonly [frame: Frame, hex: string])[] = [
  [{ type: 'ping', token: 0x01020304 }, '0301020304'],
  [{ type: 'pong', token: 0xffffffff }, '04ffffffff'],
  [{ type: 'goodbye' }, '05'],
  [
    { type: 'message', pair: 0xdeadbeef, sequence: 7, protocol: '/a/1', body: Uint8Array.of(9, 8) },
    '02deadbeef00000007042f612f310908',
  ],
  [{ type: 'message', pair: 0, sequence: 0, protocol: 'ü', body: new Uint8Array() }, '02000000000000000002c3bc'],
];

describe('R13: wire format of frames', () => {
  test.each(golden)('%o has exactly these bytes', (frame, hex) => {
    const bytes = encodeFrame(frame);
    expect(bytesToHex(bytes)).toBe(hex);
    expect(decodeFrame(bytes)).toEqual({ ok: true, value: frame });
  });

  test('a hello has exactly these bytes', () => {
    const frame: Frame = { type: 'hello', incarnation, advert: { ...EMPTY_ADVERT, name: 'anna' } };
    const bytes = encodeFrame(frame);
    expect(bytesToHex(bytes)).toBe(
      '01a86169480102030405060708646e616d6564616e6e6166656e67696e6560676d6f64656c4964606c636f6e747269627574696e67f46f70726f746f636f6c56657273696f6e02756465636f6465546f6b656e735065725365636f6e64007670726566696c6c546f6b656e735065725365636f6e6400',
    );
    expect(decodeFrame(bytes)).toEqual({ ok: true, value: frame });
  });

  test('a frame read from the middle of a larger buffer is read the same', () => {
    const bytes = encodeFrame({ type: 'message', pair: 1, sequence: 2, protocol: 'p', body: Uint8Array.of(3) });
    const padded = new Uint8Array(bytes.byteLength + 10);
    padded.set(bytes, 5);
    expect(decodeFrame(padded.subarray(5, 5 + bytes.byteLength))).toEqual(decodeFrame(bytes));
    const hello = encodeFrame({ type: 'hello', incarnation, advert: EMPTY_ADVERT });
    const shifted = new Uint8Array(hello.byteLength + 3);
    shifted.set(hello, 3);
    const decoded = decodeFrame(shifted.subarray(3));
    expect(decoded.ok && decoded.value.type === 'hello' && pairOf(decoded.value.incarnation, new Uint8Array(8))).toBe(
      0x01020304,
    );
  });

  test.each([
    ['empty', new Uint8Array()],
    ['unknown kind', Uint8Array.of(6)],
    ['long ping', Uint8Array.of(3, 0, 0, 0, 0, 0)],
    ['long goodbye', Uint8Array.of(5, 0)],
    ['message cut in its header', Uint8Array.of(2, 0, 0, 0, 0)],
    ['message without a name', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['message cut in its name', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 65)],
    ['name that is not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff)],
    ['name too long', new Uint8Array(200).fill(65).with(0, 2).with(9, 65)],
    ['body too long', new Uint8Array(11 + MAX_MESSAGE_BYTES + 1).fill(65).with(0, 2).with(9, 1)],
    ['hello that is no CBOR', Uint8Array.of(1, 0xff)],
    ['hello that is no map', Uint8Array.of(1, 0x80)],
    ['hello without an incarnation', Uint8Array.of(1, ...encodeCanonical({ ...EMPTY_ADVERT }))],
    [
      'hello of this version with a wrong advert',
      Uint8Array.of(1, ...encodeCanonical({ i: incarnation, ...EMPTY_ADVERT, decodeTokensPerSecond: -1 })),
    ],
  ])('%s is refused', (_what, bytes) => {
    expect(decodeFrame(bytes)).toMatchObject({ ok: false, error: { type: 'malformed-frame' } });
  });

  test('R8: of a later version the hello is still read for the version', () => {
    const later = Uint8Array.of(1, ...encodeCanonical({ i: incarnation, protocolVersion: 3, shape: ['unknown'] }));
    expect(decodeFrame(later)).toEqual({
      ok: true,
      value: { type: 'hello', incarnation, advert: { ...EMPTY_ADVERT, protocolVersion: 3 } },
    });
  });

  test('writing more than the limit is a fault of the caller', () => {
    const body = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    expect(() => encodeFrame({ type: 'message', pair: 0, sequence: 0, protocol: 'p', body })).toThrow(RangeError);
  });
});

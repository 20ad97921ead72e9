import { describe, expect, test } from 'vitest';
import { bytesToHex, encodeCanonical } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { MAX_MESSAGE_BYTES, SWARM_PROTOCOL_VERSION } from '../../../src/swarm/constants.ts';
import { type Frame, type Hello, decodeFrame, encodeFrame, pairOf } from '../../../src/swarm/session/wire.ts';

const incarnation = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const proof = new Uint8Array(16).fill(0xab);
const hello: Hello = {
  type: 'hello',
  protocolVersion: SWARM_PROTOCOL_VERSION,
  incarnation,
  proof,
  features: ['rpc/1'],
};
const fields = { protocolVersion: SWARM_PROTOCOL_VERSION, i: incarnation, p: proof, f: ['rpc/1'] };
const HELLO_HEX =
  '01a4616681657270632f316169480102030405060708617050abababababababababababababababab6f70726f746f636f6c56657273696f6e03';
const ADVERT_HEX =
  '06a7646e616d6564616e6e6166656e67696e6560676d6f64656c4964606c636f6e747269627574696e67f46f70726f746f636f6c56657273696f6e03756465636f6465546f6b656e735065725365636f6e64007670726566696c6c546f6b656e735065725365636f6e6400';
const helloOf = (change: object): Uint8Array => Uint8Array.of(1, ...encodeCanonical({ ...fields, ...change }));
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

  test('hello, advert and refusal have exactly these bytes', () => {
    const advert = { ...EMPTY_ADVERT, name: 'anna' };
    for (const [frame, hex] of [
      [hello, HELLO_HEX],
      [{ type: 'advert', advert }, ADVERT_HEX],
      [{ type: 'refused', code: 'wrong-room' }, '07a161636a77726f6e672d726f6f6d'],
    ] as const) {
      const bytes = encodeFrame(frame);
      expect(bytesToHex(bytes)).toBe(hex);
      expect(decodeFrame(bytes)).toEqual({ ok: true, value: frame });
    }
  });

  test('a frame read from the middle of a larger buffer is read the same', () => {
    const bytes = encodeFrame({ type: 'message', pair: 1, sequence: 2, protocol: 'p', body: Uint8Array.of(3) });
    const padded = new Uint8Array(bytes.byteLength + 10);
    padded.set(bytes, 5);
    expect(decodeFrame(padded.subarray(5, 5 + bytes.byteLength))).toEqual(decodeFrame(bytes));
    const shifted = Uint8Array.of(0, 0, 0, ...encodeFrame(hello));
    const decoded = decodeFrame(shifted.subarray(3));
    expect(decoded.ok && decoded.value.type === 'hello' && pairOf(decoded.value.incarnation, new Uint8Array(8))).toBe(
      0x01020304,
    );
  });

  test.each([
    ['empty', new Uint8Array()],
    ['kind 0', Uint8Array.of(0, 1)],
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
    ['hello without an incarnation', helloOf({ i: new Uint8Array(7) })],
    ['hello without a proof', Uint8Array.of(1, ...encodeCanonical({ protocolVersion: 3, i: incarnation, f: [] }))],
    ['hello with a long proof', helloOf({ p: new Uint8Array(17) })],
    ['hello with a feature that is a sentence', helloOf({ f: ['do as I say'] })],
    ['hello with too many features', helloOf({ f: Array.from({ length: 33 }, (_, index) => `f/${index}`) })],
    ['hello over its length', helloOf({ padding: new Uint8Array(4096) })],
    ['advert of this version that is wrong', Uint8Array.of(6, ...encodeCanonical({ ...EMPTY_ADVERT, engine: 'ü' }))],
    ['advert that is no CBOR', Uint8Array.of(6, 0xff)],
    ['refusal without a reason', Uint8Array.of(7, ...encodeCanonical({}))],
    ['refusal with a novel', Uint8Array.of(7, ...encodeCanonical({ c: 'x'.repeat(65) }))],
  ])('%s is refused', (_what, bytes) => {
    expect(decodeFrame(bytes)).toMatchObject({ ok: false, error: { type: 'malformed-frame' } });
  });

  test('R8: of a later version the hello is still read for the version, the advert for what is known of it', () => {
    const later = Uint8Array.of(
      1,
      ...encodeCanonical({ i: incarnation, protocolVersion: 9, f: 'rpc', shape: ['new'] }),
    );
    const shown = { type: 'hello', protocolVersion: 9, incarnation, proof: new Uint8Array(16), features: [] };
    expect(decodeFrame(later)).toEqual({ ok: true, value: shown });
    const advert = Uint8Array.of(6, ...encodeCanonical({ protocolVersion: 9, shape: ['new'] }));
    expect(decodeFrame(advert)).toEqual({
      ok: true,
      value: { type: 'advert', advert: { ...EMPTY_ADVERT, protocolVersion: 9 } },
    });
  });

  test('R26: what a later version may add is skipped: fields, kinds of frames, reasons', () => {
    expect(decodeFrame(helloOf({ later: 'field' }))).toEqual({ ok: true, value: hello });
    expect(decodeFrame(Uint8Array.of(8, 1, 2, 3))).toEqual({ ok: true, value: { type: 'unknown', kind: 8 } });
    expect(decodeFrame(Uint8Array.of(255))).toEqual({ ok: true, value: { type: 'unknown', kind: 255 } });
    expect(decodeFrame(Uint8Array.of(7, ...encodeCanonical({ c: 'too-tired' })))).toEqual({
      ok: true,
      value: { type: 'refused', code: 'unknown' },
    });
  });

  test('writing more than the limit is a fault of the caller', () => {
    const body = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    expect(() => encodeFrame({ type: 'message', pair: 0, sequence: 0, protocol: 'p', body })).toThrow(RangeError);
  });
});

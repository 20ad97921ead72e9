import { type Canonical, type Failure, type Result, decodeCanonical, encodeCanonical, ok } from '#vocabulary';

/*
 * Requests, responses and items as canonical CBOR. A value that is one byte string, as contents are, is written and
 * read here: the same bytes without the copies and the second encoding of the full codec.
 */

const BYTE_STRING = 2 << 5;
const [LENGTH_U8, LENGTH_U16, LENGTH_U32] = [24, 25, 26];

export function encodePayload(value: Canonical): Uint8Array {
  return value instanceof Uint8Array && value.byteLength <= 0xffffffff ? encodeBytes(value) : encodeCanonical(value);
}

/** A value on its way: its bytes are those of `head`, then those of `body`. */
export interface Payload {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

const NOTHING = new Uint8Array();
/** Shorter ones travel in one frame, which costs less than a frame for their header. */
const LONG_BYTES = 8 * 1024;

/** The same bytes as those of `encodePayload`; a long byte string is not copied, and must not change meanwhile. */
export function encodeInParts(value: Canonical): Payload {
  if (!(value instanceof Uint8Array) || value.byteLength < LONG_BYTES || value.byteLength > 0xffffffff)
    return { head: encodePayload(value), body: NOTHING };
  const head = new Uint8Array(headerBytes(value.byteLength));
  writeHeader(head, value.byteLength);
  return { head, body: value };
}

export const lengthOf = ({ head, body }: Payload): number => head.byteLength + body.byteLength;

/** A byte string is a view into `payload`. */
export function decodePayload(payload: Uint8Array): Result<Canonical, Failure<'malformed-cbor'>> {
  const bytes = decodeBytes(payload);
  return bytes === undefined ? decodeCanonical(payload) : ok(bytes);
}

function encodeBytes(value: Uint8Array): Uint8Array {
  const length = value.byteLength;
  const header = headerBytes(length);
  const payload = new Uint8Array(header + length);
  writeHeader(payload, length);
  payload.set(value, header);
  return payload;
}

function writeHeader(payload: Uint8Array, length: number): void {
  const header = headerBytes(length);
  const view = new DataView(payload.buffer);
  if (header === 1) payload[0] = BYTE_STRING | length;
  else if (header === 2) view.setUint16(0, ((BYTE_STRING | LENGTH_U8) << 8) | length);
  else if (header === 3) {
    payload[0] = BYTE_STRING | LENGTH_U16;
    view.setUint16(1, length);
  } else {
    payload[0] = BYTE_STRING | LENGTH_U32;
    view.setUint32(1, length);
  }
}

/** Undefined for everything that is not exactly one byte string in its shortest form. */
function decodeBytes(payload: Uint8Array): Uint8Array | undefined {
  const first = payload[0];
  if (first === undefined || first >>> 5 !== 2) return undefined;
  const info = first & 31;
  const header = info < LENGTH_U8 ? 1 : info === LENGTH_U8 ? 2 : info === LENGTH_U16 ? 3 : info === LENGTH_U32 ? 5 : 0;
  if (header === 0 || payload.byteLength < header) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset);
  const length =
    header === 1 ? info : header === 2 ? view.getUint8(1) : header === 3 ? view.getUint16(1) : view.getUint32(1);
  if (payload.byteLength !== header + length || headerBytes(length) !== header) return undefined;
  return payload.subarray(header);
}

function headerBytes(length: number): number {
  if (length < LENGTH_U8) return 1;
  if (length <= 0xff) return 2;
  return length <= 0xffff ? 3 : 5;
}

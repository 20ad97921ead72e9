import * as v from 'valibot';
import {
  type Canonical,
  type Failure,
  type Result,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  ok,
} from '#vocabulary';
import { EMPTY_ADVERT, advertSchema } from './advert.ts';
import {
  MAX_FEATURES,
  MAX_HELLO_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_PROTOCOL_NAME_BYTES,
  SWARM_PROTOCOL_VERSION,
} from '../constants.ts';
import { createNames } from './names.ts';
import { PROOF_BYTES } from '../room/room-keys.ts';
import type { Advert } from '../swarm.ts';

/*
 * What two tabs say to each other. Each side opens one stream of protocol PEER_PROTOCOL on a connection and only
 * writes to it; the other's stream carries the other direction. A stream is a row of frames, each prefixed by its
 * length as an unsigned varint. Integers are big-endian.
 *
 * | byte 0 | frame   | rest                                                                                    |
 * |--------|---------|-----------------------------------------------------------------------------------------|
 * | 1      | hello   | canonical CBOR map, at most 4 KiB: `protocolVersion`, `i` incarnation (8 bytes),          |
 * |        |         | `p` proof of membership (16 bytes), `f` features (at most 32 texts)                       |
 * | 2      | message | pair u32, sequence u32, name length u8 (1-64), name (UTF-8), body (at most 256 KiB)       |
 * | 3      | ping    | token u32                                                                                 |
 * | 4      | pong    | token u32 of the ping                                                                     |
 * | 5      | goodbye | nothing                                                                                   |
 * | 6      | advert  | canonical CBOR map, at most 4 KiB: the fields of the advert                               |
 * | 7      | refused | canonical CBOR map, at most 4 KiB: `c` why: "wrong-room", "other-version" or "full"       |
 * | 8-255  | unknown | of a later version; skipped                                                               |
 *
 * A hello is the first frame on every stream; only a refusal may come in its place. The incarnation is drawn anew for
 * every session, so that both sides notice when the other has forgotten the session. The advert follows to whom has
 * proved that it is in the room, and again whenever it changes. `pair` mixes the incarnations of both sides and ties a
 * message to this one session; sequences count from 0 within it, over all its connections. Maps may hold more fields
 * than these, for later versions. A hello of another protocol version is read for what it shares with this one; its
 * advert is shown if it can be read; the rest of such a tab's frames are not used.
 */

export const INCARNATION_BYTES = 8;
const MESSAGE_HEADER_BYTES = 10;
export const MAX_FRAME_BYTES = Math.max(
  1 + MAX_HELLO_BYTES,
  MESSAGE_HEADER_BYTES + MAX_PROTOCOL_NAME_BYTES + MAX_MESSAGE_BYTES,
);

/** Why a tab will not have another: it is told, and both show it. `unknown`: for a reason of a later version. */
export type RefusalCode = 'wrong-room' | 'other-version' | 'full' | 'unknown';

export interface Hello {
  readonly type: 'hello';
  readonly protocolVersion: number;
  readonly incarnation: Uint8Array;
  readonly proof: Uint8Array;
  /** What else the tab understands, such as `rpc/1`. */
  readonly features: readonly string[];
}

export type Frame =
  | Hello
  | {
      readonly type: 'message';
      readonly pair: number;
      readonly sequence: number;
      readonly protocol: string;
      readonly body: Uint8Array;
    }
  | { readonly type: 'ping'; readonly token: number }
  | { readonly type: 'pong'; readonly token: number }
  | { readonly type: 'goodbye' }
  | { readonly type: 'advert'; readonly advert: Advert }
  | { readonly type: 'refused'; readonly code: RefusalCode };

/** Also a frame, but of a kind that this version does not know. */
export interface UnknownFrame {
  readonly type: 'unknown';
  readonly kind: number;
}

export type FrameError = Failure<'malformed-frame'>;

const codes = { hello: 1, message: 2, ping: 3, pong: 4, goodbye: 5, advert: 6, refused: 7 } as const;
const FIRST_UNKNOWN = 8;

const names = createNames();

const exactBytes = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.byteLength === length, `${length} bytes wanted`),
  );
const { protocolVersion } = advertSchema.entries;
export const featureSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,28}\/\d{1,3}$/, 'not a feature'));
const features = v.pipe(v.array(featureSchema), v.maxLength(MAX_FEATURES));
const helloSchema = v.object({
  protocolVersion,
  i: exactBytes(INCARNATION_BYTES),
  p: exactBytes(PROOF_BYTES),
  f: features,
});
/** Another version may prove itself otherwise, which proves nothing here; that it exists is still worth showing. */
const foreignHelloSchema = v.object({
  protocolVersion,
  i: exactBytes(INCARNATION_BYTES),
  p: v.fallback(exactBytes(PROOF_BYTES), () => new Uint8Array(PROOF_BYTES)),
  f: v.fallback(features, []),
});
const refusedSchema = v.object({ c: v.pipe(v.string(), v.maxLength(64)) });
const refusals: readonly string[] = ['wrong-room', 'other-version', 'full'] satisfies RefusalCode[];

/** Ties messages to one session of two tabs; the same on both sides. */
export function pairOf(a: Uint8Array, b: Uint8Array): number {
  const view = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return (view(a) ^ view(b)) >>> 0;
}

/** The UTF-8 form of a protocol name, or undefined when it is empty or too long. */
export function encodeProtocolName(protocol: string): Uint8Array | undefined {
  const name = names.encode(protocol);
  return name.byteLength === 0 || name.byteLength > MAX_PROTOCOL_NAME_BYTES ? undefined : name;
}

/** Throws when a part is over its limit: callers check what comes from outside before. */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case 'hello': {
      const { protocolVersion: version, incarnation: i, proof: p, features: f } = frame;
      return encodeMap(codes.hello, { protocolVersion: version, i, p, f });
    }
    case 'advert':
      return encodeMap(codes.advert, { ...frame.advert });
    case 'refused':
      return encodeMap(codes.refused, { c: frame.code });
    case 'message': {
      const { pair, sequence, protocol, body } = frame;
      if (body.byteLength > MAX_MESSAGE_BYTES) throw new RangeError('the message is too long');
      const head = encodeMessageHead(pair, sequence, protocol);
      const bytes = new Uint8Array(head.byteLength + body.byteLength);
      bytes.set(head);
      bytes.set(body, head.byteLength);
      return bytes;
    }
    case 'ping':
    case 'pong': {
      const bytes = new Uint8Array(5);
      bytes[0] = codes[frame.type];
      new DataView(bytes.buffer).setUint32(1, frame.token);
      return bytes;
    }
    case 'goodbye':
      return Uint8Array.of(codes.goodbye);
  }
}

/** What stands before the body of a message: long bodies go to the transport as they are. */
export function encodeMessageHead(pair: number, sequence: number, protocol: string): Uint8Array {
  const name = encodeProtocolName(protocol);
  if (name === undefined) throw new RangeError('a protocol name has 1 to 64 bytes');
  const head = new Uint8Array(MESSAGE_HEADER_BYTES + name.byteLength);
  const view = new DataView(head.buffer);
  head[0] = codes.message;
  view.setUint32(1, pair);
  view.setUint32(5, sequence);
  head[9] = name.byteLength;
  head.set(name, MESSAGE_HEADER_BYTES);
  return head;
}

function encodeMap(code: number, map: Canonical): Uint8Array {
  const fields = encodeCanonical(map);
  if (fields.byteLength > MAX_HELLO_BYTES) throw new RangeError('the frame is too long');
  const bytes = new Uint8Array(1 + fields.byteLength);
  bytes[0] = code;
  bytes.set(fields, 1);
  return bytes;
}

/** Reads anything a peer may send. The body is a view into `bytes`. */
export function decodeFrame(bytes: Uint8Array): Result<Frame | UnknownFrame, FrameError> {
  if (bytes.byteLength > MAX_FRAME_BYTES) return malformed(`${bytes.byteLength} bytes are too long for a frame`);
  switch (bytes[0]) {
    case codes.hello:
      return decodeHello(bytes.subarray(1));
    case codes.message:
      return decodeMessage(bytes);
    case codes.ping:
    case codes.pong: {
      if (bytes.byteLength !== 5) return malformed('a ping has 5 bytes');
      const token = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
      return ok({ type: bytes[0] === codes.ping ? 'ping' : 'pong', token });
    }
    case codes.goodbye:
      return bytes.byteLength === 1 ? ok({ type: 'goodbye' }) : malformed('a goodbye has 1 byte');
    case codes.advert:
      return decodeAdvert(bytes.subarray(1));
    case codes.refused:
      return decodeRefused(bytes.subarray(1));
    default: {
      const kind = bytes[0] ?? 0;
      return kind >= FIRST_UNKNOWN ? ok({ type: 'unknown', kind }) : malformed('not a frame');
    }
  }
}

function decodeMap(bytes: Uint8Array): Result<unknown, FrameError> {
  if (bytes.byteLength > MAX_HELLO_BYTES) return malformed('the frame is too long');
  const decoded = decodeCanonical(bytes);
  return decoded.ok ? decoded : malformed(decoded.error.message);
}

function versionIn(map: unknown): number | undefined {
  const read = v.safeParse(v.object({ protocolVersion }), map);
  return read.success ? read.output.protocolVersion : undefined;
}

function decodeHello(bytes: Uint8Array): Result<Frame, FrameError> {
  const map = decodeMap(bytes);
  if (!map.ok) return map;
  const isForeign = versionIn(map.value) !== SWARM_PROTOCOL_VERSION;
  const hello = v.safeParse(isForeign ? foreignHelloSchema : helloSchema, map.value);
  if (!hello.success) return malformed(`the hello is incomplete: ${hello.issues[0].message}`);
  const { protocolVersion: version, i: incarnation, p: proof, f } = hello.output;
  return ok({ type: 'hello', protocolVersion: version, incarnation, proof, features: f });
}

function decodeAdvert(bytes: Uint8Array): Result<Frame, FrameError> {
  const map = decodeMap(bytes);
  if (!map.ok) return map;
  const advert = v.safeParse(advertSchema, map.value);
  if (advert.success) return ok({ type: 'advert', advert: advert.output });
  // Another version may describe itself otherwise.
  const version = versionIn(map.value);
  if (version !== undefined && version !== SWARM_PROTOCOL_VERSION)
    return ok({ type: 'advert', advert: { ...EMPTY_ADVERT, protocolVersion: version } });
  return malformed(`the advert is invalid: ${advert.issues[0].message}`);
}

function decodeRefused(bytes: Uint8Array): Result<Frame, FrameError> {
  const map = decodeMap(bytes);
  if (!map.ok) return map;
  const read = v.safeParse(refusedSchema, map.value);
  if (!read.success) return malformed('the refusal gives no reason');
  return ok({ type: 'refused', code: refusals.includes(read.output.c) ? (read.output.c as RefusalCode) : 'unknown' });
}

function decodeMessage(bytes: Uint8Array): Result<Frame, FrameError> {
  const nameBytes = bytes[9] ?? 0;
  const bodyAt = MESSAGE_HEADER_BYTES + nameBytes;
  if (nameBytes === 0 || nameBytes > MAX_PROTOCOL_NAME_BYTES || bytes.byteLength < bodyAt)
    return malformed('the message has no protocol name');
  if (bytes.byteLength - bodyAt > MAX_MESSAGE_BYTES) return malformed('the message is too long');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const protocol = names.decode(bytes.subarray(MESSAGE_HEADER_BYTES, bodyAt));
  if (protocol === undefined) return malformed('the protocol name is not UTF-8');
  return ok({
    type: 'message',
    pair: view.getUint32(1),
    sequence: view.getUint32(5),
    protocol,
    body: bytes.subarray(bodyAt),
  });
}

function malformed(message: string): Result<never, FrameError> {
  return err(failure('malformed-frame', message));
}

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
import { MAX_HELLO_BYTES, MAX_MESSAGE_BYTES, MAX_PROTOCOL_NAME_BYTES, SWARM_PROTOCOL_VERSION } from './constants.ts';
import type { Advert } from './swarm.ts';

/*
 * What two tabs say to each other. Each side opens one stream of protocol PEER_PROTOCOL on a connection and only
 * writes to it; the other's stream carries the other direction. A stream is a row of frames, each prefixed by its
 * length as an unsigned varint. Integers are big-endian.
 *
 * | byte 0 | frame   | rest                                                                                      |
 * |--------|---------|-------------------------------------------------------------------------------------------|
 * | 1      | hello   | canonical CBOR map, at most 4 KiB: `i` incarnation (8 bytes) and the fields of the advert |
 * | 2      | message | pair u32, sequence u32, name length u8 (1-64), name (UTF-8), body (at most 256 KiB)       |
 * | 3      | ping    | token u32                                                                                 |
 * | 4      | pong    | token u32 of the ping                                                                     |
 * | 5      | goodbye | nothing                                                                                   |
 *
 * A hello is the first frame on every stream and comes again when the advert changes. The incarnation is drawn anew
 * for every session, so that both sides notice when the other has forgotten the session. `pair` mixes the incarnations
 * of both sides and ties a message to this one session; sequences count from 0 within it, over all its connections.
 * A hello of another protocol version is still read for its version and incarnation; the rest of such a tab's frames
 * are not used.
 */

export const INCARNATION_BYTES = 8;
const MESSAGE_HEADER_BYTES = 10;
export const MAX_FRAME_BYTES = Math.max(
  1 + MAX_HELLO_BYTES,
  MESSAGE_HEADER_BYTES + MAX_PROTOCOL_NAME_BYTES + MAX_MESSAGE_BYTES,
);

export type Frame =
  | { readonly type: 'hello'; readonly incarnation: Uint8Array; readonly advert: Advert }
  | {
      readonly type: 'message';
      readonly pair: number;
      readonly sequence: number;
      readonly protocol: string;
      readonly body: Uint8Array;
    }
  | { readonly type: 'ping'; readonly token: number }
  | { readonly type: 'pong'; readonly token: number }
  | { readonly type: 'goodbye' };

export type FrameError = Failure<'malformed-frame'>;

const codes = { hello: 1, message: 2, ping: 3, pong: 4, goodbye: 5 } as const;

const text = new TextEncoder();
const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const incarnationSchema = v.object({
  i: v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.byteLength === INCARNATION_BYTES, 'an incarnation has 8 bytes'),
  ),
  protocolVersion: advertSchema.entries.protocolVersion,
});

/** Ties messages to one session of two tabs; the same on both sides. */
export function pairOf(a: Uint8Array, b: Uint8Array): number {
  const view = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return (view(a) ^ view(b)) >>> 0;
}

/** The UTF-8 form of a protocol name, or undefined when it is empty or too long. */
export function encodeProtocolName(protocol: string): Uint8Array | undefined {
  const name = text.encode(protocol);
  return name.byteLength === 0 || name.byteLength > MAX_PROTOCOL_NAME_BYTES ? undefined : name;
}

/** Throws when a part is over its limit: callers check what comes from outside before. */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case 'hello': {
      const fields = encodeCanonical({ ...frame.advert, i: frame.incarnation } satisfies Canonical);
      if (fields.byteLength > MAX_HELLO_BYTES) throw new RangeError('the hello is too long');
      const bytes = new Uint8Array(1 + fields.byteLength);
      bytes[0] = codes.hello;
      bytes.set(fields, 1);
      return bytes;
    }
    case 'message': {
      const name = encodeProtocolName(frame.protocol);
      if (name === undefined || frame.body.byteLength > MAX_MESSAGE_BYTES)
        throw new RangeError('the message is too long');
      const bytes = new Uint8Array(MESSAGE_HEADER_BYTES + name.byteLength + frame.body.byteLength);
      const view = new DataView(bytes.buffer);
      bytes[0] = codes.message;
      view.setUint32(1, frame.pair);
      view.setUint32(5, frame.sequence);
      bytes[9] = name.byteLength;
      bytes.set(name, MESSAGE_HEADER_BYTES);
      bytes.set(frame.body, MESSAGE_HEADER_BYTES + name.byteLength);
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

/** Reads anything a peer may send. The body is a view into `bytes`. */
export function decodeFrame(bytes: Uint8Array): Result<Frame, FrameError> {
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
    default:
      return malformed('unknown kind of frame');
  }
}

function decodeHello(bytes: Uint8Array): Result<Frame, FrameError> {
  if (bytes.byteLength > MAX_HELLO_BYTES) return malformed('the hello is too long');
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const outer = v.safeParse(incarnationSchema, decoded.value);
  if (!outer.success) return malformed(`the hello is incomplete: ${outer.issues[0].message}`);
  const { i: incarnation, protocolVersion } = outer.output;
  const advert = v.safeParse(advertSchema, decoded.value);
  if (advert.success) return ok({ type: 'hello', incarnation, advert: advert.output });
  // Another version may describe itself otherwise; that it exists is still worth showing.
  if (protocolVersion !== SWARM_PROTOCOL_VERSION)
    return ok({ type: 'hello', incarnation, advert: { ...EMPTY_ADVERT, protocolVersion } });
  return malformed(`the advert is invalid: ${advert.issues[0].message}`);
}

function decodeMessage(bytes: Uint8Array): Result<Frame, FrameError> {
  const nameBytes = bytes[9] ?? 0;
  const bodyAt = MESSAGE_HEADER_BYTES + nameBytes;
  if (nameBytes === 0 || nameBytes > MAX_PROTOCOL_NAME_BYTES || bytes.byteLength < bodyAt)
    return malformed('the message has no protocol name');
  if (bytes.byteLength - bodyAt > MAX_MESSAGE_BYTES) return malformed('the message is too long');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const protocol = strictText.decode(bytes.subarray(MESSAGE_HEADER_BYTES, bodyAt));
    return ok({
      type: 'message',
      pair: view.getUint32(1),
      sequence: view.getUint32(5),
      protocol,
      body: bytes.subarray(bodyAt),
    });
  } catch {
    return malformed('the protocol name is not UTF-8');
  }
}

function malformed(message: string): Result<never, FrameError> {
  return err(failure('malformed-frame', message));
}

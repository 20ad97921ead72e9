import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { createNames } from '../session/names.ts';
import { RPC_ERROR_TYPES } from './rpc-errors.ts';
import {
  MAX_BULK_PAYLOAD_BYTES,
  MAX_ERROR_TEXT_BYTES,
  MAX_METHOD_NAME_BYTES,
  MAX_RPC_FRAME_BYTES,
  MAX_RPC_MESSAGE_BYTES,
} from './rpc-limits.ts';
import type { RpcError } from './rpc.ts';

/*
 * What two sides of calls say to each other in swarm messages of RPC_PROTOCOL. A message is one or more frames, back to
 * back, each of at most MAX_RPC_FRAME_BYTES, at most MAX_RPC_MESSAGE_BYTES together. Integers are big-endian. Requests, responses and items are canonical
 * CBOR, cut into parts where they are long.
 *
 * | byte 0 | frame   | rest                                                                                            |
 * |--------|---------|-------------------------------------------------------------------------------------------------|
 * |        | of the caller:                                                                                            |
 * | 1      | open    | id u32, time left in ms u32, window u32, request length u32, name length u8 (1-64), name (UTF-8),|
 * |        |         | part length u16, part of the request (may be empty)                                             |
 * | 2      | request | id u32, part length u16, part: more of the request                                              |
 * | 3      | credit  | id u32, u32: this many more bytes of items may come                                             |
 * | 4      | cancel  | id u32                                                                                          |
 * |        | of the server, with the caller's id:                                                                      |
 * | 5      | begin   | id u32, length u32, part length u16, part: a response or an item begins                         |
 * | 6      | more    | id u32, part length u16, part: it goes on                                                       |
 * | 7      | end     | id u32: the stream is over                                                                      |
 * | 8      | error   | id u32, type u8 (place in RPC_ERROR_TYPES), retry in ms u32 (all ones: unknown),                 |
 * |        |         | message length u16, message (UTF-8, at most 512), remedy length u16, remedy (0: none)           |
 * |        | of both:                                                                                                  |
 * | 9      | ack     | u32: bytes of messages received so far, modulo 2^32; after every ACK_BYTES of them              |
 * | 10     | close   | nothing: all calls are over, and no more are taken on this connection                           |
 *
 * Each side numbers the calls it opens, rising modulo 2^32, gaps allowed. A window of 0 says that one response is
 * awaited, any other that a stream of items is. Parts but the first of an open have at least one byte, and no part is
 * longer than its whole.
 */

export interface OpenFrame {
  readonly type: 'open';
  readonly id: number;
  readonly leftMs: number;
  readonly window: number;
  readonly total: number;
  readonly name: Uint8Array;
  readonly part: Uint8Array;
}
export type CallerFrame =
  | OpenFrame
  | { readonly type: 'request'; readonly id: number; readonly part: Uint8Array }
  | { readonly type: 'credit'; readonly id: number; readonly bytes: number }
  | { readonly type: 'cancel'; readonly id: number };
export type ServerFrame =
  | { readonly type: 'begin'; readonly id: number; readonly total: number; readonly part: Uint8Array }
  | { readonly type: 'more'; readonly id: number; readonly part: Uint8Array }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'error'; readonly id: number; readonly error: RpcError };
export type RpcFrame =
  | CallerFrame
  | ServerFrame
  | { readonly type: 'ack'; readonly total: number }
  | { readonly type: 'close' };

export type RpcWireError = Failure<'malformed-frame'>;

const codes = { open: 1, request: 2, credit: 3, cancel: 4, begin: 5, more: 6, end: 7, error: 8, ack: 9, close: 10 };
const types = Object.keys(codes) as RpcFrame['type'][];

/** Bytes before the part. */
export const OPEN_HEADER_BYTES = 20;
export const BEGIN_HEADER_BYTES = 11;
export const MORE_HEADER_BYTES = 7;
export const END_BYTES = 5;
const UNKNOWN_RETRY = 0xffffffff;

/** Without a method's name. */
const HEADER_BYTES = {
  open: OPEN_HEADER_BYTES,
  request: MORE_HEADER_BYTES,
  begin: BEGIN_HEADER_BYTES,
  more: MORE_HEADER_BYTES,
};

const text = new TextEncoder();
const names = createNames();
const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Gathers frames into one message. */
export interface MessageWriter {
  /** How long the next frame may be. */
  room(): number;
  /** Bytes put so far. */
  length(): number;
  /** No more than so many bytes fit into this message and those after it. */
  limit(messageBytes: number): void;
  /** Throws when it does not fit: callers look at `room()` before. */
  put(frame: RpcFrame): void;
  /** The message, good until the next `put`; the writer is empty again. */
  take(): Uint8Array;
}

export function createMessageWriter(): MessageWriter {
  const bytes = new Uint8Array(MAX_RPC_MESSAGE_BYTES);
  const view = new DataView(bytes.buffer);
  let most = MAX_RPC_MESSAGE_BYTES;
  let at = 0;

  const u8 = (value: number): void => {
    view.setUint8(at, value);
    at += 1;
  };
  const u16 = (value: number): void => {
    view.setUint16(at, value);
    at += 2;
  };
  const u32 = (value: number): void => {
    view.setUint32(at, value);
    at += 4;
  };
  const raw = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.byteLength;
  };
  const room = (): number => Math.min(MAX_RPC_FRAME_BYTES, most - at);

  return {
    room,
    length: () => at,
    limit(messageBytes) {
      most = Math.min(messageBytes, MAX_RPC_MESSAGE_BYTES);
    },
    put(frame) {
      if ('part' in frame && HEADER_BYTES[frame.type] + frame.part.byteLength > room())
        throw new RangeError('the part does not fit');
      u8(codes[frame.type]);
      if (frame.type === 'close') return;
      if (frame.type === 'ack') return u32(frame.total);
      u32(frame.id);
      switch (frame.type) {
        case 'open':
          u32(frame.leftMs);
          u32(frame.window);
          u32(frame.total);
          u8(frame.name.byteLength);
          raw(frame.name);
          u16(frame.part.byteLength);
          return raw(frame.part);
        case 'begin':
          u32(frame.total);
          u16(frame.part.byteLength);
          return raw(frame.part);
        case 'request':
        case 'more':
          u16(frame.part.byteLength);
          return raw(frame.part);
        case 'credit':
          return u32(frame.bytes);
        case 'error': {
          const { type, retryAfterMs, message, remedy = '' } = frame.error;
          u8(RPC_ERROR_TYPES.indexOf(type));
          u32(retryAfterMs === undefined ? UNKNOWN_RETRY : Math.min(Math.ceil(retryAfterMs), UNKNOWN_RETRY - 1));
          for (const words of [message, remedy]) {
            const encoded = text.encode(clipped(words));
            u16(encoded.byteLength);
            raw(encoded);
          }
        }
      }
    },
    take() {
      const length = at;
      at = 0;
      return bytes.subarray(0, length);
    },
  };
}

/** Longest error frame, for callers of `room()`. */
export const MAX_ERROR_FRAME_BYTES = 14 + 2 * MAX_ERROR_TEXT_BYTES;

/** At most three bytes a UTF-16 unit: what is cut off is no reason to count exactly. */
function clipped(words: string): string {
  return words.slice(0, Math.floor(MAX_ERROR_TEXT_BYTES / 3)).toWellFormed();
}

/** The UTF-8 form of a method's name. Throws on a name that no method may have. */
export function encodeMethodName(name: string): Uint8Array {
  const encoded = names.encode(name);
  if (encoded.byteLength === 0 || encoded.byteLength > MAX_METHOD_NAME_BYTES || !name.isWellFormed())
    throw new RangeError(`${name} is no name for a method: 1 to ${MAX_METHOD_NAME_BYTES} bytes`);
  return encoded;
}

/** The name, or undefined where it is not UTF-8. */
export function decodeMethodName(name: Uint8Array): string | undefined {
  return names.decode(name);
}

/** Reads anything a peer may send. Parts and names are views into `message`. */
export function decodeMessage(message: Uint8Array): Result<readonly RpcFrame[], RpcWireError> {
  if (message.byteLength === 0 || message.byteLength > MAX_RPC_MESSAGE_BYTES)
    return malformed(`a message has 1 to ${MAX_RPC_MESSAGE_BYTES} bytes, not ${message.byteLength}`);
  const reader = new FrameReader(message);
  const frames: RpcFrame[] = [];
  try {
    while (reader.at < message.byteLength) frames.push(reader.next());
  } catch (cause) {
    if (cause instanceof RangeError) return malformed(cause.message);
    throw cause;
  }
  return ok(frames);
}

function malformed(message: string): Result<never, RpcWireError> {
  return err(failure('malformed-frame', message));
}

/** Throws a RangeError where the bytes end early or mean nothing. */
class FrameReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next frame, no longer than one may be. */
  next(): RpcFrame {
    const from = this.at;
    const frame = this.#frame();
    if (this.at - from > MAX_RPC_FRAME_BYTES) throw new RangeError('a frame is too long');
    return frame;
  }

  #frame(): RpcFrame {
    const type = types[this.#u8() - 1];
    switch (type) {
      case 'open': {
        const [id, leftMs, window, total] = [this.#u32(), this.#u32(), this.#u32(), this.#u32()];
        const nameBytes = this.#u8();
        if (nameBytes === 0 || nameBytes > MAX_METHOD_NAME_BYTES) throw new RangeError('the call names no method');
        const name = this.#raw(nameBytes);
        const part = this.#part(0, total);
        return { type, id, leftMs, window, total, name, part };
      }
      case 'request':
      case 'more':
        return { type, id: this.#u32(), part: this.#part(1, MAX_RPC_FRAME_BYTES) };
      case 'begin': {
        const [id, total] = [this.#u32(), this.#u32()];
        return { type, id, total, part: this.#part(1, total) };
      }
      case 'credit':
        return { type, id: this.#u32(), bytes: this.#u32() };
      case 'cancel':
      case 'end':
        return { type, id: this.#u32() };
      case 'error':
        return { type, id: this.#u32(), error: this.#error() };
      case 'ack':
        return { type, total: this.#u32() };
      case 'close':
        return { type };
      default:
        throw new RangeError('unknown kind of frame');
    }
  }

  #u8(): number {
    return this.#view.getUint8(this.at++);
  }

  #u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2);
  }

  #u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4);
  }

  #raw(length: number): Uint8Array {
    const from = this.at;
    this.at += length;
    if (this.at > this.#bytes.byteLength) throw new RangeError('the message ends within a frame');
    return this.#bytes.subarray(from, this.at);
  }

  #part(least: number, total: number): Uint8Array {
    if (total === 0 || total > MAX_BULK_PAYLOAD_BYTES) throw new RangeError(`no value has ${total} bytes`);
    const length = this.#u16();
    if (length < least || length > total) throw new RangeError('the part does not fit its whole');
    return this.#raw(length);
  }

  #error(): RpcError {
    const type = RPC_ERROR_TYPES[this.#u8()];
    if (type === undefined || type === 'not-connected' || type === 'peer-gone')
      throw new RangeError('a peer sends no such error');
    const retryAfterMs = this.#u32();
    const [message, remedy] = [this.#text(), this.#text()];
    return {
      type,
      message,
      ...(remedy === '' ? {} : { remedy }),
      ...(retryAfterMs === UNKNOWN_RETRY ? {} : { retryAfterMs }),
    };
  }

  #text(): string {
    const length = this.#u16();
    if (length > MAX_ERROR_TEXT_BYTES) throw new RangeError('the error is too long');
    try {
      return strictText.decode(this.#raw(length));
    } catch {
      throw new RangeError('the error is not UTF-8');
    }
  }
}

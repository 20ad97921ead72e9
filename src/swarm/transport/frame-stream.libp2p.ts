import type { Stream } from '@libp2p/interface';
import { varintBytes, writeVarint } from './varint.ts';
import { MAX_DATA_HEADER_BYTES, openDataMessage, readDataMessage } from './webrtc-message.ts';

/*
 * Both ends of a stream of frames. Over a data channel they bypass the library in its own wire format. It sends each
 * piece as two messages, each of which costs a hop to another thread, reads through two asynchronous generators and an
 * event, and sends on only when the channel has run empty: a round trip of a small message took four times that of a
 * bare channel. Nobody else uses these streams; opening, flags and ends stay with the library.
 */

/** All browsers take messages of 256 KiB; the library cuts at 16 for implementations that are no tabs. */
const PIECE_BYTES = 128 * 1024;
/**
 * With more than this in the data channel writers wait until `LOW_BYTES` are left: 10 to 20 ms of a fast link, so that
 * it does not idle while a busy tab wakes up. What calls may have under way is bounded by their own, finer measure.
 */
const FULL_BYTES = 512 * 1024;
const LOW_BYTES = 256 * 1024;

/** A data channel copies what it is given: one room for all messages of this tab spares a new one for each. */
const piece = new Uint8Array(MAX_DATA_HEADER_BYTES + PIECE_BYTES);
const prefix = new Uint8Array(4);
const NOTHING = new Uint8Array();

export interface FrameWriter {
  /** Queues without waiting; throws when the stream is closed. The frame may come in two parts. */
  post(frame: Uint8Array, rest?: Uint8Array): void;
  /** Resolves when the transport can take more; rejects when the stream is closed. */
  write(frame: Uint8Array, rest?: Uint8Array): Promise<void>;
}

/** The library's stream over a data channel has it as a member that its interface does not name. */
interface DataChannelStream extends Stream {
  readonly channel: RTCDataChannel;
}

/** Writes frames to a stream, each behind its length as an unsigned varint (LEB128). */
export function createFrameWriter(stream: Stream): FrameWriter {
  return isOverDataChannel(stream) ? writeToDataChannel(stream) : writeToStream(stream);
}

/** Calls `onBytes` with what comes over a stream, in order, from the first byte. */
export function readBytes(stream: Stream, onBytes: (bytes: Uint8Array) => void): void {
  stream.addEventListener('message', ({ data }) => onBytes(data.subarray()));
  if (!isOverDataChannel(stream)) return;
  const { channel } = stream;
  const readByLibrary = channel.onmessage;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- takes the place of the library's handler
  channel.onmessage = (event: MessageEvent<unknown>) => {
    // Between two events the library keeps nothing but its read buffer: all its other steps are microtasks.
    const came = stream.readBufferLength === 0 ? event.data : undefined;
    const data = came instanceof ArrayBuffer ? readDataMessage(new Uint8Array(came)) : undefined;
    if (data === undefined) readByLibrary?.call(channel, event);
    else onBytes(data);
  };
}

function isOverDataChannel(stream: Stream): stream is DataChannelStream {
  return 'channel' in stream;
}

function writeToStream(stream: Stream): FrameWriter {
  const post = (frame: Uint8Array, rest: Uint8Array = NOTHING): boolean => {
    const length = frame.byteLength + rest.byteLength;
    const bytes = new Uint8Array(varintBytes(length) + length);
    const frameAt = writeVarint(bytes, 0, length);
    bytes.set(frame, frameAt);
    bytes.set(rest, frameAt + frame.byteLength);
    return stream.send(bytes);
  };
  return {
    post,
    async write(frame, rest) {
      // `stream.onDrain()` of the library resolves at once from the second call on; the event is reliable.
      if (!post(frame, rest)) await eventOf(stream, 'drain', stream);
    },
  };
}

function writeToDataChannel(stream: DataChannelStream): FrameWriter {
  const { channel } = stream;
  channel.bufferedAmountLowThreshold = LOW_BYTES;
  const post = (frame: Uint8Array, rest: Uint8Array = NOTHING): void => {
    const prefixBytes = writeVarint(prefix, 0, frame.byteLength + rest.byteLength);
    const parts = [prefix.subarray(0, prefixBytes), frame, rest];
    for (let left = prefixBytes + frame.byteLength + rest.byteLength; left > 0; left -= PIECE_BYTES)
      channel.send(fillPiece(parts, Math.min(left, PIECE_BYTES)));
  };
  return {
    post,
    async write(frame, rest) {
      post(frame, rest);
      if (channel.bufferedAmount > FULL_BYTES) await eventOf(channel, 'bufferedamountlow', stream);
    },
  };
}

/** The next so many bytes of the parts, as a message of the transport; it is good until the next one is filled. */
function fillPiece(parts: Uint8Array[], dataBytes: number): Uint8Array<ArrayBuffer> {
  let at = openDataMessage(piece, dataBytes);
  const end = at + dataBytes;
  while (at < end) {
    const part = parts[0] as Uint8Array;
    const taken = Math.min(part.byteLength, end - at);
    piece.set(part.subarray(0, taken), at);
    at += taken;
    if (taken === part.byteLength) parts.shift();
    else parts[0] = part.subarray(taken);
  }
  return piece.subarray(0, end);
}

function eventOf(target: EventTarget | Stream, event: string, stream: Stream): Promise<void> {
  const source = target as EventTarget;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      source.removeEventListener(event, onEvent);
      stream.removeEventListener('close', onClose);
      act();
    };
    const onEvent = settle(resolve);
    const onClose = settle(() => reject(new Error('the stream closed')));
    source.addEventListener(event, onEvent);
    stream.addEventListener('close', onClose);
  });
}

import type { Stream } from '@libp2p/interface';
import { varintBytes, writeVarint } from './varint.ts';
import { openDataMessage, readDataMessage } from './webrtc-message.ts';

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

export interface FrameWriter {
  /** Queues without waiting; throws when the stream is closed. */
  post(frame: Uint8Array): void;
  /** Resolves when the transport can take more; rejects when the stream is closed. */
  write(frame: Uint8Array): Promise<void>;
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
    const isNext = stream.readBufferLength === 0 && event.data instanceof ArrayBuffer;
    const data = isNext ? readDataMessage(new Uint8Array(event.data as ArrayBuffer)) : undefined;
    if (data === undefined) readByLibrary?.call(channel, event);
    else onBytes(data);
  };
}

function isOverDataChannel(stream: Stream): stream is DataChannelStream {
  return 'channel' in stream;
}

function writeToStream(stream: Stream): FrameWriter {
  const post = (frame: Uint8Array): boolean => {
    const bytes = new Uint8Array(varintBytes(frame.byteLength) + frame.byteLength);
    bytes.set(frame, writeVarint(bytes, 0, frame.byteLength));
    return stream.send(bytes);
  };
  return {
    post,
    async write(frame) {
      // `stream.onDrain()` of the library resolves at once from the second call on; the event is reliable.
      if (!post(frame)) await eventOf(stream, 'drain', stream);
    },
  };
}

function writeToDataChannel(stream: DataChannelStream): FrameWriter {
  const { channel } = stream;
  channel.bufferedAmountLowThreshold = LOW_BYTES;
  const post = (frame: Uint8Array): void => {
    for (const piece of piecesOf(frame)) channel.send(piece);
  };
  return {
    post,
    async write(frame) {
      post(frame);
      if (channel.bufferedAmount > FULL_BYTES) await eventOf(channel, 'bufferedamountlow', stream);
    },
  };
}

/** The frame behind its length, as messages of the transport. */
function piecesOf(frame: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const prefixBytes = varintBytes(frame.byteLength);
  for (let from = 0; from < frame.byteLength;) {
    const isFirst = from === 0;
    const room = PIECE_BYTES - (isFirst ? prefixBytes : 0);
    const upTo = Math.min(frame.byteLength, from + room);
    const { bytes, dataAt } = openDataMessage(upTo - from + (isFirst ? prefixBytes : 0));
    const frameAt = isFirst ? writeVarint(bytes, dataAt, frame.byteLength) : dataAt;
    bytes.set(frame.subarray(from, upTo), frameAt);
    pieces.push(bytes);
    from = upTo;
  }
  return pieces;
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

import type { Connection, Stream } from '@libp2p/interface';
import { LengthPrefixedDecoder } from '@libp2p/utils';
import { type PeerId, asPeerId } from '#vocabulary';
import type { Channel, ChannelListener } from './channel.ts';
import type { ConnectionKind } from './swarm.ts';
import { MAX_FRAME_BYTES } from './wire.ts';

/** Time for what was sent last to get out before the connection is freed. */
const FLUSH_MS = 1_000;
/** More than a frame, because what waited for a listener comes in one piece; the transport holds at most 4 MiB. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024 + MAX_FRAME_BYTES;

/** A channel over one libp2p connection: our stream for what we say, theirs for what they say. */
export interface StreamChannel extends Channel {
  /** The other side's stream; a second one is refused. */
  attach(incoming: Stream): void;
  /** Resolves when a `close()` has flushed and freed the connection. */
  readonly closed: Promise<void>;
}

export function kindOf(connection: Connection): ConnectionKind {
  // A direct address also names the circuit it was signalled over; only a limited connection runs through the relay.
  return connection.limits === undefined && connection.remoteAddr.toString().includes('/webrtc') ? 'direct' : 'relayed';
}

export function createStreamChannel(self: PeerId, connection: Connection, outgoing: Stream): StreamChannel {
  const peer = asPeerId(connection.remotePeer.toString());
  const { promise: closed, resolve: setClosed } = Promise.withResolvers<void>();
  const decoder = new LengthPrefixedDecoder({ maxDataLength: MAX_FRAME_BYTES, maxBufferSize: MAX_UNREAD_BYTES });
  let incoming: Stream | undefined;
  let listener: ChannelListener | undefined;
  let isOver = false;

  const abort = (reason: string): void => connection.abort(new Error(reason));
  const onEnd = (): void => {
    if (isOver) return;
    isOver = true;
    setClosed();
    listener?.onClose();
    if (connection.status === 'open') abort('the streams ended');
  };
  const read = (): void => {
    if (incoming === undefined || listener === undefined) return;
    const { onActivity, onFrame } = listener;
    incoming.addEventListener('message', ({ data }) => {
      if (isOver) return;
      onActivity();
      try {
        for (const frame of decoder.decode(data)) if (!isOver) onFrame(frame.subarray());
      } catch {
        abort('the peer sent no frames');
      }
    });
  };

  connection.addEventListener('close', onEnd);
  outgoing.addEventListener('close', onEnd);

  return {
    peer,
    kind: kindOf(connection),
    initiator: connection.direction === 'outbound' ? self : peer,
    closed,
    attach(stream) {
      if (incoming !== undefined) return stream.abort(new Error('one stream for each direction'));
      incoming = stream;
      stream.addEventListener('close', onEnd);
      stream.addEventListener('remoteCloseWrite', onEnd);
      read();
    },
    listen(next) {
      listener = next;
      if (isOver) queueMicrotask(() => next.onClose());
      else read();
    },
    async write(frame) {
      if (!outgoing.send(prefixed(frame))) await drained(outgoing);
    },
    post(frame) {
      try {
        outgoing.send(prefixed(frame));
      } catch {
        // Closed meanwhile; the listener hears of it.
      }
    },
    close() {
      isOver = true;
      void flush(connection, outgoing).finally(setClosed);
    },
    abort,
  };
}

async function flush(connection: Connection, outgoing: Stream): Promise<void> {
  const signal = AbortSignal.timeout(FLUSH_MS);
  try {
    await outgoing.close({ signal });
    await connection.close({ signal });
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error('the connection does not close'));
  }
}

/** `stream.onDrain()` of the library resolves at once from the second call on; the event is reliable. */
function drained(stream: Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      stream.removeEventListener('drain', onDrain);
      stream.removeEventListener('close', onClose);
      act();
    };
    const onDrain = settle(resolve);
    const onClose = settle(() => reject(new Error('the stream closed')));
    stream.addEventListener('drain', onDrain);
    stream.addEventListener('close', onClose);
  });
}

/** The frame behind its length as an unsigned varint (LEB128). One piece: the transport sends it as one message. */
function prefixed(frame: Uint8Array): Uint8Array {
  const prefix: number[] = [];
  let rest = frame.byteLength;
  while (rest >= 0x80) {
    prefix.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  prefix.push(rest);
  const bytes = new Uint8Array(prefix.length + frame.byteLength);
  bytes.set(prefix);
  bytes.set(frame, prefix.length);
  return bytes;
}

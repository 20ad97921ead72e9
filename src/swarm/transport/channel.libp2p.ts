import type { Connection, Stream } from '@libp2p/interface';
import { type PeerId, asPeerId } from '#vocabulary';
import { abortConnection } from './abort.libp2p.ts';
import type { Channel, ChannelListener } from '../session/channel.ts';
import type { ConnectionKind } from '../swarm.ts';
import { createFrameReader } from './frame-reader.ts';
import { createFrameWriter, readBytes } from './frame-stream.libp2p.ts';
import { MAX_FRAME_BYTES } from '../session/wire.ts';

/** Time for what was sent last to get out before the connection is freed. */
const FLUSH_MS = 1_000;

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
  const writer = createFrameWriter(outgoing);
  const reader = createFrameReader(MAX_FRAME_BYTES);
  let incoming: Stream | undefined;
  let listener: ChannelListener | undefined;
  let isOver = false;

  const abort = (reason: string): void => abortConnection(connection, reason);
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
    const take = (frame: Uint8Array): void => {
      if (!isOver) onFrame(frame);
    };
    readBytes(incoming, (bytes) => {
      if (isOver) return;
      onActivity();
      if (!reader.read(bytes, take)) abort('the peer sent no frames');
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
    write: writer.write,
    post(frame) {
      try {
        writer.post(frame);
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
  } catch {
    abortConnection(connection, 'the connection does not close');
  }
}

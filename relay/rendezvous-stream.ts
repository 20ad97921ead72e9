import type { Connection, Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import { type Clock, asPeerId } from '#vocabulary';
import { MAX_RENDEZVOUS_BYTES, RENDEZVOUS_PING_INTERVAL_MS, RENDEZVOUS_SILENCE_MS } from '../src/swarm/constants.ts';
import { decodeRendezvousRequest, encodeRendezvous } from '../src/swarm/rendezvous-wire.ts';
import { MAX_QUEUED_NOTICES } from './limits.ts';
import type { Rendezvous, Visitor } from './rendezvous.ts';

/** A tab only ever sends `join` and `alive`; 1 KiB is ten times the longest of them. */
const MAX_REQUEST_BYTES = 1024;

/** Serves one tab's rendezvous stream until it ends, falls silent or breaks the protocol. */
export async function serveRendezvous(
  rendezvous: Rendezvous,
  clock: Clock,
  stream: Stream,
  connection: Connection,
): Promise<void> {
  const messages = lpStream(stream, {
    maxDataLength: Math.min(MAX_REQUEST_BYTES, MAX_RENDEZVOUS_BYTES),
    maxBufferSize: 4 * MAX_REQUEST_BYTES,
  });
  let waiting = 0;
  let queue = Promise.resolve();
  let closing = false;
  const abort = (reason: string): void => stream.abort(new Error(reason));

  const visitor: Visitor = {
    peer: asPeerId(connection.remotePeer.toString()),
    send(notice) {
      if (closing) return;
      waiting++;
      if (waiting > MAX_QUEUED_NOTICES) {
        closing = true;
        return abort('the tab does not read what it is sent');
      }
      queue = queue
        .then(() => messages.write(encodeRendezvous(notice)))
        .catch(() => abort('the tab cannot be written to'))
        .finally(() => waiting--);
    },
    close() {
      if (closing) return;
      closing = true;
      void queue.then(() => stream.close()).catch(() => abort('the stream does not close'));
    },
  };

  let cancelSilence: () => void = () => undefined;
  let cancelPing: () => void = () => undefined;
  const heard = (): void => {
    cancelSilence();
    cancelSilence = clock.after(RENDEZVOUS_SILENCE_MS, () => {
      // The machine behind it is asleep or unplugged: the connection itself may stay "open" for hours.
      connection.abort(new Error('the tab fell silent'));
    });
  };
  const askForLife = (): void => {
    visitor.send({ t: 'alive?' });
    cancelPing = clock.after(RENDEZVOUS_PING_INTERVAL_MS, askForLife);
  };

  heard();
  cancelPing = clock.after(RENDEZVOUS_PING_INTERVAL_MS, askForLife);
  try {
    for (;;) {
      const request = decodeRendezvousRequest((await messages.read()).subarray());
      if (!request.ok) {
        visitor.send({ t: 'refused', reason: request.error.message.slice(0, 200) });
        return;
      }
      heard();
      rendezvous.receive(visitor, request.value);
      if (closing) return;
    }
  } catch {
    // The stream ended or was reset; both are how tabs leave.
  } finally {
    cancelSilence();
    cancelPing();
    rendezvous.leave(visitor);
    visitor.close();
  }
}

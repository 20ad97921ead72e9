import type { Connection, Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import { type Clock, type PeerId, asPeerId, createTokenBucket } from '#vocabulary';
import { MAX_RENDEZVOUS_BYTES, RENDEZVOUS_PING_INTERVAL_MS, RENDEZVOUS_SILENCE_MS } from '../src/swarm/constants.ts';
import {
  type RendezvousNotice,
  decodeRendezvousRequest,
  encodeRendezvous,
} from '../src/swarm/joining/rendezvous-wire.ts';
import type { ClientAddress } from './client-address.ts';
import type { IceGrant } from './ice.ts';
import { MAX_QUEUED_BYTES, MAX_QUEUED_NOTICES } from './limits.ts';
import type { RefusalReason } from './metrics.ts';
import type { Rendezvous, Visitor } from './rendezvous.ts';

/** A tab only ever sends `join`, `alive` and `sample`; 1 KiB is ten times the longest of them. */
const MAX_REQUEST_BYTES = 1024;

export interface RendezvousStreamOptions {
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly requestsPerSecond: number;
  /** STUN and TURN servers for a tab, or undefined where there are none to tell. */
  readonly iceFor: (peer: PeerId, address: ClientAddress) => IceGrant | undefined;
  /** The tab has been sent the list of its room. */
  readonly onJoined: (connection: Connection) => void;
  readonly onRefused: (reason: RefusalReason, address: ClientAddress) => void;
}

/** Serves one tab's rendezvous stream until it ends, falls silent or breaks the protocol. */
export async function serveRendezvous(
  options: RendezvousStreamOptions,
  address: ClientAddress,
  stream: Stream,
  connection: Connection,
): Promise<void> {
  const { rendezvous, clock, requestsPerSecond, iceFor, onJoined, onRefused } = options;
  const messages = lpStream(stream, {
    maxDataLength: Math.min(MAX_REQUEST_BYTES, MAX_RENDEZVOUS_BYTES),
    maxBufferSize: 4 * MAX_REQUEST_BYTES,
  });
  const peer = asPeerId(connection.remotePeer.toString());
  let waiting = 0;
  let waitingBytes = 0;
  let queue = Promise.resolve();
  let closing = false;
  let listed = false;
  let knowsIce = false;
  const abort = (reason: string): void => stream.abort(new Error(reason));

  const write = async (bytes: Uint8Array, notice: RendezvousNotice): Promise<void> => {
    try {
      await messages.write(bytes);
      if (notice.t === 'members' && !listed) {
        listed = true;
        onJoined(connection);
      }
    } catch {
      abort('the tab cannot be written to');
    } finally {
      waiting--;
      waitingBytes -= bytes.byteLength;
    }
  };

  const visitor: Visitor = {
    peer,
    address,
    send(notice) {
      if (closing) return;
      // Before it knows whom to dial: the first dials are to use them.
      if (notice.t === 'members' && !knowsIce) {
        knowsIce = true;
        tellIce();
      }
      const bytes = encodeRendezvous(notice);
      waiting++;
      waitingBytes += bytes.byteLength;
      if (waiting > MAX_QUEUED_NOTICES || waitingBytes > MAX_QUEUED_BYTES) {
        closing = true;
        onRefused('slow-reader', address);
        return abort('the tab does not read what it is sent');
      }
      queue = queue.then(() => write(bytes, notice));
    },
    close() {
      if (closing) return;
      closing = true;
      void queue.then(() => stream.close()).catch(() => abort('the stream does not close'));
    },
  };

  let cancelIce: () => void = () => undefined;
  const tellIce = (): void => {
    const grant = iceFor(peer, address);
    if (grant === undefined || closing) return;
    visitor.send({ t: 'ice', servers: grant.servers, ttlSeconds: grant.ttlSeconds });
    cancelIce = clock.after(grant.renewInMs, tellIce);
  };
  let cancelSilence: () => void = () => undefined;
  let cancelPing: () => void = () => undefined;
  const heard = (): void => {
    cancelSilence();
    cancelSilence = clock.after(RENDEZVOUS_SILENCE_MS, () => {
      // The machine behind it is asleep or unplugged: the connection itself may stay "open" for hours.
      onRefused('silent', address);
      connection.abort(new Error('the tab fell silent'));
    });
  };
  const askForLife = (): void => {
    visitor.send({ t: 'alive?' });
    cancelPing = clock.after(RENDEZVOUS_PING_INTERVAL_MS, askForLife);
  };
  const refuse = (reason: RefusalReason, words: string): void => {
    onRefused(reason, address);
    visitor.send({ t: 'refused', reason: words.slice(0, 200) });
  };

  heard();
  cancelPing = clock.after(RENDEZVOUS_PING_INTERVAL_MS, askForLife);
  const bucket = createTokenBucket({ perSecond: requestsPerSecond, burst: 5 * requestsPerSecond }, clock.now());
  try {
    for (;;) {
      const request = decodeRendezvousRequest((await messages.read()).subarray());
      if (!request.ok) return refuse('malformed-request', request.error.message);
      if (!bucket.take(1, clock.now())) return refuse('request-rate', 'Too many requests.');
      heard();
      rendezvous.receive(visitor, request.value);
      if (closing) return;
    }
  } catch {
    // The stream ended or was reset; both are how tabs leave.
  } finally {
    cancelSilence();
    cancelPing();
    cancelIce();
    rendezvous.leave(visitor);
    visitor.close();
  }
}

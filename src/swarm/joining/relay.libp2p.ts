import type { Connection, Stream } from '@libp2p/interface';
import type { Ping } from '@libp2p/ping';
import { lpStream } from '@libp2p/utils';
import { multiaddr } from '@multiformats/multiaddr';
import { err, failure, ok } from '#vocabulary';
import { MAX_RENDEZVOUS_BYTES, RENDEZVOUS_PROTOCOL } from '../constants.ts';
import type { RelayAccess, RelayFailure } from './membership.ts';
import type { TabNode } from '../transport/node.libp2p.ts';
import { type RendezvousRequest, decodeRendezvousNotice, encodeRendezvous } from './rendezvous-wire.ts';

/** WebSocket, noise and muxer handshakes take 50 ms here; a phone on a bad network needs seconds. */
const REACH_MS = 10_000;
/** The library's own limit for a reservation is 5 s. */
const RESERVE_MS = 8_000;
const OPEN_ROOM_MS = 5_000;
/** A connection to a relay is left alone for this long: a dial through it may be about to begin. */
const UNUSED_MS = 10_000;

/** Three steps to the room, over a node whose connection to the relay is found by the relay's address. */
export function createRelayAccess({ libp2p, reserve, hasPlace }: TabNode): RelayAccess {
  /** Relays that the membership is at or on its way to. */
  const held = new Set<string>();
  /** What can be said in the rooms this tab is in. */
  const rooms = new Map<string, (request: RendezvousRequest) => Promise<void>>();

  const connectionTo = (relayAddress: string): Connection | undefined =>
    libp2p
      .getConnections()
      .find(
        ({ remotePeer, limits, status }) =>
          remotePeer.toString() === relayIdOf(relayAddress) && limits === undefined && status === 'open',
      );

  /** Relays of other members, and those left, are let go of once nothing runs through them any more. */
  const closeUnused = (): void => {
    const kept = new Set([...held].map(relayIdOf));
    for (const connection of libp2p.getConnections()) {
      const { remoteAddr, remotePeer, streams, status, timeline } = connection;
      if (status !== 'open' || !/\/wss?\/p2p\/[^/]+$/.test(remoteAddr.toString())) continue;
      if (kept.has(remotePeer.toString()) || streams.length > 0 || Date.now() - timeline.open < UNUSED_MS) continue;
      connection.close().catch(() => connection.abort(new Error('the relay is not needed any more')));
    }
  };
  // A connection that ends is what frees the relay it ran through; its stream there goes a moment later.
  libp2p.addEventListener('connection:close', () => setTimeout(closeUnused, UNUSED_MS));

  return {
    async reach(relayAddress, signal) {
      held.add(relayAddress);
      try {
        await libp2p.dial(multiaddr(relayAddress), { signal: within(signal, REACH_MS) });
        return ok(undefined);
      } catch (error) {
        return err(
          failure('relay-unreachable', `The relay does not answer (${wordsOf(error)}).`, 'Is its server running?'),
        );
      }
    },
    async reserve(relayAddress, signal) {
      try {
        const reserving = reserve(relayAddress);
        reserving.catch(() => undefined);
        await abortable(reserving, within(signal, RESERVE_MS));
        return ok(undefined);
      } catch (error) {
        return err(
          failure('reservation-refused', `The relay did not reserve a place (${wordsOf(error)}).`, 'It may be full.'),
        );
      }
    },
    async visit(relayAddress, room, onNotice, signal) {
      const lost: RelayFailure = failure('relay-lost', 'The connection to the relay was lost.');
      const connection = connectionTo(relayAddress);
      if (connection === undefined) return lost;
      let stream: Stream | undefined;
      let spoken: ((request: RendezvousRequest) => Promise<void>) | undefined;
      try {
        stream = await connection.newStream(RENDEZVOUS_PROTOCOL, { signal: within(signal, OPEN_ROOM_MS) });
        const messages = lpStream(stream, { maxDataLength: MAX_RENDEZVOUS_BYTES });
        const say = (request: RendezvousRequest): Promise<void> =>
          messages.write(encodeRendezvous(request), { signal });
        await say({ t: 'join', room });
        rooms.set(relayAddress, say);
        spoken = say;
        for (;;) {
          const notice = decodeRendezvousNotice((await messages.read({ signal })).subarray());
          if (!notice.ok) return failure('rendezvous-failed', notice.error.message, 'Is it a relay of this version?');
          if (notice.value.t === 'refused')
            return failure('rendezvous-failed', `The relay refuses: ${notice.value.reason}`);
          if (notice.value.t === 'alive?') {
            await say({ t: 'alive' });
            if (!hasPlace(relayAddress)) return failure('relay-lost', 'The place at the relay was lost.');
          }
          onNotice(notice.value);
        }
      } catch (error) {
        if (stream !== undefined) return lost;
        return failure(
          'rendezvous-failed',
          `The relay opens no room (${wordsOf(error)}).`,
          'Is it a relay of this version?',
        );
      } finally {
        if (rooms.get(relayAddress) === spoken) rooms.delete(relayAddress);
        stream?.abort(new Error('the visit is over'));
      }
    },
    sample(relayAddress) {
      rooms
        .get(relayAddress)?.({ t: 'sample' })
        .catch(() => undefined);
    },
    async probe(relayAddress, signal) {
      const connection = connectionTo(relayAddress);
      if (connection === undefined) return false;
      try {
        await (libp2p.services['ping'] as Ping).ping(connection.remotePeer, { signal });
        return true;
      } catch {
        return false;
      }
    },
    release(relayAddress, how) {
      held.delete(relayAddress);
      // A connection that fell silent must not be found again by the next attempt.
      if (how === 'cut') connectionTo(relayAddress)?.abort(new Error('the relay does not answer'));
      else setTimeout(closeUnused, UNUSED_MS);
    },
  };
}

function relayIdOf(relayAddress: string): string {
  return relayAddress.slice(relayAddress.lastIndexOf('/') + 1);
}

export function within(signal: AbortSignal, limitMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0]);
  // A WebSocket that cannot connect rejects with a bare event: browsers tell pages nothing more.
  if (!(error instanceof Error)) return 'no connection';
  const words = error.message
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '');
  return words?.trim().slice(0, 160) ?? error.name;
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let cancel: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(signal.reason as Error);
    signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

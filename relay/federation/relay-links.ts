import type { Connection, Libp2p } from '@libp2p/interface';
import type { Identify } from '@libp2p/identify';
import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { type Clock, type Random, messageOf } from '#vocabulary';
import type { Log } from '../log.ts';
import { relayIdOf } from '../public-address.ts';

export interface RelayLinksOptions {
  readonly node: Libp2p<{ identify: Identify }>;
  /** Addresses of the relays to stay connected to. */
  readonly addresses: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** When something was last heard of a relay. */
  readonly heardMs: (relay: string) => number | undefined;
}

const LOOK_MS = 1000;
const DIAL_MS = 10_000;
/** A relay that is down costs one dial in this time. */
const RETRY = { firstMs: 500, longestMs: 15_000 };
/** A connection over which nothing was heard for this long leads nowhere, however open it looks. */
const SILENT_MS = 15_000;

interface Link {
  readonly id: string;
  readonly address: string;
  failures: number;
  nextDialMs: number;
  dialling: boolean;
}

/** Keeps this relay connected to the others. Both sides dial; a second connection between two does no harm. */
export function keepRelayLinks(options: RelayLinksOptions): { stop(): void } {
  const { node, clock, random, log, heardMs } = options;
  const stopped = new AbortController();
  const links = new Map<string, Link>();
  for (const address of options.addresses) {
    const id = relayIdOf(address);
    // The one with the lower id goes first, so that two that start together mostly make one connection.
    const waitMs = node.peerId.toString() < id ? 0 : 300 + 300 * random.next();
    links.set(id, { id, address, failures: 0, nextDialMs: clock.now() + waitMs, dialling: false });
  }

  const openTo = ({ id }: Link): Connection[] =>
    node.getConnections(peerIdFromString(id)).filter(({ status }) => status === 'open');

  const dial = async (link: Link): Promise<void> => {
    link.dialling = true;
    try {
      await node.dial(multiaddr(link.address), {
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(DIAL_MS)]),
      });
      link.failures = 0;
    } catch (cause) {
      if (stopped.signal.aborted) return;
      // Said once, not with every attempt.
      if (link.failures === 0)
        log('warn', 'another relay does not answer', { relay: link.id, cause: messageOf(cause) });
      const waitMs = Math.min(RETRY.longestMs, RETRY.firstMs * 2 ** link.failures);
      link.failures = Math.min(link.failures + 1, 10);
      link.nextDialMs = clock.now() + waitMs * (0.5 + 0.5 * random.next());
    } finally {
      link.dialling = false;
    }
  };

  /** Pubsub opens its streams once it knows that the other speaks it, which identify tells. */
  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    if (!links.has(connection.remotePeer.toString())) return;
    node.services.identify.identify(connection).catch((cause: unknown) => {
      if (!stopped.signal.aborted) connection.abort(cause instanceof Error ? cause : new Error(String(cause)));
    });
  };
  node.addEventListener('connection:open', onOpen);

  let cancel: () => void = () => undefined;
  const look = (): void => {
    const nowMs = clock.now();
    for (const link of links.values()) {
      const open = openTo(link);
      if (open.length === 0) {
        if (!link.dialling && nowMs >= link.nextDialMs) void dial(link);
        continue;
      }
      const lastMs = Math.max(heardMs(link.id) ?? 0, ...open.map(({ timeline }) => timeline.open));
      if (nowMs - lastMs <= SILENT_MS) continue;
      log('warn', 'another relay fell silent', { relay: link.id });
      for (const connection of open) connection.abort(new Error('the relay fell silent'));
    }
    cancel = clock.after(LOOK_MS, look);
  };
  look();

  return {
    stop() {
      stopped.abort();
      cancel();
      node.removeEventListener('connection:open', onOpen);
    },
  };
}

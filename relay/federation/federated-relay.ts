import type { GossipSub } from '@libp2p/gossipsub';
import type { Identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import type { Clock, Random } from '#vocabulary';
import type { Log } from '../log.ts';
import type { RefusalReason, RelayMetrics } from '../metrics.ts';
import { relayIdOf } from '../public-address.ts';
import type { Rendezvous } from '../rendezvous.ts';
import { type Federation, createFederation } from './federation.ts';
import { keepRelayLinks } from './relay-links.ts';
import { type RelayPubsub, joinTopic } from './relay-pubsub.ts';

export interface FederateOptions {
  readonly node: Libp2p<{ identify: Identify; pubsub: GossipSub }>;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly refused: (reason: RefusalReason, from: string) => void;
  readonly address: string;
  readonly otherRelays: readonly string[];
}

export interface FederatedRelay {
  readonly federation: Federation;
  /** Says goodbye and lets it reach the others. */
  stop(): Promise<void>;
}

/** A goodbye that is not through by then is what the others' patience is for. */
const GOODBYE_MS = 150;

/** Makes a relay one of several. */
export function federate(options: FederateOptions): FederatedRelay {
  const { node, rendezvous, clock, random, log, metrics, refused, address, otherRelays } = options;
  const trusted: ReadonlySet<string> = new Set(otherRelays.map(relayIdOf));
  let send: RelayPubsub['publish'] = () => undefined;
  const federation = createFederation({
    clock,
    ownId: node.peerId.toString(),
    address,
    publish(message) {
      metrics.federation('sent', message.t);
      send(message);
    },
    registrations: () => rendezvous.registrations(),
    onJoined: (registration, relay, at) => rendezvous.joinedElsewhere(registration, relay, at),
    onLeft: (registration, relay) => rendezvous.leftElsewhere(registration, relay),
    onRelay: (what, relay) =>
      log('info', what === 'met' ? 'another relay is there' : 'another relay is gone', { relay }),
  });
  const pubsub = joinTopic(node, trusted, {
    message(from, message) {
      metrics.federation('received', message.t);
      federation.receive(from, message);
    },
    listener: () => federation.greet(),
    refused: (reason, from) => refused(`relay-${reason}`, from),
  });
  send = pubsub.publish;
  const links = keepRelayLinks({
    node,
    addresses: otherRelays,
    clock,
    random,
    log,
    heardMs: (relay) => federation.relays().find(({ id }) => id === relay)?.heardMs,
  });
  return {
    federation,
    async stop() {
      links.stop();
      federation.stop();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GOODBYE_MS);
      });
      // Written is not sent: the streams below encrypt first.
      await Promise.race([pubsub.flushed().then(() => new Promise((resolve) => setTimeout(resolve, 20))), late]);
      clearTimeout(timer);
    },
  };
}

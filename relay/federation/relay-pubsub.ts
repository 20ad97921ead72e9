import { type GossipSub, type GossipSubComponents, TopicValidatorResult, gossipsub } from '@libp2p/gossipsub';
import type { Libp2p, PeerId } from '@libp2p/interface';
import { withGate } from '../gated-streams.ts';
import {
  FEDERATION_TOPIC,
  type FederationMessage,
  MAX_FEDERATION_BYTES,
  decodeFederation,
  encodeFederation,
} from './federation-wire.ts';

/*
 * Why gossipsub among relays, and not kad-dht: tabs must hear at once that somebody came, and stop hearing of those
 * whose relay vanished within seconds. Gossipsub pushes small signed messages along whatever connections there are;
 * a DHT answers who asks, keeps records for hours, and would need a poll for each room. Among tabs gossipsub did
 * badly (it took seconds and both cores); among a few dozen relays with a message every 2 s it idles.
 */

/** Relays queue no more than this for one that reads slowly; what it misses it asks for. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Pubsub that speaks with `trusted` relays only: no tab can listen in or say anything. */
export function pubsubAmong(trusted: ReadonlySet<string>) {
  const create = gossipsub({
    globalSignaturePolicy: 'StrictSign',
    allowPublishToZeroTopicPeers: true,
    emitSelf: false,
    // Every relay sends what it has to say to all it is connected to; the mesh carries it to the others.
    floodPublish: true,
    fallbackToFloodsub: false,
    doPX: false,
    allowedTopics: [FEDERATION_TOPIC],
    maxInboundDataLength: MAX_FEDERATION_BYTES + 16 * 1024,
    maxOutboundBufferSize: MAX_BUFFERED_BYTES,
    maxInboundStreams: 2,
    decodeRpcLimits: {
      maxSubscriptions: 8,
      maxMessages: 256,
      maxIhaveMessageIDs: 1024,
      maxIwantMessageIDs: 1024,
      maxControlMessages: 64,
      maxIdontwantMessageIDs: 512,
      maxPeerInfos: 0,
    },
    // Relays of one data centre share an address.
    scoreParams: { IPColocationFactorWeight: 0 },
  });
  return (components: GossipSubComponents): GossipSub =>
    create(withGate(components, (_stream, { remotePeer }) => trusted.has(remotePeer.toString())));
}

export interface PubsubEvents {
  /** A message of a trusted relay, proven by its signature. */
  message(from: string, message: FederationMessage): void;
  /** A trusted relay listens now. */
  listener(): void;
  refused(reason: 'untrusted' | 'malformed', from: string): void;
}

export interface RelayPubsub {
  publish(message: FederationMessage): void;
  /** Resolves when all that was published is on its way. */
  flushed(): Promise<void>;
}

export function joinTopic(
  node: Libp2p<{ pubsub: GossipSub }>,
  trusted: ReadonlySet<string>,
  events: PubsubEvents,
): RelayPubsub {
  const { pubsub } = node.services;
  let queue = Promise.resolve();

  const readFrom = (from: PeerId, data: Uint8Array): ReturnType<typeof decodeFederation> | undefined =>
    trusted.has(from.toString()) ? decodeFederation(data) : undefined;

  pubsub.topicValidators.set(FEDERATION_TOPIC, (_via, message) => {
    if (message.type !== 'signed') return TopicValidatorResult.Reject;
    const read = readFrom(message.from, message.data);
    if (read?.ok === true) return TopicValidatorResult.Accept;
    events.refused(read === undefined ? 'untrusted' : 'malformed', message.from.toString());
    // Whoever passed it on may trust relays that this one does not, and is not to blame for them.
    return read === undefined ? TopicValidatorResult.Ignore : TopicValidatorResult.Reject;
  });
  pubsub.addEventListener('message', ({ detail }) => {
    if (detail.topic !== FEDERATION_TOPIC || detail.type !== 'signed') return;
    const read = readFrom(detail.from, detail.data);
    if (read?.ok === true) events.message(detail.from.toString(), read.value);
  });
  pubsub.addEventListener('subscription-change', ({ detail: { peerId, subscriptions } }) => {
    if (trusted.has(peerId.toString()) && subscriptions.some(({ subscribe }) => subscribe)) events.listener();
  });
  pubsub.subscribe(FEDERATION_TOPIC);

  return {
    publish(message) {
      const bytes = encodeFederation(message);
      // One after the other: signing takes time, and changes should arrive in their order.
      queue = queue
        .then(() => pubsub.publish(FEDERATION_TOPIC, bytes))
        .then(
          () => undefined,
          // Not sent is not lost: the others see the gap and ask.
          () => undefined,
        );
    },
    flushed: () => queue,
  };
}

import type { Libp2pSwarm } from '#swarm';
import type { RelayPlace } from './swarm-page.ts';

/** A message of gossip: who it is, when it left on this machine's clock, and what makes it as long as an announcement. */
const TOPIC = '/bench/gossip/1';
export const GOSSIP_BYTES = 1_000;

/** One message that reached one swarm of this tab. */
export interface Delivery {
  readonly message: number;
  readonly swarm: string;
  readonly tookMs: number;
}

/** What left this tab over data channels. A message of at least `GOSSIP_BYTES` carries one of gossip. */
export interface SentMessages {
  readonly all: number;
  readonly carrying: number;
}

const nowMs = (): number => performance.timeOrigin + performance.now();
const POLL_MS = 20;
const JOIN_PATIENCE_MS = 10_000;

/** Swarms in one tab, each a peer with a libp2p node and connections of its own. */
export function createCrowd(makeSwarm: (relay: RelayPlace, name: string) => Promise<Libp2pSwarm>) {
  const members: Libp2pSwarm[] = [];
  const deliveries: Delivery[] = [];
  let dials = 0;
  const sent = { all: 0, carrying: 0 };
  countIn(
    () => dials++,
    (sizeBytes) => {
      sent.all++;
      if (sizeBytes >= GOSSIP_BYTES) sent.carrying++;
    },
  );

  const directPeers = (swarm: Libp2pSwarm): number =>
    swarm.getState().peers.filter(({ kind, advert }) => kind === 'direct' && advert !== undefined).length;

  const untilLinked = async (swarm: Libp2pSwarm, enough: number, patienceMs: number): Promise<void> => {
    const end = performance.now() + patienceMs;
    while (directPeers(swarm) < enough && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  };

  return {
    /** Brings one more swarm into the room; resolves when it has `enough` direct peers, or a while later. */
    async crowdJoin(relay: RelayPlace, name: string, enough: number): Promise<void> {
      const swarm = await makeSwarm(relay, name);
      swarm.onBroadcast(TOPIC, (_via, bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        deliveries.push({ message: view.getUint32(0), swarm: swarm.self, tookMs: nowMs() - view.getFloat64(4) });
      });
      members.push(swarm);
      await swarm.start();
      await untilLinked(swarm, enough, JOIN_PATIENCE_MS);
    },
    /** Direct peers of each. */
    crowdDegrees: (): number[] => members.map(directPeers),
    crowdSay(member: number, message: number): void {
      const bytes = new Uint8Array(GOSSIP_BYTES);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, message);
      view.setFloat64(4, nowMs());
      const said = members[member]?.broadcast(TOPIC, bytes);
      if (said?.ok !== true) throw new Error(said?.error.message ?? 'no such member');
    },
    crowdHeard: (): Delivery[] => deliveries.splice(0),
    /** Since the last time. */
    crowdSent(): SentMessages {
      const counted = { ...sent };
      sent.all = sent.carrying = 0;
      return counted;
    },
    /** Milliseconds from the beginning of the page until this tab, a newcomer, has a direct peer. */
    async firstDirectMs(relay: RelayPlace, name: string): Promise<number> {
      const swarm = await makeSwarm(relay, name);
      const { promise, resolve } = Promise.withResolvers<number>();
      swarm.subscribe(() => {
        if (directPeers(swarm) > 0) resolve(performance.now());
      });
      await swarm.start();
      return promise;
    },
    /**
     * A newcomer joins, dials all that are there and leaves. `dials` counts the attempts that this tab made
     * meanwhile: more than it got peers means that some attempt was not enough.
     */
    async dialRound(
      relay: RelayPlace,
      name: string,
      others: number,
      patienceMs: number,
    ): Promise<{ reached: number; dials: number; tookMs: number }> {
      const swarm = await makeSwarm(relay, name);
      const before = dials;
      const startedMs = performance.now();
      await swarm.start();
      await untilLinked(swarm, others, patienceMs);
      const outcome = { reached: directPeers(swarm), dials: dials - before, tookMs: performance.now() - startedMs };
      await swarm.stop();
      return outcome;
    },
  };
}

/** The library shows neither. A dial begins with a channel labelled `init`; the swarm's frames are one message each. */
function countIn(onDial: () => void, onSent: (sizeBytes: number) => void): void {
  const connection = RTCPeerConnection.prototype;
  const { createDataChannel } = connection;
  connection.createDataChannel = function (...given) {
    if (given[0] === 'init') onDial();
    return createDataChannel.apply(this, given);
  };
  const channel = RTCDataChannel.prototype as { send(data: ArrayBufferView): void };
  const { send } = channel;
  channel.send = function (data) {
    onSent(data.byteLength);
    send.call(this, data);
  };
}

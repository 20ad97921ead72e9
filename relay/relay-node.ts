import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2';
import { systemClock, systemRandom } from '#vocabulary';
import { RENDEZVOUS_PROTOCOL } from '../src/swarm/constants.ts';
import type { IceServer } from '../src/swarm/joining/rendezvous-wire.ts';
import { meterCircuit } from './circuit-meter.ts';
import type { ClientAddress } from './client-address.ts';
import { type FederatedRelay, federate } from './federation/federated-relay.ts';
import { type TurnConfig, createIceGrants } from './ice.ts';
import { type RelayLimits, SHUTDOWN_MS, defaultLimits } from './limits.ts';
import type { Log } from './log.ts';
import { type RefusalReason, type RelayStats, createMetrics } from './metrics.ts';
import { originOfRelay } from './origins.ts';
import { publicMultiaddr, relayIdOf } from './public-address.ts';
import { createRefusalLog } from './refusal-log.ts';
import { createRelayDoor } from './relay-door.ts';
import { loadRelayKey } from './relay-key.ts';
import { createRelayLibp2p } from './relay-libp2p.ts';
import { createRendezvous } from './rendezvous.ts';
import { serveRendezvous } from './rendezvous-stream.ts';

export interface RelayNodeOptions {
  /** Where the relay's key is kept; without it every start is a new relay to the tabs. */
  readonly privateKeyFile?: string;
  readonly log: Log;
  readonly limits?: Partial<RelayLimits>;
  /** Proxies in front that append to X-Forwarded-For; default none. */
  readonly trustedProxies?: number;
  /** Where tabs reach this relay: a URL or a multiaddr. Needed by those who name other relays. */
  readonly publicAddress?: string;
  /** Multiaddrs of the relays that share their registrations with this one; these and no others are believed. */
  readonly otherRelays?: readonly string[];
  readonly stun?: readonly string[];
  readonly turn?: TurnConfig;
}

/** A circuit relay and rendezvous that takes its connections from a web server's `upgrade` event. */
export interface RelayNode {
  readonly peerId: string;
  /** Takes over a WebSocket upgrade request. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Prometheus text format. */
  metrics(): Promise<string>;
  stats(): RelayStats;
  /** Multiaddrs of this relay, when it knows its own, and of the others of the swarm that are there now. */
  relays(): readonly string[];
  /** What a page may know before it has joined: servers that need no secret. */
  iceServers(): readonly IceServer[];
  /** Where pages served beside the relays of the swarm come from. */
  origins(): readonly string[];
  /** Counts somebody whom the web server turned away. */
  refused(reason: RefusalReason, from: string): void;
  /** Takes no more tabs and tells those that are here to go. */
  drain(): void;
  isDraining(): boolean;
  /** Cuts all tabs off and ends within a second. */
  stop(): Promise<void>;
}

export async function createRelayNode(options: RelayNodeOptions): Promise<RelayNode> {
  const { log, stun = [], turn, otherRelays = [] } = options;
  const limits: RelayLimits = { ...defaultLimits, ...options.limits };
  const trusted: ReadonlySet<string> = new Set(otherRelays.map(relayIdOf));
  const [clock, random] = [systemClock, systemRandom];
  let draining = false;
  let federated: FederatedRelay | undefined;

  const noteRefusal = createRefusalLog(clock, log);
  const refused = (reason: RefusalReason, from: string): void => {
    metrics.refused(reason);
    noteRefusal(reason, from);
  };
  const door = createRelayDoor({
    clock,
    limits,
    trustedProxies: options.trustedProxies ?? 0,
    onRefused: refused,
  });
  const { admission } = door;

  const { node, listener, reservations } = await createRelayLibp2p({
    privateKey: await loadRelayKey(options.privateKeyFile),
    limits,
    trusted,
    mayOpenCircuit(source) {
      const connection = node.getConnections(source).at(-1);
      const address = connection === undefined ? 'unknown' : door.addressOf(connection);
      metrics.circuit();
      if (admission.spend(address, 'circuit')) return false;
      refused('circuit-rate', address);
      return true;
    },
    onHopStream(stream, connection) {
      const address = door.addressOf(connection);
      meterCircuit(stream, (bytes) => {
        metrics.circuitBytes(bytes);
        if (admission.spend(address, 'circuit-bytes', bytes)) return true;
        refused('circuit-bytes', address);
        return false;
      });
    },
  });
  const peerId = node.peerId.toString();

  const rendezvous = createRendezvous({
    random,
    clock,
    limits,
    onJoined: (registration) => federated?.federation.joined(registration),
    onLeft: (registration) => federated?.federation.left(registration),
    onRefused: (reason) => refused(reason, 'a tab'),
  });
  const stats = (): RelayStats => {
    const connections = node.getConnections();
    let circuitStreams = 0;
    for (const { streams } of connections)
      for (const { protocol } of streams)
        if (protocol === RELAY_V2_HOP_CODEC || protocol === RELAY_V2_STOP_CODEC) circuitStreams++;
    const others = federated?.federation.relays() ?? [];
    return {
      connections: connections.length,
      reservations: reservations.size,
      members: rendezvous.memberCount(),
      rooms: rendezvous.roomCount(),
      circuitStreams,
      otherRelays: others.length,
      registrationsElsewhere: others.reduce((sum, { registrations }) => sum + registrations, 0),
    };
  };
  const metrics = createMetrics(stats);

  const iceGrants = createIceGrants({ stun, clock, random, ...(turn === undefined ? {} : { turn }) });
  const iceFor = (peer: Parameters<typeof iceGrants>[0], address: ClientAddress): ReturnType<typeof iceGrants> => {
    const withTurn = turn !== undefined && admission.spend(address, 'ice-credential');
    if (withTurn) metrics.iceCredential();
    else if (turn !== undefined) refused('ice-rate', address);
    return iceGrants(peer, withTurn);
  };
  await node.handle(
    RENDEZVOUS_PROTOCOL,
    (stream, connection) =>
      serveRendezvous(
        {
          rendezvous,
          clock,
          requestsPerSecond: limits.requestsPerSecond,
          iceFor,
          onJoined: (joined) => metrics.joined(clock.now() - door.knockedMs(joined)),
          onRefused: refused,
        },
        door.addressOf(connection),
        stream,
        connection,
      ),
    { maxInboundStreams: 2, runOnLimitedConnection: false },
  );

  node.addEventListener('connection:close', ({ detail }) => door.ended(detail));
  node.addEventListener('connection:open', ({ detail: connection }) => {
    door.opened(connection);
    const { remotePeer } = connection;
    const open = node.getConnections(remotePeer).toSorted((a, b) => a.timeline.open - b.timeline.open);
    if (trusted.has(remotePeer.toString()) || open.length <= limits.connectionsPerPeer) return;
    refused('peer-connections', 'a tab');
    open[0]?.abort(new Error('too many connections of one peer'));
  });
  node.addEventListener('peer:disconnect', ({ detail: peer }) => {
    // The library keeps reservations of closed tabs until they expire, and its timer would then also take a newer
    // reservation of the same peer with it.
    reservations.get(peer)?.signal.clear();
    reservations.delete(peer);
    // Nor does it forget peers: a relay that runs for months would remember every tab there ever was.
    if (!trusted.has(peer.toString())) node.peerStore.delete(peer).catch(() => undefined);
  });

  const own = options.publicAddress === undefined ? undefined : publicMultiaddr(options.publicAddress, peerId);
  let stopping: Promise<void> | undefined;
  const shutDown = async (): Promise<void> => {
    await federated?.stop();
    // The WebSocket server waits for its sockets, and only the door knows those that came through the web server.
    door.cutAll();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), SHUTDOWN_MS);
    });
    const outcome = await Promise.race([node.stop(), deadline]);
    clearTimeout(timer);
    if (outcome === 'late') log('warn', 'The relay did not end in time; what was open is cut.');
    metrics.stop();
  };
  const stop = (): Promise<void> => (stopping ??= shutDown());

  if (own?.ok === false || (own === undefined && trusted.size > 0)) {
    await stop();
    throw new Error(own?.ok === false ? `${own.error.message} ${own.error.remedy ?? ''}` : NO_ADDRESS);
  }
  if (own !== undefined && trusted.size > 0)
    federated = federate({ node, rendezvous, clock, random, log, refused, metrics, address: own.value, otherRelays });

  return {
    peerId,
    handleUpgrade(request, socket, head) {
      if (stopping !== undefined) return void socket.destroy();
      if (door.enter(request, socket)) listener.onUpgrade(request, socket, head);
    },
    metrics: () => metrics.text(),
    stats,
    relays: () => [
      ...(own === undefined ? [] : [own.value]),
      ...(federated?.federation.relays().map(({ address }) => address) ?? []),
    ],
    iceServers: () => (stun.length === 0 ? [] : [{ urls: stun }]),
    origins: () =>
      [
        ...(own === undefined ? [] : [own.value]),
        ...(federated?.federation.relays().map(({ address }) => address) ?? []),
      ]
        .map(originOfRelay)
        .filter((origin) => origin !== undefined),
    refused,
    drain() {
      if (draining) return;
      draining = true;
      door.close();
      rendezvous.drain();
    },
    isDraining: () => draining,
    stop,
  };
}

const NO_ADDRESS =
  'Other relays are named, but not where this one is reached. Say so with --public-address, for example https://relay.example';

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type CircuitRelayService,
  RELAY_V2_HOP_CODEC,
  RELAY_V2_STOP_CODEC,
  circuitRelayServer,
} from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import type { Listener } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { ping } from '@libp2p/ping';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import { systemClock } from '#vocabulary';
import { RENDEZVOUS_PROTOCOL } from '../src/swarm/constants.ts';
import * as limits from './limits.ts';
import { type RelayStats, createMetrics } from './metrics.ts';
import { loadRelayKey } from './relay-key.ts';
import { serveRendezvous } from './rendezvous-stream.ts';
import { createRendezvous } from './rendezvous.ts';

export interface RelayNodeOptions {
  /** Where the relay's key is kept; without it every start is a new relay to the tabs. */
  readonly privateKeyFile?: string;
  /** One line for the terminal. */
  readonly log: (line: string) => void;
}

/** A circuit relay and rendezvous that takes its connections from a web server's `upgrade` event. */
export interface RelayNode {
  readonly peerId: string;
  /** Takes over a WebSocket upgrade request. The remote address stays that of the tab. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Prometheus text format. */
  metrics(): Promise<string>;
  stats(): RelayStats;
  /** Cuts all tabs off and ends within a second. */
  stop(): Promise<void>;
}

/** The part of the library's WebSocket listener that its interface leaves out: its own `upgrade` handler, public on the class. */
interface UpgradeListener extends Listener {
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
}

export async function createRelayNode(options: RelayNodeOptions): Promise<RelayNode> {
  const { log } = options;
  let listeners: () => Listener[] = () => [];

  const node = await createLibp2p({
    privateKey: await loadRelayKey(options.privateKeyFile),
    // The library wants a port of its own; nobody is told about this one, tabs come through handleUpgrade.
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce: [] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Busy links miss pings; tabs are watched by the rendezvous instead.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    connectionManager: {
      maxConnections: limits.MAX_CONNECTIONS,
      inboundConnectionThreshold: limits.MAX_NEW_CONNECTIONS_PER_SECOND,
      maxIncomingPendingConnections: limits.MAX_PENDING_CONNECTIONS,
    },
    services: {
      // Answers tabs that ask; has nothing to ask them.
      identify: identify({ runOnConnectionOpen: false }),
      ping: ping(),
      relay: circuitRelayServer({
        maxInboundHopStreams: limits.MAX_HOP_STREAMS_PER_TAB,
        maxOutboundStopStreams: limits.MAX_STOP_STREAMS_PER_TAB,
        reservations: {
          maxReservations: limits.MAX_RESERVATIONS,
          reservationTtl: limits.RESERVATION_TTL_MS,
          defaultDataLimit: limits.CIRCUIT_BYTES,
          defaultDurationLimit: limits.CIRCUIT_DURATION_MS,
        },
      }),
      // A service factory is the public way to the transport manager, which knows the listener.
      listeners: (components: { transportManager: { getListeners(): Listener[] } }) => {
        listeners = () => components.transportManager.getListeners();
        return {};
      },
    },
  });
  const relay = node.services.relay as CircuitRelayService;
  const listener = listeners().find((candidate): candidate is UpgradeListener => 'onUpgrade' in candidate);
  if (listener === undefined) throw new Error('the WebSocket listener has lost its upgrade handler');

  const rendezvous = createRendezvous();
  await node.handle(
    RENDEZVOUS_PROTOCOL,
    (stream, connection) => serveRendezvous(rendezvous, systemClock, stream, connection),
    { maxInboundStreams: 2, runOnLimitedConnection: false },
  );

  node.addEventListener('peer:disconnect', ({ detail: peer }) => {
    // The library keeps reservations of closed tabs until they expire, and its timer would then also take a newer
    // reservation of the same peer with it.
    relay.reservations.get(peer)?.signal.clear();
    relay.reservations.delete(peer);
  });

  const stats = (): RelayStats => {
    const connections = node.getConnections();
    let circuitStreams = 0;
    for (const { streams } of connections)
      for (const { protocol } of streams)
        if (protocol === RELAY_V2_HOP_CODEC || protocol === RELAY_V2_STOP_CODEC) circuitStreams++;
    return {
      connections: connections.length,
      reservations: relay.reservations.size,
      members: rendezvous.memberCount(),
      rooms: rendezvous.roomCount(),
      circuitStreams,
    };
  };
  const metrics = createMetrics(stats);
  const sockets = new Set<Duplex>();
  let stopping: Promise<void> | undefined;

  const shutDown = async (): Promise<void> => {
    // The WebSocket server waits for its sockets, and only we know those that came through the web server.
    for (const socket of sockets) socket.destroy();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), limits.SHUTDOWN_MS);
    });
    const outcome = await Promise.race([node.stop(), deadline]);
    clearTimeout(timer);
    if (outcome === 'late') log('The relay did not end in time; what was open is cut.');
    metrics.stop();
  };

  return {
    peerId: node.peerId.toString(),
    handleUpgrade(request, socket, head) {
      if (stopping !== undefined) return void socket.destroy();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      listener.onUpgrade(request, socket, head);
    },
    metrics: () => metrics.text(),
    stats,
    stop: () => (stopping ??= shutDown()),
  };
}

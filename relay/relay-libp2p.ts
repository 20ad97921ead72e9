import { type CircuitRelayService, circuitRelayServer } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import type { Connection, ConnectionGater, Listener, PrivateKey, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { ping } from '@libp2p/ping';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import { pubsubAmong } from './federation/relay-pubsub.ts';
import { withGate } from './gated-streams.ts';
import * as limits from './limits.ts';

export interface RelayLibp2pOptions {
  readonly privateKey: PrivateKey;
  readonly limits: limits.RelayLimits;
  /** Ids of the relays that share registrations with this one. */
  readonly trusted: ReadonlySet<string>;
  /** May this tab open one more relayed connection? */
  readonly mayOpenCircuit: NonNullable<ConnectionGater['denyOutboundRelayedConnection']>;
  /** A tab's stream that reserves a place or carries a relayed connection. */
  readonly onHopStream: (stream: Stream, connection: Connection) => void;
}

/** The part of the library's WebSocket listener that its interface leaves out: its own `upgrade` handler, public on the class. */
export interface UpgradeListener extends Listener {
  onUpgrade(request: object, socket: object, head: Uint8Array): void;
}

/** Limits that are ours by address; the library's own would count a proxy as one visitor. */
const ANY_NUMBER = 1_000_000;

export async function createRelayLibp2p(options: RelayLibp2pOptions) {
  let listeners: () => Listener[] = () => [];
  const circuits = circuitRelayServer({
    maxInboundHopStreams: limits.MAX_HOP_STREAMS_PER_TAB,
    maxOutboundStopStreams: limits.MAX_STOP_STREAMS_PER_TAB,
    reservations: {
      // Each connection needs exactly one, so they must never be scarcer.
      maxReservations: options.limits.connections,
      reservationTtl: limits.RESERVATION_TTL_MS,
      defaultDataLimit: BigInt(Math.floor(options.limits.circuitMegabytes * 1e6)),
      defaultDurationLimit: limits.CIRCUIT_DURATION_MS,
    },
  });
  const node = await createLibp2p({
    privateKey: options.privateKey,
    // The library wants a port of its own; nobody is told about this one, tabs come through handleUpgrade.
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce: [] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Busy links miss pings; tabs are watched by the rendezvous instead.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    connectionManager: {
      maxConnections: options.limits.connections + limits.SPARE_CONNECTIONS,
      inboundConnectionThreshold: ANY_NUMBER,
      maxIncomingPendingConnections: limits.MAX_PENDING_CONNECTIONS,
    },
    connectionGater: { denyOutboundRelayedConnection: options.mayOpenCircuit },
    services: {
      // Answers tabs that ask; has nothing to ask them.
      identify: identify({ runOnConnectionOpen: false }),
      ping: ping(),
      relay: (components: Parameters<typeof circuits>[0]) =>
        circuits(
          withGate(components, (stream, connection) => {
            options.onHopStream(stream, connection);
            return true;
          }),
        ),
      pubsub: pubsubAmong(options.trusted),
      // A service factory is the public way to the transport manager, which knows the listener.
      listeners: (components: { transportManager: { getListeners(): Listener[] } }) => {
        listeners = () => components.transportManager.getListeners();
        return {};
      },
    },
  });
  const listener = listeners().find((candidate): candidate is UpgradeListener => 'onUpgrade' in candidate);
  if (listener === undefined) throw new Error('the WebSocket listener has lost its upgrade handler');
  return { node, listener, reservations: (node.services.relay as CircuitRelayService).reservations };
}

import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Libp2p, Listener, PeerId } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { peerIdFromString } from '@libp2p/peer-id';
import { ping } from '@libp2p/ping';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { Clock } from '#vocabulary';
import { MAX_PEERS } from '../constants.ts';
import type { ConnectionBudget } from '../paths/connection-budget.ts';
import type { IceAddress } from '../paths/ice-servers.ts';
import { type ObservedWebRtc, createObservedWebRtc } from '../paths/webrtc.libp2p.ts';

const LONGEST_DIAL_MS = 30_000;

/** A running libp2p node of a tab, with the one thing its interface lacks. */
export interface TabNode {
  readonly libp2p: Libp2p;
  readonly webrtc: ObservedWebRtc;
  /**
   * Makes the node reachable through a relay, as often as it is called. Rejects with the reason when it cannot. The
   * place ends with the connection to the relay.
   */
  reserve(relayAddress: string): Promise<void>;
  /** Whether there is a place at the relay now. */
  hasPlace(relayAddress: string): boolean;
}

export interface TabNodeOptions {
  /** Protobuf form of the peer's private key. */
  readonly privateKey: Uint8Array;
  readonly clock: Clock;
  /** Asked at every dial, whoever dials. */
  readonly iceServers: () => readonly IceAddress[];
  readonly budget: ConnectionBudget;
}

interface TransportManager {
  listen(addresses: Multiaddr[]): Promise<void>;
  getListeners(): Listener[];
}

/** The part of the circuit listener that its interface leaves out. */
interface CircuitListener extends Listener {
  readonly reservationStore: { readonly relayFilter: { remove(peer: Uint8Array): boolean } };
}

export async function createTabNode({ privateKey, ...options }: TabNodeOptions): Promise<TabNode> {
  const webrtc = createObservedWebRtc(options);
  let transports: TransportManager | undefined;
  const libp2p = await createLibp2p({
    privateKey: privateKeyFromProtobuf(privateKey),
    // Circuit addresses are added by `reserve`: here a relay that refuses would make the whole node fail.
    addresses: { listen: ['/webrtc'] },
    transports: [webSockets(), webrtc.transport, circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // In browsers the library refuses ws:// and private addresses by default: the relay of a LAN is just that.
    connectionGater: { denyDialMultiaddr: () => false },
    // Busy links miss its pings; sessions watch for themselves.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    connectionManager: {
      // A peer has at most a signalling, a relayed and a direct connection at once.
      maxConnections: 4 * MAX_PEERS,
      // To the library all connections through the relay come from one address, the relay's.
      inboundConnectionThreshold: 4 * MAX_PEERS,
      maxIncomingPendingConnections: 2 * MAX_PEERS,
      // Each dial comes with its own limit; the library's (10 s, 6 s) would cut those of a busy machine short.
      dialTimeout: LONGEST_DIAL_MS,
      addressDialTimeout: LONGEST_DIAL_MS,
      inboundUpgradeTimeout: LONGEST_DIAL_MS,
      // The membership alone decides when to go back to the relay.
      reconnectRetries: 0,
    },
    services: {
      // The transports insist on the service. That every connection begins with an exchange of addresses and protocol
      // lists is of no use here: addresses come from the rendezvous, protocols are known.
      identify: identify({ runOnConnectionOpen: false }),
      ping: ping(),
      // A service factory is the public way to the transport manager.
      transports: (components: { transportManager: TransportManager }) => {
        transports = components.transportManager;
        return {};
      },
    },
  });

  /**
   * One listener a relay, never closed: closing one would cancel the places at all relays, and so would leave a tab
   * that changes from one to another without any.
   */
  const listeners = new Map<string, CircuitListener>();
  const listenAt = async (relayAddress: string): Promise<void> => {
    const address = multiaddr(`${relayAddress}/p2p-circuit`);
    const known = listeners.get(relayAddress);
    if (known !== undefined) {
      // The library never again asks a relay that once did not speak the protocol, as one does that is just stopping.
      known.reservationStore.relayFilter.remove(peerIdOf(relayAddress).toMultihash().bytes);
      return known.listen(address);
    }
    const manager = transports as TransportManager;
    const before = new Set(manager.getListeners());
    const listening = manager.listen([address]);
    const added = manager.getListeners().find((listener) => !before.has(listener));
    if (added !== undefined) listeners.set(relayAddress, added as CircuitListener);
    return listening;
  };

  return {
    libp2p,
    webrtc,
    reserve: listenAt,
    hasPlace: (relayAddress) => (listeners.get(relayAddress)?.getAddrs().length ?? 0) > 0,
  };
}

function peerIdOf(relayAddress: string): PeerId {
  return peerIdFromString(relayAddress.slice(relayAddress.lastIndexOf('/') + 1));
}

import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Libp2p, Listener } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { ping } from '@libp2p/ping';
import { webRTC } from '@libp2p/webrtc';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { MAX_PEERS } from './constants.ts';
import { fixWebRtcInitRace } from './webrtc-fix.browser.ts';

const LONGEST_DIAL_MS = 30_000;

/** A running libp2p node of a tab, with the one thing its interface lacks. */
export interface TabNode {
  readonly libp2p: Libp2p;
  /** Listens on one more address; the returned function stops that. Rejects with the reason when it cannot. */
  listen(address: string): Promise<TabListener>;
}

export interface TabListener {
  /** Addresses it is reachable at now; none when the reservation behind it is lost. */
  addressCount(): number;
  close(): Promise<void>;
}

export interface TabNodeOptions {
  /** Protobuf form of the peer's private key. */
  readonly privateKey: Uint8Array;
  readonly iceServers: readonly RTCIceServer[];
}

interface TransportManager {
  listen(addresses: Multiaddr[]): Promise<void>;
  getListeners(): Listener[];
}

export async function createTabNode({ privateKey, iceServers }: TabNodeOptions): Promise<TabNode> {
  fixWebRtcInitRace();
  let transports: TransportManager | undefined;
  const libp2p = await createLibp2p({
    privateKey: privateKeyFromProtobuf(privateKey),
    // The circuit address is added by `listen`: here a relay that refuses would make the whole node fail.
    addresses: { listen: ['/webrtc'] },
    transports: [webSockets(), webRTC({ rtcConfiguration: { iceServers: [...iceServers] } }), circuitRelayTransport()],
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

  return {
    libp2p,
    async listen(address) {
      const manager = transports as TransportManager;
      const before = new Set(manager.getListeners());
      const added = (): Listener[] => manager.getListeners().filter((listener) => !before.has(listener));
      try {
        await manager.listen([multiaddr(address)]);
      } catch (error) {
        // The library keeps a listener that could not listen.
        for (const listener of added()) await listener.close();
        throw error;
      }
      const mine = added();
      return {
        addressCount: () => mine.reduce((count, listener) => count + listener.getAddrs().length, 0),
        async close() {
          for (const listener of mine) await listener.close();
        },
      };
    },
  };
}

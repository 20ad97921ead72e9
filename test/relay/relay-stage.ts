import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { LogFields } from '../../relay/log.ts';
import { loadRelayKey } from '../../relay/relay-key.ts';
import { type RelayNode, type RelayNodeOptions, createRelayNode } from '../../relay/relay-node.ts';
import { RENDEZVOUS_PROTOCOL } from '../../src/swarm/constants.ts';
import {
  type RendezvousNotice,
  decodeRendezvousNotice,
  encodeRendezvous,
} from '../../src/swarm/joining/rendezvous-wire.ts';

/** A relay with a web server of its own, on a port that stays the same. */
export interface StagedRelay {
  readonly id: string;
  readonly port: number;
  /** As the other relays name it. */
  readonly address: string;
  readonly lines: string[];
  node(): RelayNode;
  start(options?: Partial<RelayNodeOptions>): Promise<void>;
  stop(): Promise<void>;
}

export interface RelayStage {
  /** Relays that are not started yet. */
  relays(count: number): Promise<readonly StagedRelay[]>;
  /** A libp2p node that reserves a place at a relay, as a tab does. */
  tab(relayAddress: string): Promise<Libp2p>;
  close(): Promise<void>;
}

export async function createRelayStage(): Promise<RelayStage> {
  const folder = await mkdtemp(join(tmpdir(), 'relays-'));
  const all: StagedRelay[] = [];
  const tabs: Libp2p[] = [];
  const servers: Server[] = [];

  const stage = async (name: string): Promise<StagedRelay> => {
    const privateKeyFile = join(folder, name);
    const id = peerIdFromPrivateKey(await loadRelayKey(privateKeyFile)).toString();
    const lines: string[] = [];
    let node: RelayNode | undefined;
    const server = createServer((_request, response) => response.end());
    servers.push(server);
    server.on('upgrade', (request, socket, head) =>
      node === undefined ? socket.destroy() : node.handleUpgrade(request, socket, head),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const address = `/ip4/127.0.0.1/tcp/${port}/ws/p2p/${id}`;
    return {
      id,
      port,
      address,
      lines,
      node() {
        if (node === undefined) throw new Error('the relay is stopped');
        return node;
      },
      async start(options = {}) {
        const log = (level: string, event: string, fields?: LogFields): number =>
          lines.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`);
        node = await createRelayNode({ privateKeyFile, publicAddress: address, log, ...options });
      },
      async stop() {
        const stopped = node;
        node = undefined;
        await stopped?.stop();
      },
    };
  };

  return {
    async relays(count) {
      for (let index = 0; index < count; index++) all.push(await stage(`relay-${all.length}.key`));
      return all.slice(-count);
    },
    async tab(relayAddress) {
      const tab = await createLibp2p({
        addresses: { listen: [`${relayAddress}/p2p-circuit`] },
        transports: [webSockets(), circuitRelayTransport()],
        connectionEncrypters: [noise()],
        streamMuxers: [yamux()],
        connectionGater: { denyDialMultiaddr: () => false },
        services: { identify: identify() },
      });
      tabs.push(tab);
      return tab;
    },
    async close() {
      await Promise.all(tabs.map((tab) => tab.stop()));
      await Promise.all(all.map((relay) => relay.stop()));
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A tab's stay in a room: what it has heard, and waiting for what it should hear. */
export interface Stay {
  readonly heard: readonly RendezvousNotice[];
  say(message: Parameters<typeof encodeRendezvous>[0]): Promise<void>;
  /** The first notice not waited for yet that fits; fails after `waitMs`. */
  next<T extends RendezvousNotice['t']>(kind: T, waitMs?: number): Promise<Extract<RendezvousNotice, { t: T }>>;
  /** Resolves when the stream ends. */
  readonly ended: Promise<void>;
}

export async function enterRoom(tab: Libp2p, relayAddress: string, room = 'public'): Promise<Stay> {
  const stream: LengthPrefixedStream = lpStream(await tab.dialProtocol(multiaddr(relayAddress), RENDEZVOUS_PROTOCOL));
  await stream.write(encodeRendezvous({ t: 'join', room }));
  const heard: RendezvousNotice[] = [];
  let unread: RendezvousNotice[] = [];
  let wake: () => void = () => undefined;
  const listen = async (): Promise<void> => {
    try {
      for (;;) {
        const notice = decodeRendezvousNotice((await stream.read()).subarray());
        if (!notice.ok) throw new Error(notice.error.message);
        heard.push(notice.value);
        unread.push(notice.value);
        wake();
      }
    } catch {
      // The stream ended.
    }
  };
  return {
    heard,
    say: (message) => stream.write(encodeRendezvous(message)),
    ended: listen(),
    async next(kind, waitMs = 5000) {
      const deadline = performance.now() + waitMs;
      for (;;) {
        const found = unread.find(({ t }) => t === kind);
        if (found !== undefined) {
          unread = unread.filter((notice) => notice !== found);
          return found as Extract<RendezvousNotice, { t: typeof kind }>;
        }
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) throw new Error(`no "${kind}" but ${JSON.stringify(unread)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, leftMs);
        });
      }
    },
  };
}

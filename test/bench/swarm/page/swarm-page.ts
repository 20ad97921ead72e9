/** A tab of the benchmark: what `npm run bench -- swarm` drives. */
import {
  type ConnectionKind,
  DEFAULT_RPC_LIMITS,
  type Libp2pSwarm,
  type Rpc,
  createLibp2pSwarm,
  createRpc,
  loadIdentity,
  relayOfPage,
} from '#swarm';
import { asPeerId, systemClock } from '#vocabulary';
import { createContentTab } from './content-tab.ts';
import { createCrowd } from './crowd.ts';
import { createRawSide, rawSignalling } from './raw-side.ts';
import { createRpcSide, serveRpcSide } from './rpc-side.ts';
import { type Side, timeUnderLoad } from './side.ts';
import { createSwarmSide, serveSwarmSide } from './swarm-side.ts';

export interface RelayPlace {
  readonly url: string;
  readonly peerId: string;
}

/**
 * - `raw16`, `raw64`: a bare connection, bulk data in messages of 16 or 64 KiB.
 * - `send`: messages of the swarm. `rpc`: calls over it.
 */
export type SideName = 'raw16' | 'raw64' | 'send' | 'rpc';

/** The most calls a second are measured, not how many this product allows one peer (`rpc-limits.ts`). */
const UNLIMITED = { perSecond: Infinity, burst: Infinity };
const unlimited = { calls: UNLIMITED, sentBytes: UNLIMITED, requestBytes: UNLIMITED };

const log: string[] = [];
let joinedAs: { readonly swarm: Libp2pSwarm; readonly rpc: Rpc } | undefined;

const joined = (): { readonly swarm: Libp2pSwarm; readonly rpc: Rpc } => {
  if (joinedAs === undefined) throw new Error('join first');
  return joinedAs;
};

/** A swarm of this tab that has not begun to join. */
async function makeSwarm(relay: RelayPlace, name: string): Promise<Libp2pSwarm> {
  const { privateKey } = await loadIdentity(`bench-${name}`);
  return createLibp2pSwarm({
    privateKey,
    relays: [relayOfPage(new URL(relay.url), relay.peerId)],
    log: (line) => log.push(`${performance.now().toFixed(0)} ${name}: ${line}`),
  });
}

function sideOf(name: SideName, peer: string): Side {
  switch (name) {
    case 'raw16':
      return createRawSide(16 * 1024);
    case 'raw64':
      return createRawSide(64 * 1024);
    case 'send':
      return createSwarmSide(joined().swarm, asPeerId(peer), 64 * 1024);
    case 'rpc':
      return createRpcSide(joined().rpc, asPeerId(peer));
  }
}

export const swarmPage = {
  ...rawSignalling,
  ...createCrowd(makeSwarm),
  ...createContentTab(() => joined()),
  async join(relay: RelayPlace, name: string): Promise<string> {
    const swarm = await makeSwarm(relay, name);
    serveSwarmSide(swarm);
    const rpc = createRpc({
      swarm,
      clock: systemClock,
      limits: { ...DEFAULT_RPC_LIMITS, fast: unlimited, slow: unlimited },
      onMisbehaviour: (_peer, reason) => log.push(reason),
    });
    serveRpcSide(rpc);
    joinedAs = { swarm, rpc };
    await swarm.start();
    return swarm.self;
  },
  /** Kind of the connection to a peer whose hello has come. */
  kindOf(peer: string): ConnectionKind | undefined {
    const { peers } = joined().swarm.getState();
    return peers.find(({ id, advert }) => id === peer && advert !== undefined)?.kind;
  },
  /** Direct peers of the swarm that `join` made. */
  directPeers: (): number =>
    joined()
      .swarm.getState()
      .peers.filter(({ kind, advert }) => kind === 'direct' && advert !== undefined).length,
  /** What the swarms of this tab have said since the last time. */
  log: () => log.splice(0),
  bulk: (side: SideName, peer: string, sizeBytes: number) => sideOf(side, peer).bulk(sizeBytes),
  roundTrips: (side: SideName, peer: string, count: number, sizeBytes: number) =>
    sideOf(side, peer).roundTrips(count, sizeBytes),
  timeUnderLoad: (side: SideName, peer: string, bulkBytes: number, callBytes: number) =>
    timeUnderLoad(sideOf(side, peer), bulkBytes, callBytes),
  callsPerSecond: (side: SideName, peer: string, count: number, sizeBytes: number, depth: number) =>
    sideOf(side, peer).callsPerSecond(count, sizeBytes, depth),
};
export type SwarmPage = typeof swarmPage;

Object.assign(globalThis, { swarmPage });

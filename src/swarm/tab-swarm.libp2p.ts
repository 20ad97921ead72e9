import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { type Clock, type PeerId, type Random, asPeerId, err, failure, ok } from '#vocabulary';
import { MAX_BROADCAST_BYTES } from './constants.ts';
import { createDialler, dialOrder } from './dialler.ts';
import { type Links, openLinks } from './links.libp2p.ts';
import { type Membership, keepMembership } from './membership.ts';
import { createMesh } from './mesh.ts';
import { type TabNode, createTabNode } from './node.libp2p.ts';
import { createRelayAccess } from './relay.libp2p.ts';
import { createPageBudget } from './paths/page-budget.browser.ts';
import { type IceAddress, createIceServers } from './paths/ice-servers.ts';
import type { RendezvousNotice } from './rendezvous-wire.ts';
import type { Room } from './room/room.ts';
import { deriveRoomKeys } from './room/room-keys.ts';
import type { Swarm } from './swarm.ts';
import type { Wake } from './wake.ts';

export interface TabSwarmOptions {
  readonly privateKey: Uint8Array;
  /** Asked at every start: a swarm that was stopped can be started in another room, or with other relays. */
  readonly surroundings: () => Surroundings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
}

export interface Surroundings {
  readonly relayAddresses: readonly string[];
  readonly room: Room;
  readonly iceServers: readonly RTCIceServer[];
}

interface Running {
  readonly node: TabNode;
  readonly links: Links;
  readonly membership: Membership;
}

export interface TabSwarm extends Swarm {
  /** The page is going away: says goodbye without waiting for anything. */
  leaveAtOnce(): void;
  /** Something may have changed: asks relay and peers at once, and tries again what waits. */
  wake(wake: Wake): void;
  /** Other relays from now on, the preferred first. */
  setRelays(relayAddresses: readonly string[]): void;
}

/** Puts mesh, dialler and membership on a libp2p node. */
export function createTabSwarm(options: TabSwarmOptions): TabSwarm {
  const { clock, random, log } = options;
  const self = asPeerId(peerIdFromPrivateKey(privateKeyFromProtobuf(options.privateKey)).toString());
  let running: Promise<Running> | undefined;
  let links: Links | undefined;
  let relayAddress: string | undefined;
  /** Members the relay named, each with the relay through which it is reached. */
  const members = new Map<PeerId, string>();

  const iceServers = createIceServers(clock);
  const budget = createPageBudget(log);
  const currentIceServers = (): readonly IceAddress[] => {
    iceServers.set('person', options.surroundings().iceServers);
    return iceServers.current();
  };

  const mesh = createMesh({
    self,
    clock,
    random,
    room: options.surroundings().room,
    onHandlerError: (protocol, error) => log(`The handler of ${protocol} failed: ${String(error)}`),
    onPeerChange(peer, change) {
      if (change === 'better') {
        const kind = mesh.kindOf(peer);
        if (kind !== 'direct' && kind !== 'turn') return;
        mesh.setDirectFailure(peer, undefined);
        return dialler.forget(peer);
      }
      log(`${peer} is gone: ${change}`);
      dialler.forget(peer);
      const comesBack = change === 'silent' || change === 'closed' || change === 'lost-messages';
      // Of two that lost each other one dials, the one with the larger id; the other waits for it.
      if (comesBack && members.has(peer)) dialler.want(peer, self > peer);
    },
  });

  const dialler = createDialler({
    self,
    clock,
    random,
    kindOf: mesh.kindOf,
    hasRoom: mesh.hasRoom,
    budget: () => budget.state().level,
    async dial(peer, way, timeoutMs, signal) {
      const through = members.get(peer) ?? relayAddress;
      if (links === undefined || through === undefined)
        return err(failure('relay-lost', 'There is no relay to arrange the connection.'));
      return links.dial(through, peer, way, timeoutMs, signal);
    },
    onFailure(peer, way, reason) {
      log(`No ${way} connection to ${peer}: ${reason.type}, ${reason.message}`);
      if (way === 'direct') mesh.setDirectFailure(peer, reason);
    },
  });

  const onNotice = (notice: RendezvousNotice, toldBy: string): void => {
    switch (notice.t) {
      case 'members':
        // What was tried without a relay waits long for its next attempt; now it can work, or is over.
        for (const peer of members.keys()) dialler.forget(peer);
        members.clear();
        for (const { peer, relay } of notice.members) members.set(peer, relay ?? toldBy);
        for (const peer of dialOrder(random, [...members.keys()]))
          if (mesh.kindOf(peer) !== 'direct') dialler.want(peer, true);
        return;
      case 'joined':
        members.set(notice.member.peer, notice.member.relay ?? toldBy);
        return dialler.want(notice.member.peer, false);
      case 'ice': {
        const before = iceServers.current().length;
        iceServers.set('relay', notice.servers, notice.ttlSeconds);
        // What failed for want of servers need not wait any longer.
        if (iceServers.current().length > before) dialler.hurry();
        return;
      }
      case 'left':
        members.delete(notice.peer);
        dialler.forget(notice.peer);
        return mesh.suspect(notice.peer);
    }
  };

  const start = async (): Promise<Running> => {
    const { room, relayAddresses } = options.surroundings();
    const node = await createTabNode({
      privateKey: options.privateKey,
      clock,
      iceServers: currentIceServers,
      budget,
    });
    mesh.open(room);
    links = await openLinks(self, node, clock, mesh.adopt);
    const membership = keepMembership({
      relayAddresses,
      room: deriveRoomKeys(room).rendezvousName,
      clock,
      random,
      relay: createRelayAccess(node),
      onNotice,
      onChange({ join, relayAddress: address, relays }) {
        // While the relay is away its address still serves to show where this tab tries to go.
        relayAddress = address ?? relayAddress;
        if (join.step === 'retrying') log(`Not joined: ${join.reason}`);
        mesh.setJoin(join, relayAddress, relays);
      },
    });
    return { node, links, membership };
  };

  const stop = async ({ node, membership, links: open }: Running): Promise<void> => {
    membership.stop();
    dialler.stop();
    mesh.close();
    await open.settled();
    await node.libp2p.stop();
    links = undefined;
    relayAddress = undefined;
    members.clear();
    mesh.setJoin({ step: 'offline' }, undefined, []);
  };

  return {
    ...mesh,
    async connect(peer) {
      if (mesh.kindOf(peer) !== undefined) return ok(undefined);
      return err(failure('unreachable', 'There is no connection to this peer.'));
    },
    broadcast(topic, message) {
      if (running === undefined) return err(failure('closed', 'This tab has left the swarm.'));
      if (message.byteLength > MAX_BROADCAST_BYTES)
        return err(failure('too-large', `${message.byteLength} bytes exceed the limit of ${MAX_BROADCAST_BYTES}.`));
      // One hop: in a full mesh that is everybody.
      for (const { id } of mesh.getState().peers) void mesh.send(id, `/peerage/broadcast/1/${topic}`, message);
      return ok(undefined);
    },
    onBroadcast: (topic, listener) => mesh.handle(`/peerage/broadcast/1/${topic}`, listener),
    async start() {
      running ??= start();
      try {
        await running;
      } catch (error) {
        // A browser without WebRTC, for one. Nothing is left half open that a second call would trip over.
        running = undefined;
        throw error;
      }
    },
    async stop() {
      const ending = running;
      running = undefined;
      if (ending !== undefined) await stop(await ending);
    },
    leaveAtOnce: () => mesh.close(),
    wake(wake) {
      mesh.suspectAll();
      void running?.then(({ membership }) => membership.wake());
      if (wake === 'changed') dialler.hurry();
    },
    setRelays(relayAddresses) {
      void running?.then(({ membership }) => membership.setRelays(relayAddresses));
    },
  };
}

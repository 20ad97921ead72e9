import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { type Clock, type PeerId, type Random, asPeerId, err, failure, ok } from '#vocabulary';
import { createDialler, dialOrder } from './dialler.ts';
import { type Links, openLinks } from './links.libp2p.ts';
import { type Membership, keepMembership } from './membership.ts';
import { createMesh } from './mesh.ts';
import { type TabNode, createTabNode } from './node.libp2p.ts';
import { createRelayAccess } from './relay.libp2p.ts';
import type { RendezvousNotice } from './rendezvous-wire.ts';
import type { Room } from './room/room.ts';
import { deriveRoomKeys } from './room/room-keys.ts';
import type { Swarm } from './swarm.ts';

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
  /** The network is back: tries the relay now. */
  hurry(): void;
}

/** Puts mesh, dialler and membership on a libp2p node. */
export function createTabSwarm(options: TabSwarmOptions): TabSwarm {
  const { clock, random, log } = options;
  const self = asPeerId(peerIdFromPrivateKey(privateKeyFromProtobuf(options.privateKey)).toString());
  let running: Promise<Running> | undefined;
  let links: Links | undefined;
  let relayAddress: string | undefined;
  const members = new Set<PeerId>();

  const mesh = createMesh({
    self,
    clock,
    random,
    room: options.surroundings().room,
    onHandlerError: (protocol, error) => log(`The handler of ${protocol} failed: ${String(error)}`),
    onPeerChange(peer, change) {
      if (change === 'better') {
        if (mesh.kindOf(peer) === 'direct') dialler.forget(peer);
        return;
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
    async dial(peer, kind, timeoutMs, signal) {
      if (links === undefined || relayAddress === undefined)
        return err(failure('relay-lost', 'There is no relay to arrange the connection.'));
      return links.dial(relayAddress, peer, kind, timeoutMs, signal);
    },
    onFailure: (peer, kind, { type, message }) => log(`No ${kind} connection to ${peer}: ${type}, ${message}`),
  });

  const onNotice = (notice: RendezvousNotice): void => {
    switch (notice.t) {
      case 'members':
        // What was tried without a relay waits long for its next attempt; now it can work, or is over.
        for (const peer of members) dialler.forget(peer);
        members.clear();
        for (const peer of dialOrder(
          random,
          notice.members.map(({ peer }) => peer),
        )) {
          members.add(peer);
          if (mesh.kindOf(peer) !== 'direct') dialler.want(peer, true);
        }
        return;
      case 'joined':
        members.add(notice.member.peer);
        return dialler.want(notice.member.peer, false);
      case 'left':
        members.delete(notice.peer);
        dialler.forget(notice.peer);
        return mesh.suspect(notice.peer);
    }
  };

  const start = async (): Promise<Running> => {
    const { room, relayAddresses, iceServers } = options.surroundings();
    const node = await createTabNode({ privateKey: options.privateKey, iceServers });
    mesh.open(room);
    links = await openLinks(self, node, clock, mesh.adopt);
    const membership = keepMembership({
      relayAddresses,
      room: deriveRoomKeys(room).rendezvousName,
      clock,
      random,
      relay: createRelayAccess(node),
      onNotice,
      onJoin(join, address) {
        // While the relay is away its address still serves to show where this tab tries to go.
        relayAddress = address ?? relayAddress;
        if (join.step === 'retrying') log(`Not joined: ${join.reason}`);
        mesh.setJoin(join, relayAddress, []);
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
    hurry() {
      void running?.then(({ membership }) => membership.hurry());
    },
  };
}

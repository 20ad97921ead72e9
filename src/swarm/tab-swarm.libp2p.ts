import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { type Clock, type Random, asPeerId, err, failure } from '#vocabulary';
import { createDialler } from './paths/dialler.ts';
import { type Links, openLinks } from './transport/links.libp2p.ts';
import { type Membership, keepMembership } from './joining/membership.ts';
import { createMesh } from './session/mesh.ts';
import { type TabNode, createTabNode } from './transport/node.libp2p.ts';
import { OVERLAY_PROTOCOL } from './overlay/constants.ts';
import { createOverlay } from './overlay/overlay.ts';
import { createRelayAccess } from './joining/relay.libp2p.ts';
import type { BudgetState } from './paths/connection-budget.ts';
import { createPageBudget } from './paths/page-budget.browser.ts';
import { type IceAddress, createIceServers } from './paths/ice-servers.ts';
import type { RendezvousNotice } from './joining/rendezvous-wire.ts';
import type { Room } from './room/room.ts';
import { deriveRoomKeys } from './room/room-keys.ts';
import { createSigner, verifySignature } from './identity/signer.libp2p.ts';
import type { Swarm } from './swarm.ts';
import type { Wake } from './joining/wake.ts';

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

/** What connections are made with. */
export interface PathsState {
  /** Addresses of STUN and TURN servers that the relay gave last. */
  readonly handedOut: readonly string[];
  readonly budget: BudgetState;
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
  paths(): PathsState;
}

/** Puts mesh, dialler and membership on a libp2p node. */
export function createTabSwarm(options: TabSwarmOptions): TabSwarm {
  const { clock, random, log } = options;
  const self = asPeerId(peerIdFromPrivateKey(privateKeyFromProtobuf(options.privateKey)).toString());
  let running: Promise<Running> | undefined;
  let links: Links | undefined;
  let relayAddress: string | undefined;

  const iceServers = createIceServers(clock);
  const budget = createPageBudget(log);
  let handedOut: readonly string[] = [];
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
      overlay.gone(peer, change === 'silent' || change === 'closed' || change === 'lost-messages');
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
      const through = overlay.relayOf(peer) ?? relayAddress;
      if (links === undefined || through === undefined)
        return err(failure('relay-lost', 'There is no relay to arrange the connection.'));
      return links.dial(through, peer, way, timeoutMs, signal);
    },
    onFailure(peer, way, reason) {
      log(`No ${way} connection to ${peer}: ${reason.type}, ${reason.message}`);
      if (way === 'direct') mesh.setDirectFailure(peer, reason);
      if (reason.type === 'peer-left') overlay.notThere(peer);
    },
  });

  const overlay = createOverlay({
    self,
    clock,
    random,
    signer: createSigner(options.privateKey),
    verify: verifySignature,
    send: (peer, message) => void mesh.send(peer, OVERLAY_PROTOCOL, message),
    dial: dialler.want,
    forget: dialler.forget,
    close: mesh.prune,
    sample: () => void running?.then(({ membership }) => membership.sample()),
    isBusy: (peer) => links?.isBusy(peer) === true,
    onKnown: mesh.setKnown,
    onListenerError: (topic, error) => log(`The listener of ${topic} failed: ${String(error)}`),
  });
  mesh.handle(OVERLAY_PROTOCOL, overlay.receive);
  mesh.subscribe(() => overlay.sync(mesh.getState().peers));

  const onNotice = (notice: RendezvousNotice, toldBy: string): void => {
    switch (notice.t) {
      case 'members':
      case 'joined':
        return overlay.notice(notice, toldBy);
      case 'ice': {
        handedOut = notice.servers.flatMap(({ urls }) => urls);
        const before = iceServers.current().length;
        iceServers.set('relay', notice.servers, notice.ttlSeconds);
        // What failed for want of servers need not wait any longer.
        if (iceServers.current().length > before) dialler.hurry();
        return;
      }
      case 'left':
        overlay.notice(notice, toldBy);
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
    overlay.start();
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
        overlay.setRelay(join.step === 'joined', relayAddress);
        mesh.setJoin(join, relayAddress, relays);
      },
    });
    return { node, links, membership };
  };

  const stop = async ({ node, membership, links: open }: Running): Promise<void> => {
    membership.stop();
    dialler.stop();
    overlay.stop();
    mesh.close();
    await open.settled();
    await node.libp2p.stop();
    links = undefined;
    relayAddress = undefined;
    handedOut = [];
    mesh.setKnown([]);
    mesh.setJoin({ step: 'offline' }, undefined, []);
  };

  return {
    ...mesh,
    setAdvert(advert) {
      mesh.setAdvert(advert);
      overlay.setAdvert(advert);
    },
    send(peer, protocol, message) {
      overlay.used(peer);
      return mesh.send(peer, protocol, message);
    },
    connect: overlay.connect,
    broadcast: overlay.broadcast,
    onBroadcast: overlay.onBroadcast,
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
    paths: () => ({ handedOut, budget: budget.state() }),
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

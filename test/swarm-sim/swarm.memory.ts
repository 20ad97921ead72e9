import {
  type Advert,
  type JoinState,
  type Swarm,
  type SwarmPeer,
  type SwarmState,
  MAX_BROADCAST_BYTES,
  MAX_MESSAGE_BYTES,
} from '#swarm';
import { type Clock, type PeerId, type Random, err, failure, ok } from '#vocabulary';
import { EMPTY_ADVERT } from '../../src/swarm/session/advert.ts';
import { type Room, publicRoom, viewOfRoom } from '../../src/swarm/room/room.ts';
import { deriveRoomKeys } from '../../src/swarm/room/room-keys.ts';

export interface MemorySwarmOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way. A range is drawn from anew for every message; order per link is kept all the same. */
  readonly latencyMs: number | { readonly min: number; readonly max: number };
  /** How long the others take to notice a killed or unreachable peer. */
  readonly goneAfterMs?: number;
}

/** A whole swarm in one process: same port, no sockets, time from the clock it is given. */
export interface MemorySwarmNetwork {
  /** The swarm of one peer; it is online after `start()`. It sees those of the same room. */
  join(peer: PeerId, room?: Room): Swarm;
  /** A tab closed without goodbye: it neither sends nor receives any more, the others notice after `goneAfterMs`. */
  kill(peer: PeerId): void;
  /** Peers of different groups cannot reach each other; a peer in no group stays reachable by all. */
  partition(...groups: readonly (readonly PeerId[])[]): void;
  heal(): void;
  /** What handlers threw, in order. */
  readonly handlerErrors: readonly unknown[];
}

interface Member {
  readonly id: PeerId;
  readonly room: Room;
  /** What tells rooms apart. */
  readonly meetsAt: string;
  online: boolean;
  advert: Advert;
  join: JoinState;
  state: SwarmState;
  readonly peers: Map<PeerId, SwarmPeer>;
  readonly listeners: Set<() => void>;
  readonly goneListeners: Set<(peer: PeerId) => void>;
  readonly handlers: Map<string, (from: PeerId, message: Uint8Array) => void>;
}

/** One direction of a connection: what waits on it is delivered in order, or dropped when the connection ends. */
interface Link {
  /** Not whoever comes back under its name. */
  readonly to: Member;
  open: boolean;
  lastArrivalMs: number;
  held: (() => void)[];
}

export function createMemorySwarmNetwork(options: MemorySwarmOptions): MemorySwarmNetwork {
  const { clock, random, latencyMs, goneAfterMs = 4_000 } = options;
  const members = new Map<PeerId, Member>();
  const links = new Map<string, Link>();
  const handlerErrors: unknown[] = [];
  let groups: readonly ReadonlySet<PeerId>[] = [];

  const drawLatencyMs = (): number =>
    typeof latencyMs === 'number' ? latencyMs : latencyMs.min + random.next() * (latencyMs.max - latencyMs.min);
  const linkOf = (from: PeerId, to: PeerId): Link | undefined => links.get(`${from} ${to}`);
  const groupOf = (peer: PeerId): number => groups.findIndex((group) => group.has(peer));
  const isCut = (a: PeerId, b: PeerId): boolean => {
    const [left, right] = [groupOf(a), groupOf(b)];
    return left >= 0 && right >= 0 && left !== right;
  };

  const publish = (member: Member): void => {
    member.state = {
      join: member.join,
      relayAddress: member.online ? 'memory' : undefined,
      room: viewOfRoom(member.room),
      relays: member.online ? [{ address: 'memory', status: 'active' }] : [],
      peers: [...member.peers.values()],
      known: [],
    };
    for (const listener of [...member.listeners]) listener();
  };

  /** Runs `arrival` at the far end after the latency, in order, while the link lives. Held back during a partition. */
  const transmit = (from: Member, to: Member, arrival: () => void): void => {
    const link = linkOf(from.id, to.id);
    if (link?.to !== to) return;
    const arriveAtMs = Math.max(clock.now() + drawLatencyMs(), link.lastArrivalMs);
    link.lastArrivalMs = arriveAtMs;
    clock.after(arriveAtMs - clock.now(), () => {
      if (!link.open || !to.online) return;
      if (isCut(from.id, to.id) || link.held.length > 0) link.held.push(arrival);
      else arrival();
    });
  };

  const setPeer = (member: Member, peer: PeerId, change: Partial<SwarmPeer>): void => {
    const known = member.peers.get(peer);
    if (known === undefined) return;
    member.peers.set(peer, { ...known, ...change });
    publish(member);
  };

  const sendAdvert = (from: Member, to: Member): void => {
    const { advert } = from;
    transmit(from, to, () => {
      const wanted = to.advert.protocolVersion;
      const incompatible =
        advert.protocolVersion === wanted
          ? undefined
          : `speaks version ${advert.protocolVersion}, this tab speaks ${wanted}`;
      setPeer(to, from.id, { advert, incompatible });
    });
  };

  const loseLink = (near: Member, far: PeerId): void => {
    for (const key of [`${near.id} ${far}`, `${far} ${near.id}`]) {
      const link = links.get(key);
      if (link !== undefined) link.open = false;
      links.delete(key);
    }
    if (!near.peers.delete(far) || !near.online) return;
    publish(near);
    for (const listener of [...near.goneListeners]) listener(far);
  };

  const connect = (a: Member, b: Member): void => {
    if (!a.online || !b.online || a.meetsAt !== b.meetsAt || isCut(a.id, b.id)) return;
    if (a.peers.has(b.id) && b.peers.has(a.id)) return;
    // One side came back before the other noticed that it was gone: the old connection ends first.
    loseLink(a, b.id);
    loseLink(b, a.id);
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      links.set(`${near.id} ${far.id}`, { to: far, open: true, lastArrivalMs: clock.now(), held: [] });
      near.peers.set(far.id, {
        id: far.id,
        advert: undefined,
        kind: 'direct',
        roundTripMs: typeof latencyMs === 'number' ? 2 * latencyMs : latencyMs.min + latencyMs.max,
        connectedAtMs: clock.now(),
        incompatible: undefined,
      });
    }
    publish(a);
    publish(b);
    sendAdvert(a, b);
    sendAdvert(b, a);
  };

  const goOffline = (member: Member, noticedAfterMs: () => number): void => {
    if (!member.online) return;
    member.online = false;
    member.join = { step: 'offline' };
    for (const far of member.peers.keys()) {
      const other = members.get(far) as Member;
      const link = linkOf(member.id, far);
      clock.after(noticedAfterMs(), () => {
        // A peer that came back meanwhile has a new link, which this old loss must not touch.
        if (linkOf(member.id, far) === link) loseLink(other, member.id);
      });
    }
    member.peers.clear();
    publish(member);
  };

  const createSwarm = (member: Member): Swarm => {
    const swarm: Swarm = {
      self: member.id,
      async start() {
        if (member.online) return;
        member.online = true;
        member.join = { step: 'joined' };
        publish(member);
        for (const other of members.values())
          if (other !== member && other.online) clock.after(2 * drawLatencyMs(), () => connect(member, other));
      },
      async stop() {
        goOffline(member, drawLatencyMs);
      },
      getState: () => member.state,
      subscribe(listener) {
        member.listeners.add(listener);
        return () => member.listeners.delete(listener);
      },
      setAdvert(advert) {
        member.advert = advert;
        for (const far of member.peers.keys()) sendAdvert(member, members.get(far) as Member);
      },
      async send(peer, protocol, message) {
        if (!member.online) return err(failure('closed', 'This tab has left the swarm.'));
        if (message.byteLength > MAX_MESSAGE_BYTES)
          return err(failure('too-large', `${message.byteLength} bytes exceed the limit of ${MAX_MESSAGE_BYTES}.`));
        const known = member.peers.get(peer);
        if (known === undefined) return err(failure('not-connected', 'There is no connection to this peer.'));
        if (known.incompatible !== undefined)
          return err(failure('incompatible', `This peer ${known.incompatible}.`, 'Reload the older tab.'));
        const to = members.get(peer) as Member;
        const copy = message.slice();
        transmit(member, to, () => {
          if (to.peers.get(member.id)?.incompatible !== undefined) return;
          try {
            to.handlers.get(protocol)?.(member.id, copy);
          } catch (error) {
            handlerErrors.push(error);
          }
        });
        return ok(undefined);
      },
      connect: (peer) =>
        Promise.resolve(
          member.peers.has(peer) ? ok(undefined) : err(failure('unreachable', 'There is no connection to this peer.')),
        ),
      broadcast(topic, message) {
        if (!member.online) return err(failure('closed', 'This tab has left the swarm.'));
        if (message.byteLength > MAX_BROADCAST_BYTES)
          return err(failure('too-large', `${message.byteLength} bytes exceed the limit of ${MAX_BROADCAST_BYTES}.`));
        // Everybody is connected to everybody: one hop reaches all.
        for (const id of member.peers.keys()) void swarm.send(id, `/broadcast/${topic}`, message);
        return ok(undefined);
      },
      onBroadcast: (topic, listener) => swarm.handle(`/broadcast/${topic}`, listener),
      handle(protocol, onMessage) {
        if (member.handlers.has(protocol)) throw new Error(`protocol ${protocol} already has a handler`);
        member.handlers.set(protocol, onMessage);
        return () => member.handlers.delete(protocol);
      },
      onGone(listener) {
        member.goneListeners.add(listener);
        return () => member.goneListeners.delete(listener);
      },
    };
    return swarm;
  };

  return {
    handlerErrors,
    join(peer, room = publicRoom) {
      const join: JoinState = { step: 'offline' };
      const member: Member = {
        id: peer,
        room,
        meetsAt: deriveRoomKeys(room).rendezvousName,
        online: false,
        advert: EMPTY_ADVERT,
        join,
        state: { join, relayAddress: undefined, room: viewOfRoom(room), relays: [], peers: [], known: [] },
        peers: new Map(),
        listeners: new Set(),
        goneListeners: new Set(),
        handlers: new Map(),
      };
      if (members.get(peer)?.online === true) throw new Error(`${peer} is in the network already`);
      members.set(peer, member);
      return createSwarm(member);
    },
    kill(peer) {
      const member = members.get(peer);
      if (member !== undefined) goOffline(member, () => goneAfterMs);
    },
    partition(...parts) {
      groups = parts.map((part) => new Set(part));
      const cutAt = groups;
      clock.after(goneAfterMs, () => {
        if (groups !== cutAt) return;
        for (const a of members.values())
          for (const b of [...a.peers.keys()]) {
            if (!isCut(a.id, b)) continue;
            const other = members.get(b) as Member;
            loseLink(a, b);
            loseLink(other, a.id);
          }
      });
    },
    heal() {
      groups = [];
      for (const link of links.values()) for (const arrival of link.held.splice(0)) if (link.open) arrival();
      const online = [...members.values()].filter((member) => member.online);
      for (const [index, a] of online.entries())
        for (const b of online.slice(index + 1)) clock.after(2 * drawLatencyMs(), () => connect(a, b));
    },
  };
}

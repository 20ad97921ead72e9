import type { Clock, PeerId, Random } from '#vocabulary';
import { MAX_MEMBERS_TOLD, SAMPLE_INTERVAL_MS, TOLD_OF_NEWCOMER } from '../src/swarm/constants.ts';
import type { RendezvousNotice, RendezvousRequest, RoomMember } from '../src/swarm/joining/rendezvous-wire.ts';
import type { ClientAddress } from './client-address.ts';
import type { RelayLimits } from './limits.ts';
import { type Pool, createPool } from './member-pool.ts';
import { type RoomQuota, createRoomQuota } from './room-quota.ts';

/** One open rendezvous stream, as the rooms see it. */
export interface Visitor {
  readonly peer: PeerId;
  readonly address: ClientAddress;
  /** Queues a notice; never throws. */
  send(notice: RendezvousNotice): void;
  /** Ends the stream after what is queued. */
  close(): void;
}

/** Who is in a room of this relay, for the relays that share their registrations with it. */
export interface Registration {
  readonly room: string;
  readonly peer: PeerId;
}

export type RendezvousRefusal = 'second-join' | 'draining' | RoomRefusal;
type RoomRefusal = Exclude<ReturnType<RoomQuota['enter']>, undefined>;

export interface RendezvousOptions {
  readonly random: Random;
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<RelayLimits, 'rooms' | 'roomsPerAddress' | 'roomsPerPeer'>;
  /** A tab of this relay came (again) or went. */
  readonly onJoined?: (registration: Registration) => void;
  readonly onLeft?: (registration: Registration) => void;
  readonly onRefused?: (reason: RendezvousRefusal) => void;
}

/** Who is in which room, here and on other relays. Knows nothing of streams. */
export interface Rendezvous {
  /** What a visitor said. Anything out of place ends its visit. */
  receive(visitor: Visitor, request: RendezvousRequest): void;
  /** The visitor's stream has ended. */
  leave(visitor: Visitor): void;
  /** A tab came to a room on another relay, which is reached at `address`. */
  joinedElsewhere(registration: Registration, relay: string, address: string): void;
  leftElsewhere(registration: Registration, relay: string): void;
  /** Tells all visitors that this relay stops, and takes no more. */
  drain(): void;
  /** Everybody registered here. */
  registrations(): Iterable<Registration>;
  memberCount(): number;
  roomCount(): number;
}

interface Room {
  /** Everybody, wherever registered. */
  readonly everyone: Pool<PeerId>;
  readonly here: Pool<PeerId>;
  readonly visitors: Map<PeerId, Visitor>;
  /** Addresses of the relays at which members are registered, the latest last. */
  readonly elsewhere: Map<PeerId, Map<string, string>>;
}

interface Visit {
  readonly name: string;
  readonly room: Room;
  sampledMs: number;
}

const reasons: Readonly<Record<RendezvousRefusal, string>> = {
  'second-join': 'A stream joins one room, once.',
  draining: 'This relay stops soon; another takes you.',
  rooms: 'This relay holds no more rooms.',
  'rooms-of-address': 'Too many rooms were opened from your network.',
  'rooms-of-peer': 'You are in too many rooms.',
};

export function createRendezvous(options: RendezvousOptions): Rendezvous {
  const { random, clock, limits, onJoined, onLeft, onRefused } = options;
  const rooms = new Map<string, Room>();
  const visits = new Map<Visitor, Visit>();
  const quota = createRoomQuota(limits);
  let draining = false;

  const refuse = (visitor: Visitor, reason: RendezvousRefusal): void => {
    onRefused?.(reason);
    visitor.send({ t: 'refused', reason: reasons[reason] });
    visitor.close();
  };

  const roomNamed = (name: string): Room => {
    let room = rooms.get(name);
    if (room === undefined) {
      room = { everyone: createPool(), here: createPool(), visitors: new Map(), elsewhere: new Map() };
      rooms.set(name, room);
    }
    return room;
  };

  /** Members who are told of a newcomer. Each relay tells its share of them, so that together they tell a few. */
  const toldOfNewcomer = ({ everyone, here }: Room, newcomer: PeerId): readonly PeerId[] => {
    if (everyone.size <= MAX_MEMBERS_TOLD) return here.sample(random, here.size, newcomer);
    const share = (TOLD_OF_NEWCOMER * here.size) / everyone.size;
    const count = Math.floor(share) + (random.next() < share % 1 ? 1 : 0);
    return here.sample(random, count, newcomer);
  };
  const tellOfNewcomer = (room: Room, member: RoomMember): void => {
    for (const peer of toldOfNewcomer(room, member.peer)) room.visitors.get(peer)?.send({ t: 'joined', member });
  };
  /** Takes a member out that is registered nowhere any more. */
  const forget = (name: string, room: Room, peer: PeerId): void => {
    if (room.visitors.has(peer) || room.elsewhere.has(peer)) return;
    const told = room.everyone.size <= MAX_MEMBERS_TOLD;
    room.everyone.delete(peer);
    if (room.everyone.size === 0) rooms.delete(name);
    else if (told) for (const member of room.visitors.values()) member.send({ t: 'left', peer });
  };

  const tellMembers = (visitor: Visitor, visit: Visit): void => {
    const { room } = visit;
    visit.sampledMs = clock.now();
    const members = room.everyone.sample(random, MAX_MEMBERS_TOLD, visitor.peer).map((peer) => memberOf(room, peer));
    visitor.send({ t: 'members', members, total: room.everyone.size - 1 });
  };

  /** Ends the registration of a peer here. */
  const takeOut = (peer: PeerId, name: string): void => {
    const room = rooms.get(name);
    if (room === undefined) return;
    room.visitors.delete(peer);
    room.here.delete(peer);
    forget(name, room, peer);
    onLeft?.({ room: name, peer });
  };

  const join = (visitor: Visitor, name: string): void => {
    if (visits.has(visitor)) return refuse(visitor, 'second-join');
    if (draining) return refuse(visitor, 'draining');
    // The same peer again is a reloaded tab whose old stream has not ended yet.
    const earlier = rooms.get(name)?.visitors.get(visitor.peer);
    if (earlier !== undefined) {
      visits.delete(earlier);
      quota.leave(earlier, name);
      earlier.close();
    }
    const refusal = quota.enter(visitor, name);
    if (refusal !== undefined) {
      if (earlier !== undefined) takeOut(visitor.peer, name);
      return refuse(visitor, refusal);
    }
    const room = roomNamed(name);
    const visit: Visit = { name, room, sampledMs: 0 };
    room.everyone.add(visitor.peer);
    room.here.add(visitor.peer);
    room.visitors.set(visitor.peer, visitor);
    visits.set(visitor, visit);
    tellMembers(visitor, visit);
    tellOfNewcomer(room, { peer: visitor.peer });
    onJoined?.({ room: name, peer: visitor.peer });
  };

  return {
    receive(visitor, request) {
      if (request.t === 'join') return join(visitor, request.room);
      const visit = visits.get(visitor);
      if (request.t !== 'sample' || visit === undefined) return;
      if (clock.now() - visit.sampledMs >= SAMPLE_INTERVAL_MS) tellMembers(visitor, visit);
    },
    leave(visitor) {
      const visit = visits.get(visitor);
      if (visit === undefined) return;
      visits.delete(visitor);
      quota.leave(visitor, visit.name);
      takeOut(visitor.peer, visit.name);
    },
    joinedElsewhere({ room: name, peer }, relay, address) {
      const room = roomNamed(name);
      const relays = room.elsewhere.get(peer) ?? new Map<string, string>();
      // Again at the end: the latest registration is the one that works.
      relays.delete(relay);
      relays.set(relay, address);
      room.elsewhere.set(peer, relays);
      room.everyone.add(peer);
      if (!room.visitors.has(peer)) tellOfNewcomer(room, memberOf(room, peer));
    },
    leftElsewhere({ room: name, peer }, relay) {
      const room = rooms.get(name);
      const relays = room?.elsewhere.get(peer);
      if (room === undefined || relays === undefined) return;
      relays.delete(relay);
      if (relays.size > 0) return;
      room.elsewhere.delete(peer);
      forget(name, room, peer);
    },
    drain() {
      draining = true;
      for (const visitor of visits.keys()) visitor.send({ t: 'draining' });
    },
    *registrations() {
      for (const [room, { visitors }] of rooms) for (const peer of visitors.keys()) yield { room, peer };
    },
    memberCount: () => visits.size,
    roomCount: () => rooms.size,
  };
}

/** A member as it is told: one that is also here is reached here. */
function memberOf({ visitors, elsewhere }: Room, peer: PeerId): RoomMember {
  if (visitors.has(peer)) return { peer };
  const relay = [...(elsewhere.get(peer)?.values() ?? [])].at(-1);
  return relay === undefined ? { peer } : { peer, relay };
}

import type { PeerId } from '#vocabulary';
import { MAX_MEMBERS_TOLD } from '../src/swarm/constants.ts';
import type { RendezvousNotice, RendezvousRequest } from '../src/swarm/rendezvous-wire.ts';

/** One open rendezvous stream, as the rooms see it. */
export interface Visitor {
  readonly peer: PeerId;
  /** Queues a notice; never throws. */
  send(notice: RendezvousNotice): void;
  /** Ends the stream after what is queued. */
  close(): void;
}

/** Who is in which room. Knows nothing of streams and clocks. */
export interface Rendezvous {
  /** What a visitor said. Anything out of place ends its visit. */
  receive(visitor: Visitor, request: RendezvousRequest): void;
  /** The visitor's stream has ended. */
  leave(visitor: Visitor): void;
  memberCount(): number;
  roomCount(): number;
}

/**
 * A room costs a map entry; anybody can open rooms, so their number is bounded by more than the relay has
 * connections in ordinary use, and an empty room is forgotten at once.
 */
const MAX_ROOMS = 4096;

export function createRendezvous(): Rendezvous {
  const rooms = new Map<string, Map<PeerId, Visitor>>();
  const roomByVisitor = new Map<Visitor, string>();

  const refuse = (visitor: Visitor, reason: string): void => {
    visitor.send({ t: 'refused', reason });
    visitor.close();
  };

  const tellOthers = (members: ReadonlyMap<PeerId, Visitor>, but: PeerId, notice: RendezvousNotice): void => {
    for (const [peer, member] of members) if (peer !== but) member.send(notice);
  };

  const join = (visitor: Visitor, room: string): void => {
    if (roomByVisitor.has(visitor)) return refuse(visitor, 'A stream joins one room, once.');
    const members = rooms.get(room) ?? new Map<PeerId, Visitor>();
    const earlier = members.get(visitor.peer);
    if (members.size === 0 && rooms.size >= MAX_ROOMS) return refuse(visitor, 'This relay holds no more rooms.');

    // The same peer again is a reloaded tab whose old stream has not ended yet.
    if (earlier !== undefined) {
      roomByVisitor.delete(earlier);
      earlier.close();
      members.delete(visitor.peer);
    }
    rooms.set(room, members);
    const told = [...members.keys()].slice(0, MAX_MEMBERS_TOLD).map((peer) => ({ peer }));
    visitor.send({ t: 'members', members: told, total: members.size });
    tellOthers(members, visitor.peer, { t: 'joined', member: { peer: visitor.peer } });
    members.set(visitor.peer, visitor);
    roomByVisitor.set(visitor, room);
  };

  return {
    receive(visitor, request) {
      if (request.t === 'join') join(visitor, request.room);
    },
    leave(visitor) {
      const room = roomByVisitor.get(visitor);
      if (room === undefined) return;
      roomByVisitor.delete(visitor);
      const members = rooms.get(room);
      if (members?.get(visitor.peer) !== visitor) return;
      members.delete(visitor.peer);
      if (members.size === 0) rooms.delete(room);
      else tellOthers(members, visitor.peer, { t: 'left', peer: visitor.peer });
    },
    memberCount: () => roomByVisitor.size,
    roomCount: () => rooms.size,
  };
}

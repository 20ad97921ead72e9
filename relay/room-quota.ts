import type { PeerId } from '#vocabulary';
import { type ClientAddress, LOOPBACK } from './client-address.ts';
import type { RelayLimits } from './limits.ts';

interface Guest {
  readonly peer: PeerId;
  readonly address: ClientAddress;
}

/** Counts the rooms that tabs of this relay are in. */
export interface RoomQuota {
  /** Takes a place, or says which limit is reached. */
  enter(guest: Guest, room: string): 'rooms' | 'rooms-of-address' | 'rooms-of-peer' | undefined;
  leave(guest: Guest, room: string): void;
}

/** How many guests are in each room of one who asks. */
type Counts = Map<string, number>;

export function createRoomQuota(limits: Pick<RelayLimits, 'rooms' | 'roomsPerAddress' | 'roomsPerPeer'>): RoomQuota {
  const guestsByRoom: Counts = new Map();
  const roomsByAddress = new Map<ClientAddress, Counts>();
  const roomsByPeer = new Map<PeerId, Counts>();

  return {
    enter({ peer, address }, room) {
      if (!hasPlace(guestsByRoom, room, limits.rooms)) return 'rooms';
      if (address !== LOOPBACK && !hasPlace(roomsByAddress.get(address), room, limits.roomsPerAddress))
        return 'rooms-of-address';
      if (!hasPlace(roomsByPeer.get(peer), room, limits.roomsPerPeer)) return 'rooms-of-peer';
      increase(guestsByRoom, room);
      increase(countsOf(roomsByAddress, address), room);
      increase(countsOf(roomsByPeer, peer), room);
      return undefined;
    },
    leave({ peer, address }, room) {
      decrease(guestsByRoom, room);
      decreaseOf(roomsByAddress, address, room);
      decreaseOf(roomsByPeer, peer, room);
    },
  };
}

function hasPlace(counts: Counts | undefined, room: string, most: number): boolean {
  return counts === undefined || counts.has(room) || counts.size < most;
}

function increase(counts: Counts, room: string): void {
  counts.set(room, (counts.get(room) ?? 0) + 1);
}

function decrease(counts: Counts, room: string): void {
  const count = (counts.get(room) ?? 0) - 1;
  if (count > 0) counts.set(room, count);
  else counts.delete(room);
}

function countsOf<K>(all: Map<K, Counts>, key: K): Counts {
  let counts = all.get(key);
  if (counts === undefined) all.set(key, (counts = new Map()));
  return counts;
}

function decreaseOf<K>(all: Map<K, Counts>, key: K, room: string): void {
  const counts = all.get(key);
  if (counts === undefined) return;
  decrease(counts, room);
  if (counts.size === 0) all.delete(key);
}

import { type Failure, type Result, ok, sha256Hex } from '#vocabulary';
import { type Room, type SwarmSurroundings, inviteLink, parseInvitation, publicRoom } from '#swarm';
import { MAX_ROOMS_KEPT } from './network-defaults.ts';
import type { NetworkMemory, RememberedRoom } from './network-memory.ts';

type Rooms = Pick<NetworkMemory, 'rooms' | 'roomId'>;

/** The room and how to get into it again; undefined for a public one, which needs no remembering. */
export function rememberRoom(room: Room, nowMs: number): RememberedRoom | undefined {
  if (room.secret === undefined) return undefined;
  // Two names for one secret are one room.
  const id = sha256Hex(room.secret).slice(0, 16);
  return { id, name: room.name, invitation: fragmentOf(room), lastUsedMs: nowMs };
}

/** `room=…`: what stands behind the `#` of a link. */
function fragmentOf(room: Room): string {
  return inviteLink(room, '').slice('/#'.length);
}

/** What an invitation leads to; undefined where it speaks of no private room. */
export function readInvitation(text: string, nowMs: number): Result<RememberedRoom | undefined, Failure> {
  const parsed = parseInvitation(text);
  if (!parsed.ok) return parsed;
  return ok(parsed.value === undefined ? undefined : rememberRoom(parsed.value, nowMs));
}

/** With this room in front and entered; the one that was left longest ago makes place. */
export function enter<T extends Rooms>(memory: T, room: RememberedRoom | undefined): T {
  if (room === undefined) return { ...memory, roomId: undefined };
  const others = memory.rooms.filter(({ id }) => id !== room.id);
  return { ...memory, rooms: [room, ...others].slice(0, MAX_ROOMS_KEPT), roomId: room.id };
}

export function forget<T extends Rooms>(memory: T, id: string): T {
  return {
    ...memory,
    rooms: memory.rooms.filter((room) => room.id !== id),
    roomId: memory.roomId === id ? undefined : memory.roomId,
  };
}

/** Where and through what the swarm is to meet others from its next start on. */
export function readSurroundings(memory: NetworkMemory, namedRelays: readonly string[] = []): SwarmSurroundings {
  return {
    room: currentRoom(memory),
    moreRelays: [...new Set([...memory.relays, ...namedRelays])],
    iceServers: memory.iceServers.map(({ url, username, credential }) => ({
      urls: [url],
      ...(username === '' ? {} : { username, credential }),
    })),
  };
}

/** The room a swarm is to enter. What is stored is read like any other invitation. */
function currentRoom({ rooms, roomId }: Rooms): Room {
  const kept = rooms.find(({ id }) => id === roomId);
  const parsed = kept === undefined ? undefined : parseInvitation(kept.invitation);
  return (parsed?.ok === true ? parsed.value : undefined) ?? publicRoom;
}

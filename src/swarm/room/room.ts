import { type Random } from '#vocabulary';
import { cleanName } from '../session/advert.ts';
import { DEFAULT_ROOM } from '../constants.ts';
import { isRoomName } from '../joining/rendezvous-wire.ts';
import type { RoomView } from '../swarm.ts';

/**
 * Bits of a secret bound how often one guess would have to be tried against everything a relay sees: 128 are beyond
 * anybody, and keep a link short enough for a QR code.
 */
export const ROOM_SECRET_BYTES = 16;

/** Where tabs meet. Whoever holds the secret is in; a room without one is open to all who know its name. */
export interface Room {
  /** Shown to people. Of a public room also what the relay knows it by. */
  readonly name: string;
  /** ROOM_SECRET_BYTES random bytes; absent for a public room. */
  readonly secret?: Uint8Array;
}

/** The room everybody is in unless invited elsewhere. */
export const publicRoom: Room = { name: DEFAULT_ROOM };

/** A new private room. `name` is cleaned; an empty one becomes "room". */
export function createRoom(name: string, random: Random): Room {
  return { name: cleanName(name) || 'room', secret: random.bytes(ROOM_SECRET_BYTES) };
}

/** Whether tabs can meet in it: rooms come from storage and links as well as from `createRoom`. */
export function isRoom({ name, secret }: Room): boolean {
  if (secret === undefined) return isRoomName(name);
  return secret.byteLength === ROOM_SECRET_BYTES && name !== '' && cleanName(name) === name;
}

export function viewOfRoom({ name, secret }: Room): RoomView {
  return { name, isPrivate: secret !== undefined };
}

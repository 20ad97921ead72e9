import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type PeerId, bytesToHex } from '#vocabulary';
import type { Room } from './room.ts';

/** HMAC-SHA-256, cut to half: as hard to guess as the secret itself. */
export const PROOF_BYTES = 16;
/** With its prefix the derived name is 50 of the 64 characters that a relay allows. */
const DERIVED_NAME_BYTES = 24;

/** What a room's secret is good for, without the secret. */
export interface RoomKeys {
  /** The room's name towards relays: says nothing about name or secret of a private room. */
  readonly rendezvousName: string;
  /** What `from` shows to `to`, and to nobody else, to prove that it is in the room. */
  prove(from: PeerId, to: PeerId): Uint8Array;
  /** Whether `proof` is what `from` has to show to `to`. */
  verify(proof: Uint8Array, from: PeerId, to: PeerId): boolean;
}

const text = new TextEncoder();

/**
 * HKDF (RFC 5869) over the secret; over the name for a public room, whose proofs therefore keep nobody out but tell
 * rooms apart. A proof names both peers in order: the connection has authenticated both, so that a proof overheard or
 * received is of no use to anybody else, nor to its receiver.
 */
export function deriveRoomKeys(room: Room): RoomKeys {
  const [salt, material] =
    room.secret === undefined
      ? ['peerage public room 1', text.encode(room.name)]
      : ['peerage private room 1', room.secret];
  const derive = (purpose: string, length: number): Uint8Array =>
    hkdf(sha256, material, text.encode(salt), text.encode(purpose), length);
  const proofKey = derive('proof of membership', 32);
  const prove = (from: PeerId, to: PeerId): Uint8Array =>
    hmac(sha256, proofKey, text.encode(`${from} ${to}`)).slice(0, PROOF_BYTES);

  return {
    rendezvousName:
      room.secret === undefined ? room.name : `p-${bytesToHex(derive('name for relays', DERIVED_NAME_BYTES))}`,
    prove,
    verify: (proof, from, to) => equalInConstantTime(proof, prove(from, to)),
  };
}

/** Takes as long for a guess that is nearly right as for any other. */
function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] as number);
  return difference === 0;
}

import * as v from 'valibot';
import {
  type Canonical,
  type Failure,
  type PeerId,
  type Result,
  asPeerId,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  ok,
} from '#vocabulary';
import { MAX_RENDEZVOUS_BYTES, MAX_ROOM_MEMBERS, MAX_ROOM_NAME_LENGTH } from './constants.ts';

/*
 * Rendezvous: how tabs find each other. One stream of protocol RENDEZVOUS_PROTOCOL from a tab to the relay, open as
 * long as the tab is in the room. Every message is canonical CBOR, prefixed by its length as an unsigned varint,
 * at most MAX_RENDEZVOUS_BYTES.
 *
 * tab -> relay
 *   {t: "join", room}          first message; room: 1 to 64 of [a-z0-9-]
 *   {t: "alive"}               answer to "alive?"
 * relay -> tab
 *   {t: "members", peers}      answer to "join": who is there already, at most 512 ids, without the newcomer
 *   {t: "joined", peer}        somebody came; the newcomer connects, the others wait
 *   {t: "left", peer}          somebody's connection to the relay ended
 *   {t: "alive?"}              sign of life wanted
 *   {t: "refused", reason}     the stream ends after it; reason: up to 200 characters for a person
 */

export type RendezvousRequest = { readonly t: 'join'; readonly room: string } | { readonly t: 'alive' };

export type RendezvousNotice =
  | { readonly t: 'members'; readonly peers: readonly PeerId[] }
  | { readonly t: 'joined'; readonly peer: PeerId }
  | { readonly t: 'left'; readonly peer: PeerId }
  | { readonly t: 'alive?' }
  | { readonly t: 'refused'; readonly reason: string };

export type RendezvousWireError = Failure<'malformed-rendezvous'>;

// Base58btc text of an identity multihash; every key type libp2p knows is within these lengths.
const peerId = v.pipe(
  v.string(),
  v.regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/),
  v.transform((text) => asPeerId(text)),
);
const roomName = v.pipe(v.string(), v.regex(new RegExp(`^[a-z0-9-]{1,${MAX_ROOM_NAME_LENGTH}}$`)));

const requestSchema = v.variant('t', [
  v.strictObject({ t: v.literal('join'), room: roomName }),
  v.strictObject({ t: v.literal('alive') }),
]);

const noticeSchema = v.variant('t', [
  v.strictObject({ t: v.literal('members'), peers: v.pipe(v.array(peerId), v.maxLength(MAX_ROOM_MEMBERS)) }),
  v.strictObject({ t: v.literal('joined'), peer: peerId }),
  v.strictObject({ t: v.literal('left'), peer: peerId }),
  v.strictObject({ t: v.literal('alive?') }),
  v.strictObject({ t: v.literal('refused'), reason: v.pipe(v.string(), v.maxLength(200)) }),
]);

export function isRoomName(text: string): boolean {
  return v.is(roomName, text);
}

export function encodeRendezvous(message: RendezvousRequest | RendezvousNotice): Uint8Array {
  return encodeCanonical(message as Canonical);
}

export function decodeRendezvousRequest(bytes: Uint8Array): Result<RendezvousRequest, RendezvousWireError> {
  return decode(requestSchema, bytes);
}

export function decodeRendezvousNotice(bytes: Uint8Array): Result<RendezvousNotice, RendezvousWireError> {
  return decode(noticeSchema, bytes);
}

function decode<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array): Result<T, RendezvousWireError> {
  if (bytes.byteLength > MAX_RENDEZVOUS_BYTES)
    return err(failure('malformed-rendezvous', `A rendezvous message of ${bytes.byteLength} bytes is too long.`));
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err(failure('malformed-rendezvous', decoded.error.message));
  const parsed = v.safeParse(schema, decoded.value);
  if (parsed.success) return ok(parsed.output);
  return err(failure('malformed-rendezvous', `Not a rendezvous message: ${parsed.issues[0].message}`));
}

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
import {
  MAX_ICE_SERVERS,
  MAX_MEMBERS_TOLD,
  MAX_RELAY_ADDRESS_LENGTH,
  MAX_RENDEZVOUS_BYTES,
  MAX_ROOM_NAME_LENGTH,
} from '../constants.ts';

/*
 * Rendezvous: how tabs find each other. One stream of protocol RENDEZVOUS_PROTOCOL from a tab to the relay, open as
 * long as the tab is in the room. Every message is canonical CBOR, prefixed by its length as an unsigned varint,
 * at most MAX_RENDEZVOUS_BYTES.
 *
 * tab -> relay
 *   {t: "join", room}           first message; room: 1 to 64 of [a-z0-9-]
 *   {t: "alive"}                answer to "alive?"
 *   {t: "sample"}               wants another "members"; answered at most once in SAMPLE_INTERVAL_MS
 * relay -> tab
 *   {t: "members", peers, total}  who is there: all, or of a large room a random sample of at most 64, without the
 *                               asking tab; total: members of the room on all relays, without the asking tab
 *   {t: "joined", peer}         somebody came; the newcomer connects, the others wait. In a large room a few are told
 *   {t: "left", peer}           somebody's connection to its relay ended. In a large room nobody is told
 *   {t: "ice", servers, ttlS}   STUN and TURN servers to use for the next ttlS seconds; comes before the
 *                               first "members", where there are any, and again in time
 *   {t: "draining"}             this relay stops soon: go to another, connections between tabs stay
 *   {t: "alive?"}               sign of life wanted
 *   {t: "refused", reason}      the stream ends after it; reason: up to 200 characters for a person
 *
 * peer of "joined" and in peers: {p: id} or {p: id, r: address}, where r is the multiaddr of the relay that the peer
 * is at when it is not this one; servers: [{u: [url], n?: username, c?: credential}].
 */

/** A member of the room; `relay`: multiaddr of the relay through which it is reached, undefined for the one that tells. */
export interface RoomMember {
  readonly peer: PeerId;
  readonly relay?: string;
}

export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export type RendezvousRequest =
  | { readonly t: 'join'; readonly room: string }
  | { readonly t: 'alive' }
  | { readonly t: 'sample' };

export type RendezvousNotice =
  | { readonly t: 'members'; readonly members: readonly RoomMember[]; readonly total: number }
  | { readonly t: 'joined'; readonly member: RoomMember }
  | { readonly t: 'left'; readonly peer: PeerId }
  | { readonly t: 'ice'; readonly servers: readonly IceServer[]; readonly ttlSeconds: number }
  | { readonly t: 'draining' }
  | { readonly t: 'alive?' }
  | { readonly t: 'refused'; readonly reason: string };

export type RendezvousWireError = Failure<'malformed-rendezvous'>;

const roomName = v.pipe(v.string(), v.regex(new RegExp(`^[a-z0-9-]{1,${MAX_ROOM_NAME_LENGTH}}$`)));

/** Base58btc text of an identity multihash; every key type libp2p knows is within these lengths. */
export const peerIdSchema = v.pipe(
  v.string(),
  v.regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/),
  v.transform((text) => asPeerId(text)),
);
/** A relay is reached by WebSocket and nothing else: no other transport may be slipped into a dial. */
const relayAddress = v.pipe(
  v.string(),
  v.maxLength(MAX_RELAY_ADDRESS_LENGTH),
  v.regex(
    /^\/(?:dns|dns4|dns6|ip4|ip6)\/[A-Za-z0-9.:-]{1,253}\/tcp\/\d{1,5}(?:\/tls)?\/wss?\/p2p\/[1-9A-HJ-NP-Za-km-z]{40,64}$/,
  ),
);
const member = v.pipe(
  v.strictObject({ p: peerIdSchema, r: v.exactOptional(relayAddress) }),
  v.transform(({ p, r }): RoomMember => (r === undefined ? { peer: p } : { peer: p, relay: r })),
);
const iceUrl = v.pipe(v.string(), v.maxLength(300), v.regex(/^(?:stuns?|turns?):[\x21-\x7e]+$/));
const iceServer = v.pipe(
  v.strictObject({
    u: v.pipe(v.array(iceUrl), v.minLength(1), v.maxLength(MAX_ICE_SERVERS)),
    n: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
    c: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
  }),
  v.transform(({ u, n, c }): IceServer => ({
    urls: u,
    ...(n === undefined ? {} : { username: n }),
    ...(c === undefined ? {} : { credential: c }),
  })),
);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const requestSchema = v.variant('t', [
  v.strictObject({ t: v.literal('join'), room: roomName }),
  v.strictObject({ t: v.literal('alive') }),
  v.strictObject({ t: v.literal('sample') }),
]);

const noticeSchema = v.variant('t', [
  v.pipe(
    v.strictObject({
      t: v.literal('members'),
      peers: v.pipe(v.array(member), v.maxLength(MAX_MEMBERS_TOLD)),
      total: count,
    }),
    v.transform(({ t, peers, total }) => ({ t, members: peers, total })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('joined'), peer: member }),
    v.transform(({ t, peer }) => ({ t, member: peer })),
  ),
  v.strictObject({ t: v.literal('left'), peer: peerIdSchema }),
  v.pipe(
    v.strictObject({
      t: v.literal('ice'),
      servers: v.pipe(v.array(iceServer), v.maxLength(MAX_ICE_SERVERS)),
      ttlS: v.pipe(count, v.minValue(1), v.maxValue(7 * 24 * 3600)),
    }),
    v.transform(({ t, servers, ttlS }) => ({ t, servers, ttlSeconds: ttlS })),
  ),
  v.strictObject({ t: v.literal('draining') }),
  v.strictObject({ t: v.literal('alive?') }),
  v.strictObject({ t: v.literal('refused'), reason: v.pipe(v.string(), v.maxLength(200)) }),
]);

export function isRoomName(text: string): boolean {
  return v.is(roomName, text);
}

/** Whether a text is the multiaddr of a relay, as a person may type it or another relay may tell it. */
export function isRelayAddress(text: string): boolean {
  return v.is(relayAddress, text);
}

/** Whether a text is the address of a STUN or TURN server. */
export function isIceUrl(text: string): boolean {
  return v.is(iceUrl, text);
}

export function encodeRendezvous(message: RendezvousRequest | RendezvousNotice): Uint8Array {
  return encodeCanonical(wireForm(message));
}

export function decodeRendezvousRequest(bytes: Uint8Array): Result<RendezvousRequest, RendezvousWireError> {
  return decode(requestSchema, bytes);
}

export function decodeRendezvousNotice(bytes: Uint8Array): Result<RendezvousNotice, RendezvousWireError> {
  return decode(noticeSchema, bytes);
}

function wireForm(message: RendezvousRequest | RendezvousNotice): Canonical {
  switch (message.t) {
    case 'members':
      return { t: 'members', peers: message.members.map(wireMember), total: message.total };
    case 'joined':
      return { t: 'joined', peer: wireMember(message.member) };
    case 'ice':
      return { t: 'ice', servers: message.servers.map(wireServer), ttlS: message.ttlSeconds };
    default:
      return message;
  }
}

function wireMember({ peer, relay }: RoomMember): Canonical {
  return relay === undefined ? { p: peer } : { p: peer, r: relay };
}

function wireServer({ urls, username, credential }: IceServer): Canonical {
  return {
    u: urls,
    ...(username === undefined ? {} : { n: username }),
    ...(credential === undefined ? {} : { c: credential }),
  };
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

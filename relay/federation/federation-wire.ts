import * as v from 'valibot';
import {
  type Canonical,
  type Failure,
  type PeerId,
  type Result,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  ok,
} from '#vocabulary';
import { MAX_RELAY_ADDRESS_LENGTH } from '../../src/swarm/constants.ts';
import { isRelayAddress, isRoomName, peerIdSchema } from '../../src/swarm/joining/rendezvous-wire.ts';

/*
 * What relays of one swarm tell each other: who is registered at which. One gossipsub topic, FEDERATION_TOPIC; every
 * message is canonical CBOR of at most MAX_FEDERATION_BYTES, signed by the relay that wrote it.
 *
 * In every message: e: when the writer started, in ms (a restarted relay knows nothing of its former tabs);
 * a: multiaddr at which tabs reach the writer; n: number of its latest change, counted from 0 at the start.
 *   {t: "here"}                 sign of life, every HEARTBEAT_MS
 *   {t: "change", j, l}         change number n: who came (again) and who went; [[room, [peer]]]
 *   {t: "all", i, of, m}        part i of `of` of everybody as of change n; [[room, [peer]]]
 *   {t: "ask", of}              the writer wants "all" from the relay with this id
 *   {t: "bye"}                  the writer stops: its registrations end
 */

export const FEDERATION_TOPIC = '/peerage/relays/1';
/** Longest message on the wire. */
export const MAX_FEDERATION_BYTES = 64 * 1024;
/** What a writer puts into one message, so that it stays below the limit with all around it. */
const FILL_BYTES = 40 * 1024;
/** Tabs of one relay that the others remember. */
export const MAX_REGISTRATIONS = 16_384;
/** With one tab a room, the longest form, MAX_REGISTRATIONS take 59 parts. */
export const MAX_PARTS = 128;

export interface RoomPeers {
  readonly room: string;
  readonly peers: readonly PeerId[];
}

interface Head {
  readonly epoch: number;
  readonly address: string;
  readonly number: number;
}

export type Change = Head & {
  readonly t: 'change';
  readonly joined: readonly RoomPeers[];
  readonly left: readonly RoomPeers[];
};
export type SnapshotPart = Head & {
  readonly t: 'all';
  readonly part: number;
  readonly parts: number;
  readonly members: readonly RoomPeers[];
};
export type FederationMessage =
  | (Head & { readonly t: 'here' })
  | Change
  | SnapshotPart
  | (Head & { readonly t: 'ask'; readonly of: string })
  | (Head & { readonly t: 'bye' });

export type FederationWireError = Failure<'malformed-federation'>;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const address = v.pipe(
  v.string(),
  v.maxLength(MAX_RELAY_ADDRESS_LENGTH),
  v.check(isRelayAddress, 'not a relay address'),
);
const roomPeers = v.pipe(
  v.strictTuple([
    v.pipe(v.string(), v.check(isRoomName, 'not a room')),
    v.pipe(v.array(peerIdSchema), v.minLength(1), v.maxLength(2048)),
  ]),
  v.transform(([room, peers]): RoomPeers => ({ room, peers })),
);
const rooms = v.pipe(v.array(roomPeers), v.maxLength(2048));
const head = { e: count, a: address, n: count };
const headOf = ({ e, a, n }: { e: number; a: string; n: number }): Head => ({ epoch: e, address: a, number: n });

const schema = v.variant('t', [
  v.pipe(
    v.strictObject({ t: v.literal('here'), ...head }),
    v.transform((read) => ({ t: read.t, ...headOf(read) })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('change'), ...head, j: rooms, l: rooms }),
    v.transform((read) => ({ t: read.t, ...headOf(read), joined: read.j, left: read.l })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('all'), ...head, i: count, of: v.pipe(count, v.maxValue(MAX_PARTS)), m: rooms }),
    v.check(({ i, of }) => i < of, 'a part beyond the last'),
    v.transform((read) => ({ t: read.t, ...headOf(read), part: read.i, parts: read.of, members: read.m })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('ask'), ...head, of: peerIdSchema }),
    v.transform((read) => ({ t: read.t, ...headOf(read), of: read.of })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('bye'), ...head }),
    v.transform((read) => ({ t: read.t, ...headOf(read) })),
  ),
]);

export function encodeFederation(message: FederationMessage): Uint8Array {
  return encodeCanonical({ t: message.t, e: message.epoch, a: message.address, n: message.number, ...bodyOf(message) });
}

function bodyOf(message: FederationMessage): { readonly [key: string]: Canonical } {
  switch (message.t) {
    case 'change':
      return { j: message.joined.map(pairOf), l: message.left.map(pairOf) };
    case 'all':
      return { i: message.part, of: message.parts, m: message.members.map(pairOf) };
    case 'ask':
      return { of: message.of };
    default:
      return {};
  }
}

const pairOf = ({ room, peers }: RoomPeers): Canonical => [room, peers];

export function decodeFederation(bytes: Uint8Array): Result<FederationMessage, FederationWireError> {
  if (bytes.byteLength > MAX_FEDERATION_BYTES)
    return err(failure('malformed-federation', `A message of ${bytes.byteLength} bytes is too long.`));
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err(failure('malformed-federation', decoded.error.message));
  const parsed = v.safeParse(schema, decoded.value);
  if (parsed.success) return ok(parsed.output);
  return err(failure('malformed-federation', `Not a message of a relay: ${parsed.issues[0].message}`));
}

/** Registrations in as many groups as messages are needed for them; at least one, if only an empty one. */
export function inMessages(registrations: Iterable<{ readonly room: string; readonly peer: PeerId }>): RoomPeers[][] {
  const groups: RoomPeers[][] = [];
  let group = new Map<string, PeerId[]>();
  let bytes = 0;
  const close = (): void => {
    groups.push([...group].map(([room, peers]) => ({ room, peers })));
    group = new Map();
    bytes = 0;
  };
  for (const { room, peer } of registrations) {
    const peers = group.get(room);
    // Lengths and brackets take up to three bytes each.
    bytes += peer.length + 3 + (peers === undefined ? room.length + 9 : 0);
    if (peers === undefined) group.set(room, [peer]);
    else peers.push(peer);
    if (bytes > FILL_BYTES) close();
  }
  if (group.size > 0 || groups.length === 0) close();
  return groups;
}

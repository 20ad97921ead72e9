import * as v from 'valibot';
import {
  type Canonical,
  type Failure,
  type Result,
  bytesToHex,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  hexToBytes,
  ok,
} from '#vocabulary';
import { MAX_BROADCAST_BYTES } from '../constants.ts';
import { type Card, MAX_CARD_BYTES, decodeCard } from './card.ts';
import { FORWARD_HOPS, MAX_HOPS, MAX_IDS_TOLD, MAX_TOPIC_BYTES, MESSAGE_ID_BYTES, SHUFFLE_CARDS } from './constants.ts';

/*
 * Overlay: what neighbours say to keep the mesh, as messages of OVERLAY_PROTOCOL. Each is canonical CBOR; cards are the
 * bytes that `card.ts` describes.
 *
 * membership (HyParView)
 *   {t: "neighbour", urgent, first, card?}  wants to be a neighbour; urgent: has too few; first: its first, pass it on
 *   {t: "accept", card?}            is one from now on
 *   {t: "refuse", cards}            has enough; here are others
 *   {t: "part"}                     would rather part
 *   {t: "parted"}                   agrees: the asking side closes
 *   {t: "stay"}                     does not agree, or not any more
 *   {t: "forward", card, ttl}       a newcomer, on a walk of at most FORWARD_HOPS
 *   {t: "shuffle", cards}           some cards; answered by
 *   {t: "reply", cards}             others
 * gossip (Plumtree)
 *   {t: "say", topic, body, hops}   a broadcast
 *   {t: "have", ids}                has these (16 bytes each), ask for them
 *   {t: "graft", id?}               send this one, and all later ones at once
 *   {t: "prune"}                    announce instead of sending
 */

export type MembershipMessage =
  | { readonly t: 'neighbour'; readonly urgent: boolean; readonly first: boolean; readonly card: Card | undefined }
  | { readonly t: 'accept'; readonly card: Card | undefined }
  | { readonly t: 'refuse'; readonly cards: readonly Card[] }
  | { readonly t: 'part' }
  | { readonly t: 'parted' }
  | { readonly t: 'stay' }
  | { readonly t: 'forward'; readonly card: Card; readonly ttl: number }
  | { readonly t: 'shuffle'; readonly cards: readonly Card[] }
  | { readonly t: 'reply'; readonly cards: readonly Card[] };

export type GossipMessage =
  | { readonly t: 'say'; readonly topic: string; readonly body: Uint8Array; readonly hops: number }
  | { readonly t: 'have'; readonly ids: readonly string[] }
  | { readonly t: 'graft'; readonly id: string | undefined }
  | { readonly t: 'prune' };

export type OverlayMessage = MembershipMessage | GossipMessage;
export type OverlayWireError = Failure<'malformed-overlay'>;

/** Longest message: a broadcast, or a full exchange of cards, and room to spare. */
export const MAX_OVERLAY_BYTES = Math.max(MAX_BROADCAST_BYTES, SHUFFLE_CARDS * MAX_CARD_BYTES) + 1024;

const text = new TextEncoder();

export function isTopic(topic: string): boolean {
  const { byteLength } = text.encode(topic);
  return byteLength > 0 && byteLength <= MAX_TOPIC_BYTES && topic.isWellFormed();
}

const card = v.pipe(
  v.instance(Uint8Array),
  v.transform((sealed) => decodeCard(sealed)),
  v.check((decoded) => decoded !== undefined, 'not a card'),
  v.transform((decoded) => decoded as Card),
);
const cards = v.pipe(v.array(card), v.maxLength(SHUFFLE_CARDS));
const id = v.pipe(
  v.instance(Uint8Array),
  v.check(({ byteLength }) => byteLength === MESSAGE_ID_BYTES, 'not an id'),
  v.transform((bytes) => bytesToHex(bytes)),
);
const upTo = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(most));

const schema = v.variant('t', [
  v.pipe(
    v.strictObject({ t: v.literal('neighbour'), urgent: v.boolean(), first: v.boolean(), card: v.exactOptional(card) }),
    v.transform((message) => ({ ...message, card: message.card })),
  ),
  v.pipe(
    v.strictObject({ t: v.literal('accept'), card: v.exactOptional(card) }),
    v.transform((message) => ({ ...message, card: message.card })),
  ),
  v.strictObject({ t: v.literal('refuse'), cards }),
  v.strictObject({ t: v.literal('part') }),
  v.strictObject({ t: v.literal('parted') }),
  v.strictObject({ t: v.literal('stay') }),
  v.strictObject({ t: v.literal('forward'), card, ttl: upTo(FORWARD_HOPS) }),
  v.strictObject({ t: v.literal('shuffle'), cards }),
  v.strictObject({ t: v.literal('reply'), cards }),
  v.strictObject({
    t: v.literal('say'),
    topic: v.pipe(v.string(), v.check(isTopic, 'not a topic')),
    body: v.pipe(
      v.instance(Uint8Array),
      v.check(({ byteLength }) => byteLength <= MAX_BROADCAST_BYTES, 'too long'),
    ),
    hops: upTo(MAX_HOPS),
  }),
  v.strictObject({ t: v.literal('have'), ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(MAX_IDS_TOLD)) }),
  v.pipe(
    v.strictObject({ t: v.literal('graft'), id: v.exactOptional(id) }),
    v.transform((message) => ({ t: message.t, id: message.id })),
  ),
  v.strictObject({ t: v.literal('prune') }),
]);

export function encodeOverlay(message: OverlayMessage): Uint8Array {
  return encodeCanonical(wireForm(message));
}

/** Reads anything a peer may send. The cards in it are well-formed; whether their peers made them is still to be checked. */
export function decodeOverlay(bytes: Uint8Array): Result<OverlayMessage, OverlayWireError> {
  if (bytes.byteLength > MAX_OVERLAY_BYTES) return malformed(`${bytes.byteLength} bytes are too long`);
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const parsed = v.safeParse(schema, decoded.value);
  return parsed.success ? ok(parsed.output) : malformed(parsed.issues[0].message);
}

export function isGossip(message: OverlayMessage): message is GossipMessage {
  return message.t === 'say' || message.t === 'have' || message.t === 'graft' || message.t === 'prune';
}

/** All cards in a message, for checking. */
export function cardsIn(message: OverlayMessage): readonly Card[] {
  switch (message.t) {
    case 'refuse':
    case 'shuffle':
    case 'reply':
      return message.cards;
    case 'forward':
      return [message.card];
    case 'neighbour':
    case 'accept':
      return message.card === undefined ? [] : [message.card];
    default:
      return [];
  }
}

/** The message with only those cards; undefined when nothing is left to say. */
export function keepCards(message: OverlayMessage, isKept: (card: Card) => boolean): OverlayMessage | undefined {
  switch (message.t) {
    case 'refuse':
    case 'shuffle':
    case 'reply':
      return { ...message, cards: message.cards.filter(isKept) };
    case 'forward':
      return isKept(message.card) ? message : undefined;
    case 'neighbour':
    case 'accept':
      return message.card === undefined || isKept(message.card) ? message : { ...message, card: undefined };
    default:
      return message;
  }
}

function wireForm(message: OverlayMessage): Canonical {
  switch (message.t) {
    case 'neighbour':
      return {
        t: message.t,
        urgent: message.urgent,
        first: message.first,
        ...(message.card === undefined ? {} : { card: message.card.sealed }),
      };
    case 'accept':
      return { t: message.t, ...(message.card === undefined ? {} : { card: message.card.sealed }) };
    case 'refuse':
    case 'shuffle':
    case 'reply':
      return { t: message.t, cards: message.cards.map(({ sealed }) => sealed) };
    case 'forward':
      return { t: message.t, card: message.card.sealed, ttl: message.ttl };
    case 'have':
      return { t: message.t, ids: message.ids.map((each) => hexToBytes(each)) };
    case 'graft':
      return { t: message.t, ...(message.id === undefined ? {} : { id: hexToBytes(message.id) }) };
    default:
      return message;
  }
}

function malformed(reason: string): Result<never, OverlayWireError> {
  return err(failure('malformed-overlay', `Not an overlay message: ${reason}`));
}

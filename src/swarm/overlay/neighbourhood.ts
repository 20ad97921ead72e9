import { randomInteger, shuffled } from '#vocabulary';
import { admitCards } from './candidates.ts';
import type { Card } from './card.ts';
import { ASK_AGAIN_MS, AVOID_MS, FORWARD_HOPS, FORWARD_WALKS, MAX_OVER } from './constants.ts';
import type { MembershipMessage } from './overlay-wire.ts';
import { askToPart, onPart, onParted, onStay } from './parting.ts';
import { leastUseful } from './usefulness.ts';
import {
  type Draft,
  avoidFor,
  cardsToTell,
  change,
  close,
  dialForMesh,
  memoryOf,
  send,
  setLink,
  spendDial,
} from './view-draft.ts';
import { type Link, isInUse, isSmallRoom, neighboursOf, placesTaken } from './view-state.ts';

/** What a connected peer says about membership. */
export function onMembership(draft: Draft, link: Link, message: MembershipMessage): void {
  switch (message.t) {
    case 'neighbour':
      return onNeighbour(draft, link, message);
    case 'accept':
      return onAccept(draft, link, message.card);
    case 'refuse':
      return onRefuse(draft, link, message.cards);
    case 'part':
      return onPart(draft, link);
    case 'parted':
      return onParted(draft, link);
    case 'stay':
      return onStay(draft, link);
    case 'forward':
      return onForward(draft, link, message.card, message.ttl);
    case 'shuffle':
      send(draft, link.peer, { t: 'reply', cards: cardsToTell(draft, link.peer) });
      return admit(draft, link, message.cards);
    case 'reply':
      return admit(draft, link, message.cards);
  }
}

function onNeighbour(draft: Draft, link: Link, message: Extract<MembershipMessage, { t: 'neighbour' }>): void {
  if (message.card !== undefined) admit(draft, link, [message.card]);
  if (link.role === 'parting' || link.role === 'parted') return;
  if (link.role !== 'neighbour' && !hasPlaceFor(draft, link)) {
    const victim = message.urgent && isElastic(draft) ? leastUseful(draft.state, draft.nowMs) : undefined;
    if (victim === undefined) {
      setLink(draft, { ...link, role: 'extra', dueMs: draft.nowMs + ASK_AGAIN_MS });
      send(draft, link.peer, { t: 'refuse', cards: cardsToTell(draft, link.peer) });
      return;
    }
    askToPart(draft, victim);
  }
  become(draft, link);
  send(draft, link.peer, { t: 'accept', card: draft.state.card });
  if (message.first && message.card !== undefined) introduce(draft, link, message.card, FORWARD_HOPS, FORWARD_WALKS);
}

function hasPlaceFor(draft: Draft, link: Link): boolean {
  const { state } = draft;
  if (isSmallRoom(state) || link.role === 'asked') return true;
  if (placesTaken(state) >= state.limits.degreeMax) return false;
  return !link.isInbound || neighboursOf(state).filter(({ isInbound }) => isInbound).length < state.limits.inboundMax;
}

/** Those asked to part may stay: so much more than its bound a tab has at most. */
function isElastic({ state }: Draft): boolean {
  let count = 0;
  for (const { role } of state.links.values()) if (role !== 'extra' && role !== 'parted') count++;
  return count < state.limits.degreeMax + MAX_OVER;
}

function onAccept(draft: Draft, link: Link, card: Card | undefined): void {
  if (card !== undefined) admit(draft, link, [card]);
  // Late is welcome from somebody this tab chose; unasked from others is not.
  if (link.role === 'asked' || (link.role === 'extra' && !link.isInbound)) become(draft, link);
}

function onRefuse(draft: Draft, link: Link, cards: readonly Card[]): void {
  admit(draft, link, cards);
  if (link.role !== 'asked') return;
  if (isInUse(link, draft.nowMs) || isSmallRoom(draft.state)) {
    avoidFor(draft, link.peer, AVOID_MS, false);
    setLink(draft, { ...link, role: 'extra', dueMs: draft.nowMs + ASK_AGAIN_MS });
  } else close(draft, link.peer);
}

function onForward(draft: Draft, link: Link, card: Card, ttl: number): void {
  admit(draft, link, [card]);
  const { state } = draft;
  if (ttl > 0) return introduce(draft, link, card, ttl - 1, 1);
  if (isSmallRoom(state) || !state.hasRelay || placesTaken(state) >= state.limits.degreeTarget) return;
  const isFree = !state.links.has(card.peer) && !state.dials.has(card.peer) && state.candidates.has(card.peer);
  if (isFree && spendDial(draft, false)) dialForMesh(draft, card.peer, true);
}

/** Sends a newcomer's card on its way (HyParView's FORWARDJOIN), never back and never to itself. */
function introduce(draft: Draft, from: Link, card: Card, ttl: number, walks: number): void {
  if (isSmallRoom(draft.state)) return;
  const others = neighboursOf(draft.state).filter(({ peer }) => peer !== from.peer && peer !== card.peer);
  for (const { peer } of shuffled(draft.random, others).slice(0, walks)) send(draft, peer, { t: 'forward', card, ttl });
}

function become(draft: Draft, link: Link): void {
  if (link.role === 'neighbour') return;
  setLink(draft, { ...link, role: 'neighbour', wasNeighbour: false, sinceMs: draft.nowMs });
}

function admit(draft: Draft, link: Link, cards: readonly Card[]): void {
  change(draft, { candidates: admitCards(draft.state.candidates, cards, link.peer, memoryOf(draft)) });
}

/** Exchanges some cards with a random neighbour. */
export function shuffle(draft: Draft): void {
  const neighbours = neighboursOf(draft.state);
  const partner = neighbours[randomInteger(draft.random, neighbours.length)];
  if (partner === undefined || draft.state.card === undefined) return;
  send(draft, partner.peer, { t: 'shuffle', cards: cardsToTell(draft, partner.peer) });
}

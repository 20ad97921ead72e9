import { type PeerId, type Random, shuffled, takeTokens, tokensAt } from '#vocabulary';
import { type Remembering, avoid } from './candidates.ts';
import { type Card, isFresh } from './card.ts';
import {
  ASK_ANSWER_MS,
  AVOID_MS,
  DIAL_BUCKET,
  DIAL_PATIENCE_MS,
  DIAL_RESERVE,
  LIFETIME_CONNECTIONS,
  LIFETIME_RESERVE,
  SHUFFLE_CARDS,
} from './constants.ts';
import type { MembershipMessage } from './overlay-wire.ts';
import { type Link, type ViewEffect, type ViewState, isSmallRoom, neighbourCount } from './view-state.ts';

/** A step being made: the state so far, each a value of its own, and what is to be done. */
export interface Draft {
  state: ViewState;
  readonly effects: ViewEffect[];
  readonly nowMs: number;
  readonly random: Random;
}

export function change(draft: Draft, part: Partial<ViewState>): void {
  draft.state = { ...draft.state, ...part };
}

export function setLink(draft: Draft, link: Link): void {
  change(draft, { links: new Map(draft.state.links).set(link.peer, link) });
}

export function dropLink(draft: Draft, peer: PeerId): void {
  const links = new Map(draft.state.links);
  links.delete(peer);
  change(draft, { links });
}

export function send(draft: Draft, to: PeerId, message: MembershipMessage): void {
  draft.effects.push({ type: 'send', to, message });
}

export function memoryOf({ state, nowMs }: Draft): Remembering {
  return { self: state.self, salt: state.salt, limit: state.limits.known, nowMs };
}

/** Ends a connection that neither side needs. */
export function close(draft: Draft, peer: PeerId): void {
  dropLink(draft, peer);
  abandonDial(draft, peer);
  avoidFor(draft, peer, AVOID_MS, false);
  draft.effects.push({ type: 'close', peer });
}

export function avoidFor(draft: Draft, peer: PeerId, forMs: number, isFailure: boolean): void {
  change(draft, { candidates: avoid(draft.state.candidates, peer, draft.nowMs + forMs, isFailure) });
}

export function abandonDial(draft: Draft, peer: PeerId): void {
  if (!draft.state.dials.has(peer)) return;
  endDial(draft, peer);
  draft.effects.push({ type: 'forget', peer });
}

/** The dial has served; whoever pursues it may go on to make the connection better. */
export function endDial(draft: Draft, peer: PeerId): void {
  const dials = new Map(draft.state.dials);
  dials.delete(peer);
  change(draft, { dials });
}

/** Dials for the mesh: in a small room until it succeeds, in a large one there are others. */
export function dialForMesh(draft: Draft, peer: PeerId, eager: boolean): void {
  const { state, nowMs } = draft;
  const untilMs = isSmallRoom(state) ? Infinity : nowMs + DIAL_PATIENCE_MS;
  change(draft, { dials: new Map(state.dials).set(peer, { peer, purpose: 'mesh', untilMs }), spent: state.spent + 1 });
  draft.effects.push({ type: 'dial', peer, eager });
}

/** Whether one more connection is within the budget; takes it if so. */
export function spendDial(draft: Draft, isUrgent: boolean): boolean {
  const { state, nowMs } = draft;
  if (!isUrgent) {
    if (state.spent >= LIFETIME_CONNECTIONS - LIFETIME_RESERVE) return false;
    if (tokensAt(state.dialTokens, DIAL_BUCKET, nowMs) < DIAL_RESERVE + 1) return false;
  }
  const dialTokens = takeTokens(state.dialTokens, DIAL_BUCKET, nowMs);
  if (dialTokens === undefined) return false;
  change(draft, { dialTokens });
  return true;
}

/** Asks a connected peer to be a neighbour. */
export function ask(draft: Draft, link: Link): void {
  const { state, nowMs } = draft;
  const { card } = state;
  setLink(draft, { ...link, role: 'asked', dueMs: nowMs + ASK_ANSWER_MS });
  const urgent = neighbourCount(state) < state.limits.degreeMin;
  send(draft, link.peer, { t: 'neighbour', urgent, first: !state.isIntroduced && card !== undefined, card });
  if (card !== undefined) change(draft, { isIntroduced: true });
}

/** Cards to tell: this tab's own and a random few. */
export function cardsToTell(draft: Draft, to: PeerId): Card[] {
  const { state, nowMs, random } = draft;
  const others: Card[] = [];
  for (const { card, peer } of state.candidates.values())
    if (card !== undefined && peer !== to && isFresh(card, nowMs)) others.push(card);
  const own = state.card === undefined ? [] : [state.card];
  return [...own, ...shuffled(random, others).slice(0, SHUFFLE_CARDS - own.length)];
}

import { type PeerId, type Random, shuffled } from '#vocabulary';
import { MAX_MEMBERS_TOLD } from '../constants.ts';
import type { RoomMember } from '../joining/rendezvous-wire.ts';
import { admitMembers, withoutCandidate } from './candidates.ts';
import { AVOID_MS, BAN_MS, EXTRA_IDLE_MS, MAX_BANNED, MOST_DEMERITS, USE_MS } from './constants.ts';
import { onMembership } from './neighbourhood.ts';
import { keepTogether } from './parting.ts';
import { keepUp, refill } from './upkeep.ts';
import {
  type Draft,
  abandonDial,
  ask,
  avoidFor,
  change,
  close,
  dialForMesh,
  dropLink,
  endDial,
  memoryOf,
  setLink,
} from './view-draft.ts';
import {
  type LinkFacts,
  type ViewEffect,
  type ViewEvent,
  type ViewState,
  isSmallRoom,
  placesTaken,
} from './view-state.ts';

/** Lost connections come back by themselves or not at all; others are tried meanwhile. */
const LOST_PAUSE_MS = 10_000;

/** One step of the mesh's membership: HyParView over connections that are dear. Pure, given what `random` yields. */
export function stepView(
  state: ViewState,
  event: ViewEvent,
  random: Random,
): { readonly state: ViewState; readonly effects: readonly ViewEffect[] } {
  const draft: Draft = { state, effects: [], nowMs: event.nowMs, random };
  apply(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function apply(draft: Draft, event: ViewEvent): void {
  const { state } = draft;
  switch (event.type) {
    case 'members':
      return onMembers(draft, event.members, event.total);
    case 'joined':
      return onJoined(draft, event.member);
    case 'left':
      return onLeft(draft, event.peer);
    case 'relay':
      change(draft, { hasRelay: event.isUp });
      return event.isUp ? refill(draft) : undefined;
    case 'connected':
      return onConnected(draft, event.peer, event.facts);
    case 'changed':
      return onChanged(draft, event.peer, event.facts);
    case 'gone':
      return onGone(draft, event.peer, event.comesBack);
    case 'membership': {
      const link = state.links.get(event.from);
      return link === undefined ? undefined : onMembership(draft, link, event.message);
    }
    case 'used':
      return onUsed(draft, event.peer, event.untilMs);
    case 'want':
      return onWant(draft, event.peer, event.untilMs);
    case 'unwant':
      return state.dials.get(event.peer)?.purpose === 'use' ? abandonDial(draft, event.peer) : undefined;
    case 'not-there':
      return onNotThere(draft, event.peer);
    case 'card':
      return change(draft, { card: event.card });
    case 'demerit':
      return onDemerit(draft, event.peer, event.weight);
    case 'tick':
      return keepUp(draft);
  }
}

function setOthers(draft: Draft, others: number): void {
  const isLarge = others > draft.state.limits.fullMesh;
  const largeSinceMs = isLarge ? (draft.state.largeSinceMs ?? draft.nowMs) : undefined;
  change(draft, { others: Math.max(0, others), largeSinceMs });
}

function onMembers(draft: Draft, members: readonly RoomMember[], total: number): void {
  const isComplete = members.length >= total;
  const candidates = admitMembers(draft.state.candidates, members, isComplete, memoryOf(draft));
  setOthers(draft, Math.max(total, members.length));
  change(draft, { candidates, hasRelay: true, sampledAtMs: draft.nowMs });
  if (isSmallRoom(draft.state)) {
    // What was tried without a relay waits long for its next attempt; now it can work, or is over.
    for (const { peer } of draft.state.dials.values()) abandonDial(draft, peer);
    // A random order, so that a crowd of newcomers does not fall upon the same peer at once.
    for (const { peer } of shuffled(draft.random, members)) {
      const kind = draft.state.links.get(peer)?.kind;
      if (draft.state.candidates.has(peer) && (kind === undefined || kind === 'relayed'))
        dialForMesh(draft, peer, true);
    }
  }
  refill(draft);
}

function onJoined(draft: Draft, member: RoomMember): void {
  const { peer } = member;
  if (peer === draft.state.self) return;
  const isNew = draft.state.candidates.get(peer)?.toldAtMs === undefined;
  change(draft, { candidates: admitMembers(draft.state.candidates, [member], false, memoryOf(draft)) });
  if (isNew) setOthers(draft, draft.state.others + 1);
  // The newcomer dials.
  if (isSmallRoom(draft.state) && !draft.state.links.has(peer) && !draft.state.dials.has(peer))
    dialForMesh(draft, peer, false);
}

function onLeft(draft: Draft, peer: PeerId): void {
  const wasTold = draft.state.candidates.get(peer)?.toldAtMs !== undefined;
  abandonDial(draft, peer);
  change(draft, { candidates: withoutCandidate(draft.state.candidates, peer) });
  if (wasTold && draft.state.others <= MAX_MEMBERS_TOLD) {
    setOthers(draft, draft.state.others - 1);
    if (isSmallRoom(draft.state)) refill(draft);
  }
}

function onConnected(draft: Draft, peer: PeerId, facts: LinkFacts): void {
  const { state, nowMs } = draft;
  if ((state.banned.get(peer) ?? 0) > nowMs) {
    draft.effects.push({ type: 'close', peer });
    return;
  }
  const dial = state.dials.get(peer);
  if (dial === undefined) change(draft, { spent: state.spent + 1 });
  else if (facts.kind !== 'relayed') endDial(draft, peer);
  const link = {
    peer,
    ...facts,
    isInbound: dial === undefined,
    isOfSmallRoom: isSmallRoom(state),
    role: 'extra',
    wasNeighbour: false,
    sinceMs: nowMs,
    dueMs: nowMs,
    usedUntilMs: dial?.purpose === 'use' ? nowMs + USE_MS : 0,
    stays: 0,
    demerits: 0,
  } as const;
  setLink(draft, link);
  if (isSmallRoom(state) || (dial?.purpose === 'mesh' && placesTaken(state) < state.limits.degreeMax)) ask(draft, link);
}

function onChanged(draft: Draft, peer: PeerId, facts: LinkFacts): void {
  const link = draft.state.links.get(peer);
  if (link === undefined) return;
  setLink(draft, { ...link, ...facts });
  if (facts.kind !== 'relayed' && draft.state.dials.has(peer)) endDial(draft, peer);
}

function onGone(draft: Draft, peer: PeerId, comesBack: boolean): void {
  const link = draft.state.links.get(peer);
  if (link === undefined) return;
  dropLink(draft, peer);
  abandonDial(draft, peer);
  if (link.role === 'neighbour' && !comesBack)
    return change(draft, { candidates: withoutCandidate(draft.state.candidates, peer) });
  const isLost = comesBack && link.role !== 'parted' && link.role !== 'parting';
  const isTold = draft.state.candidates.get(peer)?.toldAtMs !== undefined;
  if (isLost && isTold && isSmallRoom(draft.state)) {
    // Of two that lost each other one dials, the one with the larger id; the other waits for it.
    dialForMesh(draft, peer, draft.state.self > peer);
    return;
  }
  avoidFor(draft, peer, isLost ? LOST_PAUSE_MS : EXTRA_IDLE_MS, isLost);
  refill(draft);
}

function onUsed(draft: Draft, peer: PeerId, untilMs: number): void {
  const link = draft.state.links.get(peer);
  if (link === undefined) return;
  const used = { ...link, usedUntilMs: Math.max(link.usedUntilMs, untilMs) };
  setLink(draft, used);
  keepTogether(draft, used);
}

function onWant(draft: Draft, peer: PeerId, untilMs: number): void {
  const { state, nowMs } = draft;
  if (state.links.has(peer)) return onUsed(draft, peer, nowMs + USE_MS);
  const under = state.dials.get(peer);
  const dial = { peer, purpose: under?.purpose ?? 'use', untilMs: Math.max(under?.untilMs ?? 0, untilMs) } as const;
  change(draft, { dials: new Map(state.dials).set(peer, dial), spent: state.spent + (under === undefined ? 1 : 0) });
  if (under === undefined) draft.effects.push({ type: 'dial', peer, eager: true });
}

/** In a small room the relay tells of everybody who leaves; until then the peer may only be moving. */
function onNotThere(draft: Draft, peer: PeerId): void {
  const dial = draft.state.dials.get(peer);
  if (dial === undefined || draft.state.links.has(peer)) return;
  if (isSmallRoom(draft.state) && dial.purpose === 'mesh') return;
  abandonDial(draft, peer);
  avoidFor(draft, peer, AVOID_MS, true);
  refill(draft);
}

function onDemerit(draft: Draft, peer: PeerId, weight: number): void {
  const { state, nowMs } = draft;
  const link = state.links.get(peer);
  if (link === undefined) return;
  const demerits = link.demerits + weight;
  if (demerits < MOST_DEMERITS) return setLink(draft, { ...link, demerits });
  const banned = [...state.banned, [peer, nowMs + BAN_MS] as const].slice(-MAX_BANNED);
  change(draft, { banned: new Map(banned), candidates: withoutCandidate(state.candidates, peer) });
  close(draft, peer);
  refill(draft);
}

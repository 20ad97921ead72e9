import { type PeerId, type Random, randomInteger } from '#vocabulary';
import type { RoomMember } from '../joining/rendezvous-wire.ts';
import { type Card, isFresh } from './card.ts';
import { MAX_DIAL_FAILURES, MOST_PER_TELLER, TOLD_LIFE_MS } from './constants.ts';

/** Somebody of the room whom this tab may dial (HyParView's passive view), connected or not. */
export interface Candidate {
  readonly peer: PeerId;
  readonly relay: string | undefined;
  readonly card: Card | undefined;
  /** Neighbour that told of it first; undefined: a relay, or itself. */
  readonly via: PeerId | undefined;
  readonly heardAtMs: number;
  /** When a relay last said that it is there. */
  readonly toldAtMs: number | undefined;
  readonly failures: number;
  readonly notBeforeMs: number;
  /** Decides who stays when there are too many. */
  readonly rank: number;
}

export type Candidates = ReadonlyMap<PeerId, Candidate>;

/**
 * A keyed order of peers (FNV-1a with a secret start, mixed as in MurmurHash3). Keeping those of lowest rank is min-wise
 * sampling as in Brahms (Bortnikov et al. 2009): who stays depends neither on how often nor by whom it was named.
 */
export function rankOf(salt: number, peer: PeerId): number {
  let hash = salt;
  for (let index = 0; index < peer.length; index++) hash = Math.imul(hash ^ peer.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export interface Remembering {
  readonly self: PeerId;
  readonly salt: number;
  readonly limit: number;
  readonly nowMs: number;
}

/** Takes in what a relay says. A complete list also ends what it said earlier. */
export function admitMembers(
  candidates: Candidates,
  members: readonly RoomMember[],
  isComplete: boolean,
  memory: Remembering,
): Candidates {
  const next = new Map<PeerId, Candidate>();
  for (const [peer, candidate] of candidates) {
    if (!isComplete || candidate.toldAtMs === undefined) next.set(peer, candidate);
  }
  for (const { peer, relay } of members) {
    if (peer === memory.self) continue;
    const known = candidates.get(peer);
    next.set(peer, {
      peer,
      relay: relay ?? known?.relay,
      card: known?.card,
      via: undefined,
      heardAtMs: memory.nowMs,
      toldAtMs: memory.nowMs,
      failures: 0,
      notBeforeMs: isComplete ? 0 : (known?.notBeforeMs ?? 0),
      rank: rankOf(memory.salt, peer),
    });
  }
  return trim(next, memory.limit);
}

/** Takes in verified cards; `via` told of them (itself, in the case of its own). */
export function admitCards(
  candidates: Candidates,
  cards: readonly Card[],
  via: PeerId,
  memory: Remembering,
): Candidates {
  let next: Map<PeerId, Candidate> | undefined;
  for (const card of cards) {
    const { peer } = card;
    if (peer === memory.self || !isFresh(card, memory.nowMs)) continue;
    const known = (next ?? candidates).get(peer);
    if (known?.card !== undefined && known.card.issuedAtMs >= card.issuedAtMs) continue;
    next ??= new Map(candidates);
    next.set(peer, {
      peer,
      relay: card.relay ?? known?.relay,
      card,
      via: known === undefined ? (peer === via ? undefined : via) : known.via,
      heardAtMs: memory.nowMs,
      toldAtMs: known?.toldAtMs,
      failures: known?.failures ?? 0,
      notBeforeMs: known?.notBeforeMs ?? 0,
      rank: known?.rank ?? rankOf(memory.salt, peer),
    });
  }
  if (next === undefined) return candidates;
  limitTeller(next, via, Math.max(1, Math.floor(memory.limit * MOST_PER_TELLER)));
  return trim(next, memory.limit);
}

/** Forgets who has not been heard of. `keepTold`: the relay tells of everybody who comes and goes. */
export function expireCandidates(candidates: Candidates, keepTold: boolean, nowMs: number): Candidates {
  const next = new Map<PeerId, Candidate>();
  for (const [peer, candidate] of candidates) {
    const card = candidate.card !== undefined && isFresh(candidate.card, nowMs) ? candidate.card : undefined;
    const isTold = candidate.toldAtMs !== undefined && (keepTold || nowMs - candidate.toldAtMs < TOLD_LIFE_MS);
    if (card === undefined && !isTold) continue;
    next.set(peer, card === candidate.card ? candidate : { ...candidate, card });
  }
  return next.size === candidates.size ? candidates : next;
}

/** Somebody was dialled in vain, was full, or was let go. */
export function avoid(candidates: Candidates, peer: PeerId, untilMs: number, isFailure: boolean): Candidates {
  const known = candidates.get(peer);
  if (known === undefined) return candidates;
  const failures = known.failures + (isFailure ? 1 : 0);
  const next = new Map(candidates);
  if (failures >= MAX_DIAL_FAILURES) next.delete(peer);
  else next.set(peer, { ...known, failures, notBeforeMs: untilMs });
  return next;
}

export function withoutCandidate(candidates: Candidates, peer: PeerId): Candidates {
  if (!candidates.has(peer)) return candidates;
  const next = new Map(candidates);
  next.delete(peer);
  return next;
}

/** Whom to dial next. Every other time somebody a relay named lately: neighbours can lie about who there is. */
export function pickCandidate(
  candidates: Candidates,
  isFree: (candidate: Candidate) => boolean,
  nowMs: number,
  random: Random,
): Candidate | undefined {
  const free = [...candidates.values()].filter((candidate) => candidate.notBeforeMs <= nowMs && isFree(candidate));
  const told = free.filter(({ toldAtMs }) => toldAtMs !== undefined);
  const choice = told.length > 0 && random.next() < 0.5 ? told : free;
  return choice[randomInteger(random, choice.length)];
}

function limitTeller(candidates: Map<PeerId, Candidate>, via: PeerId, most: number): void {
  const isTheirs = (candidate: Candidate): boolean => candidate.via === via && candidate.toldAtMs === undefined;
  let count = 0;
  for (const candidate of candidates.values()) if (isTheirs(candidate)) count++;
  for (; count > most; count--) dropWorst(candidates, isTheirs);
}

function trim(candidates: Map<PeerId, Candidate>, limit: number): Candidates {
  while (candidates.size > limit) dropWorst(candidates, () => true);
  return candidates;
}

/** Drops the one of highest rank; those a relay vouches for go last. */
function dropWorst(candidates: Map<PeerId, Candidate>, isMeant: (candidate: Candidate) => boolean): void {
  let worst: Candidate | undefined;
  for (const candidate of candidates.values()) {
    if (!isMeant(candidate)) continue;
    const isWorse =
      worst === undefined || (worst.toldAtMs === undefined) === (candidate.toldAtMs === undefined)
        ? candidate.rank > (worst?.rank ?? -1)
        : candidate.toldAtMs === undefined;
    if (isWorse) worst = candidate;
  }
  if (worst !== undefined) candidates.delete(worst.peer);
}

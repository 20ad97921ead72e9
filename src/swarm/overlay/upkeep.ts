import { SAMPLE_INTERVAL_MS } from '../constants.ts';
import { type Candidate, expireCandidates, pickCandidate } from './candidates.ts';
import {
  ASK_AGAIN_MS,
  AVOID_MS,
  DIAL_PATIENCE_MS,
  EXTRA_IDLE_MS,
  LARGE_FOR_MS,
  OPTIMISE_INTERVAL_MS,
  POOR_USEFULNESS,
  RENEW_INTERVAL_MS,
  SAMPLE_REFRESH_MS,
  SHRINK_INTERVAL_MS,
  SHUFFLE_INTERVAL_MS,
  SMALL_ROOM_LINKS_KEPT,
  SWAP_MARGIN,
} from './constants.ts';
import { shuffle } from './neighbourhood.ts';
import { askToPart, onPartingOverdue } from './parting.ts';
import { leastUseful, usefulness } from './usefulness.ts';
import { type Draft, abandonDial, ask, avoidFor, change, dialForMesh, setLink, spendDial } from './view-draft.ts';
import { type Link, isInUse, isSmallRoom, neighbourCount, neighboursOf, placesTaken } from './view-state.ts';

/** Complaints halve in this time. */
const FADE_MS = 30_000;
/** A round trip is measured every 1.5 s; a neighbour that has none after this is judged without. */
const MEASURED_AFTER_MS = 15_000;

/** What time alone brings about. */
export function keepUp(draft: Draft): void {
  endOverdue(draft);
  endDials(draft);
  fade(draft);
  refill(draft);
  if (isSmallRoom(draft.state)) return;
  shrink(draft);
  optimise(draft);
  renew(draft);
  if (draft.nowMs >= draft.state.shuffleAtMs) {
    shuffle(draft);
    // Spread, so that tabs which came together do not speak together.
    const shuffleAtMs = draft.nowMs + SHUFFLE_INTERVAL_MS * (0.75 + 0.5 * draft.random.next());
    const candidates = expireCandidates(
      draft.state.candidates,
      draft.state.others <= draft.state.limits.fullMesh,
      draft.nowMs,
    );
    change(draft, { shuffleAtMs, candidates });
  }
}

function endOverdue(draft: Draft): void {
  const { nowMs } = draft;
  for (const link of draft.state.links.values()) {
    if ((link.role === 'parting' || link.role === 'parted') && link.dueMs <= nowMs) onPartingOverdue(draft, link.peer);
    else if (link.role === 'asked' && link.dueMs <= nowMs)
      setLink(draft, { ...link, role: 'extra', dueMs: nowMs + ASK_AGAIN_MS });
    else if (link.role === 'extra' && !isSmallRoom(draft.state) && isIdle(link, nowMs)) askToPart(draft, link);
  }
}

function isIdle(link: Link, nowMs: number): boolean {
  return !isInUse(link, nowMs) && nowMs - Math.max(link.sinceMs, link.usedUntilMs) > EXTRA_IDLE_MS;
}

function endDials(draft: Draft): void {
  const isSmall = isSmallRoom(draft.state);
  for (const { peer, purpose, untilMs } of draft.state.dials.values()) {
    if (untilMs === Infinity && !isSmall) {
      // The room has grown: nobody is dialled without end any more.
      const dials = new Map(draft.state.dials).set(peer, { peer, purpose, untilMs: draft.nowMs + DIAL_PATIENCE_MS });
      change(draft, { dials });
    } else if (untilMs <= draft.nowMs) {
      abandonDial(draft, peer);
      if (!draft.state.links.has(peer)) avoidFor(draft, peer, AVOID_MS, true);
    }
  }
}

function fade(draft: Draft): void {
  const { state, nowMs } = draft;
  if (nowMs < state.fadeAtMs) return;
  change(draft, { fadeAtMs: nowMs + FADE_MS });
  for (const link of state.links.values())
    if (link.demerits > 0) setLink(draft, { ...link, demerits: link.demerits < 1 ? 0 : link.demerits / 2 });
  if ([...state.banned.values()].some((untilMs) => untilMs <= nowMs))
    change(draft, { banned: new Map([...state.banned].filter(([, untilMs]) => untilMs > nowMs)) });
}

/** Fills empty places: everybody in a small room, up to the target in a large one. */
export function refill(draft: Draft): void {
  const isSmall = isSmallRoom(draft.state);
  const { limits } = draft.state;
  for (const link of draft.state.links.values()) {
    if (link.role !== 'extra' || link.dueMs > draft.nowMs) continue;
    if (isSmall || placesTaken(draft.state) < limits.degreeTarget) ask(draft, link);
  }
  if (!draft.state.hasRelay) return;
  if (isSmall) return fillSmallRoom(draft);
  let missing = limits.degreeTarget - placesTaken(draft.state) - dialsUnderWay(draft);
  for (; missing > 0; missing--) {
    const candidate = pickFree(draft);
    if (candidate === undefined) break;
    if (!spendDial(draft, neighbourCount(draft.state) < limits.degreeMin)) break;
    dialForMesh(draft, candidate, true);
  }
  const sinceMs = draft.nowMs - draft.state.sampledAtMs;
  const isShort = missing > 0 || neighbourCount(draft.state) < limits.degreeMin;
  // A little over the relay's own interval: its clock and this one differ.
  if (sinceMs < (isShort ? 1.2 * SAMPLE_INTERVAL_MS : SAMPLE_REFRESH_MS)) return;
  change(draft, { sampledAtMs: draft.nowMs });
  draft.effects.push({ type: 'sample' });
}

function fillSmallRoom(draft: Draft): void {
  for (const { peer, toldAtMs, notBeforeMs } of draft.state.candidates.values()) {
    const { links, dials, banned } = draft.state;
    if (toldAtMs === undefined || notBeforeMs > draft.nowMs || links.has(peer) || dials.has(peer) || banned.has(peer))
      continue;
    dialForMesh(draft, peer, true);
  }
}

function dialsUnderWay({ state }: Draft): number {
  return [...state.dials.values()].filter(({ peer, purpose }) => purpose === 'mesh' && !state.links.has(peer)).length;
}

function pickFree(
  { state, nowMs, random }: Draft,
  isMeant = (_candidate: Candidate): boolean => true,
): Link['peer'] | undefined {
  const { links, dials, banned } = state;
  const isFree = (candidate: Candidate): boolean =>
    !links.has(candidate.peer) && !dials.has(candidate.peer) && !banned.has(candidate.peer) && isMeant(candidate);
  return pickCandidate(state.candidates, isFree, nowMs, random)?.peer;
}

/**
 * Lets one go when there are more than comfortable, once the room has been large for a while. First neighbours that all
 * know each other go before others and down to the target: they would keep among themselves.
 */
function shrink(draft: Draft): void {
  const { state, nowMs } = draft;
  if (nowMs < state.shrinkAtMs || state.largeSinceMs === undefined || nowMs - state.largeSinceMs < LARGE_FOR_MS) return;
  const count = neighbourCount(state);
  const { degreeComfort, degreeTarget } = state.limits;
  const first = neighboursOf(state).filter(({ isOfSmallRoom }) => isOfSmallRoom);
  let victim: Link | undefined;
  if (first.length > SMALL_ROOM_LINKS_KEPT && count > degreeTarget)
    victim = leastUseful(state, nowMs, { isMeant: ({ isOfSmallRoom }) => isOfSmallRoom });
  if (count > degreeComfort) victim ??= leastUseful(state, nowMs);
  if (victim === undefined) return;
  change(draft, { shrinkAtMs: nowMs + SHRINK_INTERVAL_MS });
  askToPart(draft, victim);
}

function renew(draft: Draft): void {
  const { state, nowMs, random } = draft;
  if (nowMs < state.renewAtMs) return;
  change(draft, { renewAtMs: nowMs + RENEW_INTERVAL_MS * (0.75 + 0.5 * random.next()) });
  const { limits } = state;
  if (!state.hasRelay || neighbourCount(state) < limits.degreeTarget || placesTaken(state) >= limits.degreeMax) return;
  const chosen = pickFree(draft, ({ toldAtMs }) => toldAtMs !== undefined);
  if (chosen !== undefined && spendDial(draft, false)) dialForMesh(draft, chosen, true);
}

/** Tries somebody else in place of a poor neighbour (as X-BOT does, Leitao et al. 2009); most links stay random. */
function optimise(draft: Draft): void {
  if (draft.state.swap !== undefined) return concludeSwap(draft);
  const { state, nowMs } = draft;
  if (nowMs < state.optimiseAtMs || !state.hasRelay || neighbourCount(state) < state.limits.degreeTarget) return;
  const poor = leastUseful(state, nowMs, { minAgeMs: 2 * MEASURED_AFTER_MS });
  if (poor === undefined || usefulness(poor, nowMs) >= POOR_USEFULNESS) return;
  change(draft, { optimiseAtMs: nowMs + OPTIMISE_INTERVAL_MS });
  const newcomer = pickFree(draft);
  if (newcomer === undefined || !spendDial(draft, false)) return;
  change(draft, { swap: { poor: poor.peer, newcomer, untilMs: nowMs + 2 * DIAL_PATIENCE_MS } });
  dialForMesh(draft, newcomer, true);
}

function concludeSwap(draft: Draft): void {
  const { state, nowMs } = draft;
  const { swap, links } = state;
  if (swap === undefined) return;
  const [poor, newcomer] = [links.get(swap.poor), links.get(swap.newcomer)];
  if (poor?.role !== 'neighbour' || nowMs > swap.untilMs) return change(draft, { swap: undefined });
  if (newcomer?.role !== 'neighbour') return;
  if (newcomer.roundTripMs === undefined && nowMs - newcomer.sinceMs < MEASURED_AFTER_MS) return;
  change(draft, { swap: undefined });
  if (!isInUse(poor, nowMs) && usefulness(newcomer, nowMs) >= usefulness(poor, nowMs) + SWAP_MARGIN)
    askToPart(draft, poor);
}

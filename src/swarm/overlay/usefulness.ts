import { rankOf } from './candidates.ts';
import { MIN_AGE_MS } from './constants.ts';
import { type Link, type ViewState, isInUse, isNeighbour } from './view-state.ts';

/** A round trip at which nearness counts half. */
const HALF_ROUND_TRIP_MS = 150;
/** Unmeasured counts as middling. */
const ASSUMED_ROUND_TRIP_MS = 150;
/** Who has stayed this long will stay: session times have long tails. Later all count alike, so that chance decides. */
const OLD_MS = 5 * 60_000;

/**
 * How much a neighbour is worth, 0 to 1. What it costs others counts most (a relayed link burdens the relay and is rate
 * capped), then nearness, then whether it serves, then age.
 */
export function usefulness(link: Link, nowMs: number): number {
  const path = link.kind === 'direct' ? 0.4 : link.kind === 'turn' ? 0.2 : 0;
  const roundTripMs = link.roundTripMs ?? ASSUMED_ROUND_TRIP_MS;
  const nearness = 0.3 / (1 + roundTripMs / HALF_ROUND_TRIP_MS);
  const service = (isInUse(link, nowMs) ? 0.1 : 0) + (link.isContributing ? 0.1 : 0);
  const age = 0.1 * Math.min(1, Math.max(0, nowMs - link.sinceMs) / OLD_MS);
  return Math.max(0, path + nearness + service + age - link.demerits / 100);
}

/** The neighbour to let go, if one may be: not in use, not young. Equals are drawn from by a secret order. */
export function leastUseful(
  { links, salt }: ViewState,
  nowMs: number,
  { minAgeMs = MIN_AGE_MS, isMeant = (_link: Link): boolean => true } = {},
): Link | undefined {
  let worst: Link | undefined;
  let worstValue = Infinity;
  for (const link of links.values()) {
    if (!isNeighbour(link) || !isMeant(link) || isInUse(link, nowMs) || nowMs - link.sinceMs < minAgeMs) continue;
    const value = usefulness(link, nowMs);
    const isWorse =
      value < worstValue || (value === worstValue && rankOf(salt, link.peer) > rankOf(salt, worst?.peer ?? link.peer));
    if (!isWorse) continue;
    worst = link;
    worstValue = value;
  }
  return worst;
}

import { MIN_AGE_MS } from './constants.ts';
import { type Link, type ViewState, isInUse, neighboursOf } from './view-state.ts';

/** A round trip at which nearness counts half. */
const HALF_ROUND_TRIP_MS = 150;
/** Unmeasured counts as middling. */
const ASSUMED_ROUND_TRIP_MS = 150;
/** Who has stayed this long will stay: session times have long tails. */
const OLD_MS = 20 * 60_000;

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

/** The neighbour to let go, if one may be: not in use, not young. */
export function leastUseful(state: ViewState, nowMs: number, minAgeMs = MIN_AGE_MS): Link | undefined {
  let worst: Link | undefined;
  let worstValue = Infinity;
  for (const link of neighboursOf(state)) {
    if (isInUse(link, nowMs) || nowMs - link.sinceMs < minAgeMs) continue;
    const value = usefulness(link, nowMs);
    if (value >= worstValue) continue;
    worst = link;
    worstValue = value;
  }
  return worst;
}

import type { KnownPeer } from '../swarm.ts';
import { isFresh } from './card.ts';
import type { ViewState } from './view-state.ts';

/** Others of the room that this tab has heard of and has no connection to. The same list until it changes. */
export function createKnownPeers(): (view: ViewState, nowMs: number) => readonly KnownPeer[] {
  let list: readonly KnownPeer[] = [];
  let seen: Pick<ViewState, 'candidates' | 'links'> | undefined;
  return (view, nowMs) => {
    if (seen?.candidates === view.candidates && seen.links === view.links) return list;
    seen = view;
    const next: KnownPeer[] = [];
    for (const { peer, card } of view.candidates.values()) {
      if (card === undefined || view.links.has(peer) || !isFresh(card, nowMs)) continue;
      next.push({ id: peer, advert: card.advert, heardAtMs: card.issuedAtMs });
    }
    const isSame =
      next.length === list.length &&
      next.every(({ id, heardAtMs }, index) => list[index]?.id === id && list[index].heardAtMs === heardAtMs);
    if (!isSame) list = next;
    return list;
  };
}

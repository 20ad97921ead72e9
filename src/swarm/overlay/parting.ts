import type { PeerId } from '#vocabulary';
import { ASK_AGAIN_MS, MOST_STAYS, PART_ANSWER_MS } from './constants.ts';
import { type Draft, close, send, setLink } from './view-draft.ts';
import { type Link, isInUse, isSmallRoom, neighbourCount } from './view-state.ts';

/*
 * Two sides end a link by agreement: "part", answered by "parted" or "stay", and the asking side closes. A side that uses
 * the link says "stay", also after it had agreed. Use shows on both sides (messages, streams), so that a peer which
 * always says "stay" only delays the end.
 */

export function askToPart(draft: Draft, link: Link): void {
  const wasNeighbour = link.role === 'neighbour';
  setLink(draft, { ...link, role: 'parting', wasNeighbour, dueMs: draft.nowMs + PART_ANSWER_MS });
  send(draft, link.peer, { t: 'part' });
}

export function onPart(draft: Draft, link: Link): void {
  const { state, nowMs } = draft;
  const isNeeded = link.role === 'neighbour' && neighbourCount(state) <= state.limits.degreeTarget;
  if (isInUse(link, nowMs) || isSmallRoom(state) || isNeeded) {
    send(draft, link.peer, { t: 'stay' });
    return;
  }
  const wasNeighbour = link.role === 'neighbour' || link.wasNeighbour;
  // Twice as long as the other side waits for this answer.
  setLink(draft, { ...link, role: 'parted', wasNeighbour, dueMs: nowMs + 2 * PART_ANSWER_MS });
  send(draft, link.peer, { t: 'parted' });
}

export function onParted(draft: Draft, link: Link): void {
  if (link.role !== 'parting' && link.role !== 'parted') return;
  if (isInUse(link, draft.nowMs)) keepTogether(draft, link);
  else close(draft, link.peer);
}

export function onStay(draft: Draft, link: Link): void {
  if (link.role !== 'parting' && link.role !== 'parted') return;
  const stays = link.stays + (link.role === 'parting' ? 1 : 0);
  if (link.role === 'parting' && stays >= MOST_STAYS && !isInUse(link, draft.nowMs)) {
    close(draft, link.peer);
    return;
  }
  restore(draft, { ...link, stays });
}

/** The link is wanted again while it was about to end. */
export function keepTogether(draft: Draft, link: Link): void {
  if (link.role !== 'parting' && link.role !== 'parted') return;
  restore(draft, link);
  send(draft, link.peer, { t: 'stay' });
}

/** No answer came, or the other side did not close. */
export function onPartingOverdue(draft: Draft, peer: PeerId): void {
  close(draft, peer);
}

function restore(draft: Draft, link: Link): void {
  const role = link.wasNeighbour ? 'neighbour' : 'extra';
  setLink(draft, { ...link, role, wasNeighbour: false, dueMs: draft.nowMs + ASK_AGAIN_MS });
}

import { type PeerId, type Random, type Tokens, fullTokens, takeTokens } from '#vocabulary';
import { MEMBERSHIP_BUCKET, type OverlayLimits } from './constants.ts';
import { type GossipEffect, type GossipEvent, type GossipState, gossipDueMs, openGossip } from './gossip-state.ts';
import { stepGossip } from './gossip-step.ts';
import { type OverlayMessage, isGossip } from './overlay-wire.ts';
import { type Link, type ViewEffect, type ViewEvent, type ViewState, isSmallRoom, openView } from './view-state.ts';
import { stepView } from './view-step.ts';

/** Mesh and gossip of one tab. */
export interface OverlayState {
  readonly view: ViewState;
  readonly gossip: GossipState;
  /** What each connected peer may still say about membership. */
  readonly speech: ReadonlyMap<PeerId, Tokens>;
}

export type OverlayEvent =
  | Exclude<ViewEvent, { type: 'membership' | 'demerit' }>
  | Extract<GossipEvent, { type: 'broadcast' | 'wake' }>
  /** Cards in it are verified. */
  | { readonly type: 'message'; readonly from: PeerId; readonly message: OverlayMessage; readonly nowMs: number }
  | { readonly type: 'nonsense'; readonly from: PeerId; readonly nowMs: number };

export type OverlayEffect =
  | { readonly type: 'send'; readonly to: PeerId; readonly message: OverlayMessage }
  | Exclude<ViewEffect, { type: 'send' }>
  | Extract<GossipEffect, { type: 'deliver' }>;

/** What cannot be read weighs more than what comes too often: no honest tab sends it. */
const NONSENSE = 25;

export function openOverlay(self: PeerId, nowMs: number, random: Random, limits?: OverlayLimits): OverlayState {
  return { view: openView(self, nowMs, random, limits), gossip: openGossip(nowMs), speech: new Map() };
}

/** When time alone calls for a `wake`. */
export function overlayDueMs(state: OverlayState): number {
  return gossipDueMs(state.gossip);
}

interface Draft {
  state: OverlayState;
  readonly effects: OverlayEffect[];
  readonly nowMs: number;
  readonly random: Random;
}

/** One step of the overlay. Pure, given what `random` yields. */
export function stepOverlay(
  state: OverlayState,
  event: OverlayEvent,
  random: Random,
): { readonly state: OverlayState; readonly effects: readonly OverlayEffect[] } {
  const draft: Draft = { state, effects: [], nowMs: event.nowMs, random };
  switch (event.type) {
    case 'message':
      hear(draft, event.from, event.message);
      break;
    case 'nonsense':
      runView(draft, { type: 'demerit', peer: event.from, weight: NONSENSE, nowMs: event.nowMs });
      break;
    case 'broadcast':
    case 'wake':
      runGossip(draft, event);
      break;
    default:
      runView(draft, event);
  }
  return { state: draft.state, effects: draft.effects };
}

function hear(draft: Draft, from: PeerId, message: OverlayMessage): void {
  const { nowMs } = draft;
  if (!draft.state.view.links.has(from)) return;
  if (isGossip(message)) return runGossip(draft, { type: 'gossip', from, message, nowMs });
  const bucket = draft.state.speech.get(from) ?? fullTokens(MEMBERSHIP_BUCKET, nowMs);
  const left = takeTokens(bucket, MEMBERSHIP_BUCKET, nowMs);
  if (left === undefined) return runView(draft, { type: 'demerit', peer: from, weight: 1, nowMs });
  draft.state = { ...draft.state, speech: new Map(draft.state.speech).set(from, left) };
  runView(draft, { type: 'membership', from, message, nowMs });
}

function runView(draft: Draft, event: ViewEvent): void {
  const before = draft.state.view;
  const { state: view, effects } = stepView(before, event, draft.random);
  draft.state = { ...draft.state, view };
  draft.effects.push(...effects);
  if (view.links !== before.links) tellGossip(draft, before);
}

/** Gossip goes over every connection that is not about to end; an extra one of a large room is not in the tree. */
function tellGossip(draft: Draft, before: ViewState): void {
  const { view, speech } = draft.state;
  const { nowMs } = draft;
  const isSmall = isSmallRoom(view);
  for (const link of view.links.values()) {
    if (link === before.links.get(link.peer)) continue;
    if (isLeaving(link)) runGossip(draft, { type: 'down', peer: link.peer, nowMs });
    else if (isLeaving(before.links.get(link.peer)) || before.links.get(link.peer)?.role !== link.role)
      runGossip(draft, { type: 'up', peer: link.peer, isEager: isSmall || link.role === 'neighbour', nowMs });
  }
  let left: Map<PeerId, Tokens> | undefined;
  for (const peer of before.links.keys()) {
    if (view.links.has(peer)) continue;
    runGossip(draft, { type: 'down', peer, nowMs });
    left ??= new Map(speech);
    left.delete(peer);
  }
  if (left !== undefined) draft.state = { ...draft.state, speech: left };
}

function isLeaving(link: Link | undefined): boolean {
  return link?.role === 'parting' || link?.role === 'parted';
}

function runGossip(draft: Draft, event: GossipEvent): void {
  const { state: gossip, effects } = stepGossip(draft.state.gossip, event);
  draft.state = { ...draft.state, gossip };
  for (const effect of effects) {
    if (effect.type === 'demerit')
      runView(draft, { type: 'demerit', peer: effect.peer, weight: effect.weight, nowMs: draft.nowMs });
    else draft.effects.push(effect);
  }
}

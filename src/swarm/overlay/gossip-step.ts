import { type PeerId, takeTokens } from '#vocabulary';
import {
  CACHE_BYTES,
  CACHE_COUNT,
  CACHE_MS,
  FORWARD_BUCKET,
  GOSSIP_BUCKET,
  GOSSIP_BYTES_BUCKET,
  GRAFT_AFTER_MS,
  GRAFT_NEXT_MS,
  LAZY_DELAY_MS,
  MAX_ANNOUNCERS,
  MAX_HOPS,
  MAX_IDS_TOLD,
  MAX_MISSING,
  MAX_MISSING_PER_PEER,
  OWN_BUCKET,
} from './constants.ts';
import {
  type CachedMessage,
  type GossipEffect,
  type GossipEvent,
  type GossipPeer,
  type GossipState,
  type MissingMessage,
  messageId,
  newGossipPeer,
} from './gossip-state.ts';
import { addId, hasId } from './id-window.ts';
import type { GossipMessage } from './overlay-wire.ts';

/** A message over the rate, and an announcement that was not kept: what each adds to the complaints about a peer. */
const OVER_RATE = 1;
const NOT_KEPT = 2;

interface Draft {
  state: GossipState;
  readonly effects: GossipEffect[];
  readonly nowMs: number;
}

/** One step of Plumtree (Leitao, Pereira, Rodrigues 2007). Pure. */
export function stepGossip(
  state: GossipState,
  event: GossipEvent,
): { readonly state: GossipState; readonly effects: readonly GossipEffect[] } {
  const draft: Draft = { state, effects: [], nowMs: event.nowMs };
  switch (event.type) {
    case 'up':
      onUp(draft, event.peer, event.isEager);
      break;
    case 'down':
      onDown(draft, event.peer);
      break;
    case 'gossip':
      onGossip(draft, event.from, event.message);
      break;
    case 'broadcast':
      onBroadcast(draft, event.topic, event.body);
      break;
    case 'wake':
      flush(draft);
      pursueMissing(draft);
      break;
  }
  return { state: draft.state, effects: draft.effects };
}

function change(draft: Draft, part: Partial<GossipState>): void {
  draft.state = { ...draft.state, ...part };
}

function setPeer(draft: Draft, peer: PeerId, part: Partial<GossipPeer>): void {
  const known = draft.state.peers.get(peer);
  if (known !== undefined) change(draft, { peers: new Map(draft.state.peers).set(peer, { ...known, ...part }) });
}

function setMissing(draft: Draft, id: string, missing: MissingMessage | undefined): void {
  const next = new Map(draft.state.missing);
  if (missing === undefined) next.delete(id);
  else next.set(id, missing);
  change(draft, { missing: next });
}

function onUp(draft: Draft, peer: PeerId, isEager: boolean): void {
  const known = draft.state.peers.get(peer);
  if (known !== undefined) {
    if (isEager && !known.isEager) setPeer(draft, peer, { isEager });
    return;
  }
  dropOld(draft);
  // What is on its way just now may have missed a tab that changes its neighbours.
  const untold = [...draft.state.cache.keys()].slice(-MAX_IDS_TOLD);
  change(draft, { peers: new Map(draft.state.peers).set(peer, newGossipPeer(isEager, untold, draft.nowMs)) });
  if (untold.length > 0) planFlush(draft);
}

function onDown(draft: Draft, peer: PeerId): void {
  if (!draft.state.peers.has(peer)) return;
  const peers = new Map(draft.state.peers);
  peers.delete(peer);
  change(draft, { peers });
}

function onBroadcast(draft: Draft, topic: string, body: Uint8Array): void {
  const id = messageId(topic, body);
  const own = takeTokens(draft.state.own, OWN_BUCKET, draft.nowMs);
  if (own === undefined || hasId(draft.state.seen, id)) return;
  change(draft, { own });
  take(draft, id, { topic, body, hops: 0, atMs: draft.nowMs });
  spread(draft, id, undefined);
}

function onGossip(draft: Draft, from: PeerId, message: GossipMessage): void {
  const peer = draft.state.peers.get(from);
  if (peer === undefined) return;
  const messages = takeTokens(peer.messages, GOSSIP_BUCKET, draft.nowMs);
  const size = message.t === 'say' ? message.body.byteLength : 0;
  const bytes = takeTokens(peer.bytes, GOSSIP_BYTES_BUCKET, draft.nowMs, size);
  if (messages === undefined || bytes === undefined) return complain(draft, from, OVER_RATE);
  setPeer(draft, from, { messages, bytes });
  switch (message.t) {
    case 'say':
      return onSay(draft, from, message);
    case 'have':
      return onHave(draft, from, message.ids);
    case 'graft':
      return onGraft(draft, from, message.id);
    case 'prune':
      return setPeer(draft, from, { isEager: false });
  }
}

function onSay(draft: Draft, from: PeerId, { topic, body, hops }: Extract<GossipMessage, { t: 'say' }>): void {
  const id = messageId(topic, body);
  const wasEager = draft.state.peers.get(from)?.isEager === true;
  if (hasId(draft.state.seen, id)) {
    // Came by another way sooner: this link leaves the tree. Said once; whoever goes on is over its rate some time.
    if (wasEager) {
      setPeer(draft, from, { isEager: false });
      draft.effects.push({ type: 'send', to: from, message: { t: 'prune' } });
    }
    return;
  }
  if (draft.state.missing.has(id)) setMissing(draft, id, undefined);
  if (!wasEager) setPeer(draft, from, { isEager: true });
  const message = { topic, body, hops: Math.min(MAX_HOPS, hops + 1), atMs: draft.nowMs };
  take(draft, id, message);
  draft.effects.push({ type: 'deliver', via: from, topic, body, hops: message.hops });
  const forwards = takeTokens(draft.state.forwards, FORWARD_BUCKET, draft.nowMs);
  if (forwards === undefined) return;
  change(draft, { forwards });
  spread(draft, id, from);
}

/** To tree neighbours at once, to the others the news that it is here. */
function spread(draft: Draft, id: string, from: PeerId | undefined): void {
  const message = draft.state.cache.get(id);
  if (message === undefined) return;
  const { topic, body, hops } = message;
  let peers: Map<PeerId, GossipPeer> | undefined;
  for (const [peer, state] of draft.state.peers) {
    if (peer === from) continue;
    if (state.isEager) draft.effects.push({ type: 'send', to: peer, message: { t: 'say', topic, body, hops } });
    else {
      peers ??= new Map(draft.state.peers);
      peers.set(peer, { ...state, untold: [...state.untold, id].slice(-MAX_IDS_TOLD) });
    }
  }
  if (peers === undefined) return;
  change(draft, { peers });
  planFlush(draft);
}

function take(draft: Draft, id: string, message: CachedMessage): void {
  const cache = new Map(draft.state.cache).set(id, message);
  const cacheBytes = draft.state.cacheBytes + message.body.byteLength;
  change(draft, { seen: addId(draft.state.seen, id, draft.nowMs), cache, cacheBytes });
  dropOld(draft);
}

function dropOld(draft: Draft): void {
  const { nowMs } = draft;
  let { cacheBytes } = draft.state;
  let cache: Map<string, CachedMessage> | undefined;
  for (const [id, message] of draft.state.cache) {
    const count = (cache ?? draft.state.cache).size;
    if (nowMs - message.atMs < CACHE_MS && count <= CACHE_COUNT && cacheBytes <= CACHE_BYTES) break;
    cache ??= new Map(draft.state.cache);
    cache.delete(id);
    cacheBytes -= message.body.byteLength;
  }
  if (cache !== undefined) change(draft, { cache, cacheBytes });
}

function onHave(draft: Draft, from: PeerId, ids: readonly string[]): void {
  // Who has announced a message need not be told of it.
  const untold = draft.state.peers.get(from)?.untold ?? [];
  const left = untold.filter((id) => !ids.includes(id));
  if (left.length < untold.length) setPeer(draft, from, { untold: left });
  let promised = 0;
  for (const { announcers } of draft.state.missing.values()) if (announcers.includes(from)) promised++;
  for (const id of ids) {
    if (hasId(draft.state.seen, id)) continue;
    const known = draft.state.missing.get(id);
    if (known?.announcers.includes(from) === true) continue;
    if (promised >= MAX_MISSING_PER_PEER || (known === undefined && draft.state.missing.size >= MAX_MISSING)) return;
    if (known !== undefined && known.announcers.length >= MAX_ANNOUNCERS) continue;
    promised++;
    setMissing(draft, id, {
      announcers: [...(known?.announcers ?? []), from],
      asked: known?.asked,
      dueMs: known?.dueMs ?? draft.nowMs + GRAFT_AFTER_MS,
    });
  }
}

function onGraft(draft: Draft, from: PeerId, id: string | undefined): void {
  setPeer(draft, from, { isEager: true });
  const message = id === undefined ? undefined : draft.state.cache.get(id);
  if (message === undefined) return;
  const { topic, body, hops } = message;
  // What is asked for counts like what is sent: nobody can ask this tab out of its bandwidth.
  const peer = draft.state.peers.get(from);
  const bytes = peer && takeTokens(peer.bytes, GOSSIP_BYTES_BUCKET, draft.nowMs, body.byteLength);
  if (bytes === undefined) return complain(draft, from, OVER_RATE);
  setPeer(draft, from, { bytes });
  draft.effects.push({ type: 'send', to: from, message: { t: 'say', topic, body, hops } });
}

function planFlush(draft: Draft): void {
  if (draft.state.flushAtMs === Infinity) change(draft, { flushAtMs: draft.nowMs + LAZY_DELAY_MS });
}

function flush(draft: Draft): void {
  if (draft.state.flushAtMs > draft.nowMs) return;
  const peers = new Map(draft.state.peers);
  for (const [peer, state] of peers) {
    if (state.untold.length === 0) continue;
    draft.effects.push({ type: 'send', to: peer, message: { t: 'have', ids: state.untold } });
    peers.set(peer, { ...state, untold: [] });
  }
  change(draft, { peers, flushAtMs: Infinity });
}

/** Asks for what was announced and has not come; then the next who announced it. */
function pursueMissing(draft: Draft): void {
  const { nowMs } = draft;
  for (const [id, { announcers, asked, dueMs }] of draft.state.missing) {
    if (dueMs > nowMs) continue;
    if (asked !== undefined && draft.state.peers.has(asked)) complain(draft, asked, NOT_KEPT);
    const left = announcers.filter((peer) => peer !== asked && draft.state.peers.has(peer));
    const [next, ...rest] = left;
    if (next === undefined) {
      setMissing(draft, id, undefined);
      continue;
    }
    setMissing(draft, id, { announcers: [next, ...rest], asked: next, dueMs: nowMs + GRAFT_NEXT_MS });
    setPeer(draft, next, { isEager: true });
    draft.effects.push({ type: 'send', to: next, message: { t: 'graft', id } });
  }
}

function complain(draft: Draft, peer: PeerId, weight: number): void {
  draft.effects.push({ type: 'demerit', peer, weight });
}

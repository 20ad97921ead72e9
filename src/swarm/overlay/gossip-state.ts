import { type PeerId, type Tokens, bytesToHex, fullTokens, sha256 } from '#vocabulary';
import { FORWARD_BUCKET, GOSSIP_BUCKET, GOSSIP_BYTES_BUCKET, MESSAGE_ID_BYTES, OWN_BUCKET } from './constants.ts';
import { type IdWindow, emptyWindow } from './id-window.ts';
import type { GossipMessage } from './overlay-wire.ts';

/** One neighbour as gossip sees it. */
export interface GossipPeer {
  /** Gets messages at once; otherwise it is told that they are there. */
  readonly isEager: boolean;
  readonly messages: Tokens;
  readonly bytes: Tokens;
  /** Ids to announce to it with the next flush. */
  readonly untold: readonly string[];
}

export interface CachedMessage {
  readonly topic: string;
  readonly body: Uint8Array;
  readonly hops: number;
  readonly atMs: number;
}

/** Announced, not come yet. */
export interface MissingMessage {
  readonly announcers: readonly PeerId[];
  /** Asked last. */
  readonly asked: PeerId | undefined;
  readonly dueMs: number;
}

export interface GossipState {
  readonly peers: ReadonlyMap<PeerId, GossipPeer>;
  readonly seen: IdWindow;
  /** In order of arrival. */
  readonly cache: ReadonlyMap<string, CachedMessage>;
  readonly cacheBytes: number;
  readonly missing: ReadonlyMap<string, MissingMessage>;
  readonly forwards: Tokens;
  readonly own: Tokens;
  readonly flushAtMs: number;
}

export type GossipEvent = { readonly nowMs: number } & (
  | { readonly type: 'up'; readonly peer: PeerId; readonly isEager: boolean }
  | { readonly type: 'down'; readonly peer: PeerId }
  | { readonly type: 'gossip'; readonly from: PeerId; readonly message: GossipMessage }
  | { readonly type: 'broadcast'; readonly topic: string; readonly body: Uint8Array }
  | { readonly type: 'wake' }
);

export type GossipEffect =
  | { readonly type: 'send'; readonly to: PeerId; readonly message: GossipMessage }
  | {
      readonly type: 'deliver';
      readonly via: PeerId;
      readonly topic: string;
      readonly body: Uint8Array;
      readonly hops: number;
    }
  | { readonly type: 'demerit'; readonly peer: PeerId; readonly weight: number };

export function openGossip(nowMs: number): GossipState {
  return {
    peers: new Map(),
    seen: emptyWindow(nowMs),
    cache: new Map(),
    cacheBytes: 0,
    missing: new Map(),
    forwards: fullTokens(FORWARD_BUCKET, nowMs),
    own: fullTokens(OWN_BUCKET, nowMs),
    flushAtMs: Infinity,
  };
}

export function newGossipPeer(isEager: boolean, untold: readonly string[], nowMs: number): GossipPeer {
  return {
    isEager,
    messages: fullTokens(GOSSIP_BUCKET, nowMs),
    bytes: fullTokens(GOSSIP_BYTES_BUCKET, nowMs),
    untold,
  };
}

/** When the state next changes by time alone. */
export function gossipDueMs(state: GossipState): number {
  let dueMs = state.flushAtMs;
  for (const missing of state.missing.values()) dueMs = Math.min(dueMs, missing.dueMs);
  return dueMs;
}

const text = new TextEncoder();

/** What a message is called everywhere: of its content alone, so that nobody can give one message two names. */
export function messageId(topic: string, body: Uint8Array): string {
  const name = text.encode(topic);
  const bytes = new Uint8Array(1 + name.byteLength + body.byteLength);
  bytes[0] = name.byteLength;
  bytes.set(name, 1);
  bytes.set(body, 1 + name.byteLength);
  return bytesToHex(sha256(bytes).subarray(0, MESSAGE_ID_BYTES));
}

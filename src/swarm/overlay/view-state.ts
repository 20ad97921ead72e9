import { type PeerId, type Random, type Tokens, fullTokens } from '#vocabulary';
import type { RoomMember } from '../joining/rendezvous-wire.ts';
import type { ConnectionKind } from '../swarm.ts';
import type { Candidates } from './candidates.ts';
import type { Card } from './card.ts';
import {
  DIAL_BUCKET,
  OVERLAY_LIMITS,
  type OverlayLimits,
  RENEW_INTERVAL_MS,
  SHUFFLE_INTERVAL_MS,
} from './constants.ts';
import type { MembershipMessage } from './overlay-wire.ts';

/**
 * `extra`: connected, not a neighbour (yet). `asked`: wanted as a neighbour. `parting`: asked to part. `parted`: has
 * agreed to part, the other side closes.
 */
export type LinkRole = 'extra' | 'asked' | 'neighbour' | 'parting' | 'parted';

/** One connected peer. */
export interface Link {
  readonly peer: PeerId;
  readonly kind: ConnectionKind;
  readonly roundTripMs: number | undefined;
  readonly isContributing: boolean;
  /** The other side chose this tab. */
  readonly isInbound: boolean;
  /** Made because the room was small, not by chance. */
  readonly isOfSmallRoom: boolean;
  readonly role: LinkRole;
  /** Was a neighbour before parting, and is one again when one side wants to stay. */
  readonly wasNeighbour: boolean;
  readonly sinceMs: number;
  /** When the role ends if nothing comes: an answer, the other side's closing. */
  readonly dueMs: number;
  readonly usedUntilMs: number;
  /** How often it did not want to part. */
  readonly stays: number;
  readonly demerits: number;
}

export interface Dial {
  readonly peer: PeerId;
  readonly purpose: 'mesh' | 'use';
  readonly untilMs: number;
}

/** An exchange under way: `newcomer` came so that `poor` may go. */
export interface Swap {
  readonly poor: PeerId;
  readonly newcomer: PeerId;
  readonly untilMs: number;
}

/** Whom a tab is linked to, whom it could be, and what it has spent on it. */
export interface ViewState {
  readonly self: PeerId;
  readonly limits: OverlayLimits;
  readonly salt: number;
  readonly links: ReadonlyMap<PeerId, Link>;
  readonly dials: ReadonlyMap<PeerId, Dial>;
  readonly candidates: Candidates;
  /** Peers whose connections are refused, until when. */
  readonly banned: ReadonlyMap<PeerId, number>;
  readonly card: Card | undefined;
  readonly hasRelay: boolean;
  /** Others in the room, as the relay counts. */
  readonly others: number;
  readonly largeSinceMs: number | undefined;
  readonly dialTokens: Tokens;
  /** Connections opened or tried, either side's: each is an RTCPeerConnection. */
  readonly spent: number;
  readonly isIntroduced: boolean;
  readonly swap: Swap | undefined;
  readonly shuffleAtMs: number;
  readonly sampledAtMs: number;
  readonly shrinkAtMs: number;
  readonly optimiseAtMs: number;
  readonly renewAtMs: number;
  readonly fadeAtMs: number;
}

export type ViewEvent = { readonly nowMs: number } & (
  | { readonly type: 'members'; readonly members: readonly RoomMember[]; readonly total: number }
  | { readonly type: 'joined'; readonly member: RoomMember }
  | { readonly type: 'left'; readonly peer: PeerId }
  | { readonly type: 'relay'; readonly isUp: boolean }
  | { readonly type: 'connected'; readonly peer: PeerId; readonly facts: LinkFacts }
  | { readonly type: 'changed'; readonly peer: PeerId; readonly facts: LinkFacts }
  /** `comesBack`: lost, not left. */
  | { readonly type: 'gone'; readonly peer: PeerId; readonly comesBack: boolean }
  | { readonly type: 'membership'; readonly from: PeerId; readonly message: MembershipMessage }
  | { readonly type: 'used'; readonly peer: PeerId; readonly untilMs: number }
  /** A connection is wanted for use. */
  | { readonly type: 'want'; readonly peer: PeerId; readonly untilMs: number }
  /** Not any more. */
  | { readonly type: 'unwant'; readonly peer: PeerId }
  /** The relay does not know the peer any more. */
  | { readonly type: 'not-there'; readonly peer: PeerId }
  | { readonly type: 'card'; readonly card: Card }
  | { readonly type: 'demerit'; readonly peer: PeerId; readonly weight: number }
  | { readonly type: 'tick' }
);

export interface LinkFacts {
  readonly kind: ConnectionKind;
  readonly roundTripMs: number | undefined;
  readonly isContributing: boolean;
}

export type ViewEffect =
  | { readonly type: 'send'; readonly to: PeerId; readonly message: MembershipMessage }
  /** `eager`: this side is the one to dial; otherwise the other is given time first. */
  | { readonly type: 'dial'; readonly peer: PeerId; readonly eager: boolean }
  | { readonly type: 'forget'; readonly peer: PeerId }
  | { readonly type: 'close'; readonly peer: PeerId }
  | { readonly type: 'sample' };

export function openView(self: PeerId, nowMs: number, random: Random, limits = OVERLAY_LIMITS): ViewState {
  return {
    self,
    limits,
    salt: Math.floor(random.next() * 0x1_0000_0000),
    links: new Map(),
    dials: new Map(),
    candidates: new Map(),
    banned: new Map(),
    card: undefined,
    hasRelay: false,
    others: 0,
    largeSinceMs: undefined,
    dialTokens: fullTokens(DIAL_BUCKET, nowMs),
    spent: 0,
    isIntroduced: false,
    swap: undefined,
    shuffleAtMs: nowMs + SHUFFLE_INTERVAL_MS * random.next(),
    sampledAtMs: nowMs,
    shrinkAtMs: nowMs,
    optimiseAtMs: nowMs,
    renewAtMs: nowMs + RENEW_INTERVAL_MS * (0.5 + random.next()),
    fadeAtMs: nowMs,
  };
}

export function isNeighbour(link: Link | undefined): boolean {
  return link !== undefined && link.role === 'neighbour';
}

/** Everybody is to be linked to everybody. */
export function isSmallRoom(state: ViewState): boolean {
  return state.others <= state.limits.fullMesh;
}

export function neighboursOf(state: ViewState): Link[] {
  return [...state.links.values()].filter(isNeighbour);
}

/** Neighbours and those asked to be. */
export function placesTaken(state: ViewState): number {
  let count = 0;
  for (const { role } of state.links.values()) if (role === 'neighbour' || role === 'asked') count++;
  return count;
}

export function neighbourCount(state: ViewState): number {
  let count = 0;
  for (const { role } of state.links.values()) if (role === 'neighbour') count++;
  return count;
}

export function isInUse(link: Link, nowMs: number): boolean {
  return link.usedUntilMs > nowMs;
}

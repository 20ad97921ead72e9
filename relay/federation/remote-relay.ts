import type { PeerId } from '#vocabulary';
import type { Registration } from '../rendezvous.ts';
import { type Change, MAX_REGISTRATIONS, type RoomPeers, type SnapshotPart } from './federation-wire.ts';

/** What happens to the registrations of another relay, as this one learns of it. */
export interface RemoteEvents {
  joined(registration: Registration): void;
  left(registration: Registration): void;
}

/** Changes that overtook another are held this long, and no more than this many, before everything is asked for. */
const GAP_MS = 1000;
const MAX_EARLY = 64;

/** This relay's copy of one other relay's registrations since that one started. */
export interface RemoteRelay {
  readonly epoch: number;
  readonly count: number;
  /** Nothing is known to be missing. */
  isWhole(nowMs: number): boolean;
  /** The other says that `number` is its latest change. */
  heardOf(number: number, nowMs: number): void;
  change(change: Change, nowMs: number): void;
  snapshot(part: SnapshotPart): void;
  /** Ends all registrations. */
  clear(): void;
}

export function createRemoteRelay(epoch: number, { joined, left }: RemoteEvents): RemoteRelay {
  const rooms = new Map<string, Set<PeerId>>();
  let count = 0;
  /** Latest change that is carried out; undefined before the first snapshot. */
  let number: number | undefined;
  let early = new Map<number, Change>();
  let parts: { readonly number: number; readonly of: number; readonly got: Map<number, SnapshotPart> } | undefined;
  let gapSinceMs: number | undefined;

  const add = (room: string, peer: PeerId): void => {
    const peers = rooms.get(room) ?? new Set<PeerId>();
    if (!peers.has(peer)) {
      if (count >= MAX_REGISTRATIONS) return;
      count++;
      rooms.set(room, peers.add(peer));
    }
    joined({ room, peer });
  };
  const remove = (room: string, peer: PeerId): void => {
    const peers = rooms.get(room);
    if (peers?.delete(peer) !== true) return;
    count--;
    if (peers.size === 0) rooms.delete(room);
    left({ room, peer });
  };
  const each = (groups: readonly RoomPeers[], act: (room: string, peer: PeerId) => void): void => {
    for (const { room, peers } of groups) for (const peer of peers) act(room, peer);
  };
  const carryOut = (): void => {
    for (;;) {
      const next: Change | undefined = number === undefined ? undefined : early.get(number + 1);
      if (next === undefined) break;
      early.delete(next.number);
      each(next.left, remove);
      each(next.joined, add);
      number = next.number;
    }
    if (early.size === 0) gapSinceMs = undefined;
  };

  const replaceBy = (members: readonly RoomPeers[]): void => {
    const wanted = new Map<string, Set<PeerId>>();
    each(members, (room, peer) => wanted.set(room, (wanted.get(room) ?? new Set<PeerId>()).add(peer)));
    for (const [room, peers] of [...rooms])
      for (const peer of [...peers]) if (wanted.get(room)?.has(peer) !== true) remove(room, peer);
    // Those that are known are not announced again.
    for (const [room, peers] of wanted)
      for (const peer of peers) if (rooms.get(room)?.has(peer) !== true) add(room, peer);
  };

  return {
    epoch,
    get count() {
      return count;
    },
    isWhole: (nowMs) => number !== undefined && (gapSinceMs === undefined || nowMs - gapSinceMs < GAP_MS),
    heardOf(latest, nowMs) {
      if (number !== undefined && latest > number) gapSinceMs ??= nowMs;
    },
    change(change, nowMs) {
      if (number !== undefined && change.number <= number) return;
      early.set(change.number, change);
      carryOut();
      if (early.size === 0) return;
      gapSinceMs ??= nowMs;
      // The latest of too many are the ones that the next snapshot leaves over.
      if (early.size > MAX_EARLY) early.delete(Math.min(...early.keys()));
    },
    snapshot(part) {
      if (number !== undefined && part.number < number) return;
      if (parts === undefined || part.number > parts.number)
        parts = { number: part.number, of: part.parts, got: new Map() };
      if (part.number !== parts.number || part.parts !== parts.of) return;
      parts.got.set(part.part, part);
      if (parts.got.size < parts.of) return;
      replaceBy([...parts.got.values()].flatMap(({ members }) => members));
      number = part.number;
      parts = undefined;
      early = new Map([...early].filter(([key]) => key > part.number));
      gapSinceMs = undefined;
      carryOut();
    },
    clear() {
      for (const [room, peers] of [...rooms]) for (const peer of [...peers]) remove(room, peer);
    },
  };
}

import { type Clock, type PeerId, type Random, bytesToHex, shuffled } from '#vocabulary';
import type { Rpc } from '../rpc/rpc.ts';
import type { Swarm, SwarmPeer } from '../swarm.ts';
import { CONTENT_FEATURE } from '../constants.ts';
import { readBits } from './bitfield.ts';
import type { ChunkShape } from './chunk-list.ts';
import { cidBytes } from './cid.ts';
import { HAVE_DEADLINE_MS, MAX_ASKED_UNTOLD, MAX_PEER_SOURCES } from './constants.ts';
import type { ListClaim } from './list-choice.ts';
import { haveMethod } from './methods.ts';
import type { Providers } from './providers.ts';

/** What a peer has of one file, by its own word. */
export interface PeerHave extends ListClaim {
  readonly has: (chunk: number) => boolean;
}

/** Looks for peers that have a file, or some of it. */
export interface Finder {
  /** Resolves when all that were asked have answered, or `signal` aborts. Answers show in `found` as they come. */
  look(signal: AbortSignal): Promise<void>;
  /** Whether there is anybody to ask. */
  hasCandidates(): boolean;
  readonly found: () => readonly PeerHave[];
  /** Not asked again for a while. */
  leave(peer: PeerId): void;
}

export interface FinderOptions {
  readonly swarm: Swarm;
  readonly rpc: Rpc;
  readonly clock: Clock;
  readonly random: Random;
  readonly providers: Providers;
  readonly isCondemned: (peer: PeerId) => boolean;
  readonly sha256: string;
  readonly shape: ChunkShape;
  /** Somebody answered. */
  readonly onAnswer: () => void;
}

/** One that does not have the file, or failed, is asked again after so long, or when it announces something new. */
const AGAIN_MS = 15_000;
/** One that could not be asked: a connection that is just coming about may need a moment. */
const RETRY_MS = 1_000;
/** Peers that are connected to because they announced the file, in one look. */
const MAX_CONNECTED = 3;

export function createFinder(options: FinderOptions): Finder {
  const { swarm, rpc, clock, random, providers, isCondemned, shape, sha256 } = options;
  const cid = cidBytes(sha256);
  const haves = new Map<PeerId, PeerHave>();
  const left = new Map<PeerId, { readonly atMs: number; readonly forMs: number }>();
  const asking = new Set<PeerId>();

  const connected = (): readonly PeerId[] =>
    swarm
      .getState()
      .peers.filter(mayGive)
      .map(({ id }) => id);

  const isOpenTo = (peer: PeerId): boolean => {
    if (peer === swarm.self || isCondemned(peer) || asking.has(peer)) return false;
    const before = left.get(peer);
    if (before === undefined || clock.now() - before.atMs > before.forMs) return true;
    return (providers.heardMs(peer) ?? 0) > before.atMs;
  };

  const leave = (peer: PeerId, forMs = AGAIN_MS): void => {
    haves.delete(peer);
    left.set(peer, { atMs: clock.now(), forMs });
  };

  const ask = async (peer: PeerId, signal: AbortSignal): Promise<void> => {
    asking.add(peer);
    try {
      const answer = await rpc.call(peer, haveMethod, { cid }, { deadlineMs: HAVE_DEADLINE_MS, signal });
      if (signal.aborted) return;
      const have =
        answer.ok && answer.value !== null && answer.value.size === shape.sizeBytes ? answer.value : undefined;
      const bits = have === undefined ? undefined : readBits(have.bits, shape.count);
      if (have === undefined || bits === undefined || isCondemned(peer)) leave(peer, answer.ok ? AGAIN_MS : RETRY_MS);
      else if (haves.has(peer) || haves.size < MAX_PEER_SOURCES)
        haves.set(peer, {
          peer,
          listName: bytesToHex(have.list),
          isWhole: bits.every((has) => has),
          has: (chunk) => bits[chunk] === true,
        });
    } finally {
      asking.delete(peer);
    }
    options.onAnswer();
  };

  const connectAndAsk = async (peer: PeerId, signal: AbortSignal): Promise<void> => {
    asking.add(peer);
    const reached = await swarm.connect(peer, signal).finally(() => asking.delete(peer));
    if (signal.aborted) return;
    if (reached.ok && connected().includes(peer)) await ask(peer, signal);
    else leave(peer, RETRY_MS);
  };

  /** Whom to ask now: those who said so, some of those who did not, and those who have only some of it so far. */
  const choose = (): { readonly there: readonly PeerId[]; readonly away: readonly PeerId[] } => {
    const here = connected();
    const told = new Set(providers.of(sha256));
    const unfinished = here.filter((peer) => haves.get(peer)?.isWhole === false && !asking.has(peer));
    const fresh = haves.size >= MAX_PEER_SOURCES ? [] : here.filter((peer) => !haves.has(peer) && isOpenTo(peer));
    const untold = shuffled(
      random,
      fresh.filter((peer) => !told.has(peer)),
    ).slice(0, MAX_ASKED_UNTOLD);
    const there = [...unfinished, ...fresh.filter((peer) => told.has(peer)), ...untold];
    const isEnough = haves.size + there.length >= MAX_PEER_SOURCES / 2;
    const away = isEnough ? [] : [...told].filter((peer) => !here.includes(peer) && isOpenTo(peer));
    return { there, away: shuffled(random, away).slice(0, MAX_CONNECTED) };
  };

  return {
    async look(signal) {
      const { there, away } = choose();
      await Promise.all([
        ...there.map((peer) => ask(peer, signal)),
        ...away.map((peer) => connectAndAsk(peer, signal)),
      ]);
    },
    hasCandidates() {
      const { there, away } = choose();
      return haves.size + there.length + away.length > 0;
    },
    found() {
      const here = new Set(connected());
      for (const peer of haves.keys()) if (!here.has(peer) || isCondemned(peer)) haves.delete(peer);
      return [...haves.values()];
    },
    leave: (peer) => leave(peer),
  };
}

/** Bulk goes from tab to tab or through TURN, never through the circuit relay, and only among those who know how. */
function mayGive({ kind, advert, incompatible, features }: SwarmPeer): boolean {
  const knowsHow = features === undefined || features.includes(CONTENT_FEATURE);
  return kind !== 'relayed' && advert !== undefined && incompatible === undefined && knowsHow;
}

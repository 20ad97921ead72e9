import { type Clock, type Failure, type PeerId, type Random, type Result, shuffled, sleep } from '#vocabulary';
import { backoffMs } from './backoff.ts';
import type { ConnectionKind } from './swarm.ts';

export type DialFailure = Failure<'peer-left' | 'no-direct-path' | 'timed-out' | 'relay-lost' | 'dial-failed'>;

export interface DiallerOptions {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens a connection and puts it to use, within `timeoutMs` and while `signal` lasts. */
  readonly dial: (
    peer: PeerId,
    kind: ConnectionKind,
    timeoutMs: number,
    signal: AbortSignal,
  ) => Promise<Result<void, DialFailure>>;
  /** Kind of the connection in use, undefined without one. */
  readonly kindOf: (peer: PeerId) => ConnectionKind | undefined;
  readonly hasRoom: () => boolean;
  /** An attempt failed; for the log and the doctor. */
  readonly onFailure: (peer: PeerId, kind: ConnectionKind, reason: DialFailure) => void;
}

/** Keeps trying to reach those it is told to want, until there is a direct connection. */
export interface Dialler {
  /**
   * `eager`: this side is the one to dial (the newcomer does). Otherwise the other side is given time first, so that
   * two tabs seldom dial each other at once; when they do, both connections work and the worse one is closed.
   */
  want(peer: PeerId, eager: boolean): void;
  forget(peer: PeerId): void;
  wants(peer: PeerId): boolean;
  stop(): void;
}

/**
 * Dials at once. When a crowd of tabs on one busy machine starts together, more of them only make each other late:
 * 10 tabs on 2 loaded cores met in 12 s with 8 at once, or not at all when the first round had timed out.
 */
const MAX_PARALLEL_DIALS = 4;
/**
 * A direct dial takes 0.1-2 s where there is a path. One in a hundred hangs, so the first limit is short; the later ones
 * grow, because giving up what was only slow makes a busy machine busier.
 */
const DIAL_LIMITS_MS = [8_000, 16_000, 30_000];
/** How long the side that is not to dial waits for the other. Twice an ordinary direct dial under load. */
const WAIT_FOR_OTHER_MS = 6_000;
/** A direct connection takes 0.1-2 s where it works at all; then a relayed one makes the peer usable meanwhile. */
const RELAYED_AFTER_MS = 4_000;
const RETRY = { firstMs: 500, longestMs: 60_000 };

export function createDialler(options: DiallerOptions): Dialler {
  const { clock, random, dial, kindOf, hasRoom, onFailure } = options;
  const pursuits = new Map<PeerId, AbortController>();
  const waiting: (() => void)[] = [];
  let dialling = 0;

  const takeTurn = async (): Promise<void> => {
    if (dialling >= MAX_PARALLEL_DIALS) await new Promise<void>((resolve) => waiting.push(resolve));
    dialling++;
  };
  const passTurn = (): void => {
    dialling--;
    waiting.shift()?.();
  };

  const attempt = async (peer: PeerId, kind: ConnectionKind, tries: number, signal: AbortSignal): Promise<boolean> => {
    const timeoutMs = DIAL_LIMITS_MS[Math.min(tries, DIAL_LIMITS_MS.length - 1)] as number;
    const outcome = await dial(peer, kind, timeoutMs, signal);
    if (!outcome.ok && !signal.aborted) onFailure(peer, kind, outcome.error);
    return outcome.ok;
  };

  const pursue = async (peer: PeerId, eager: boolean, signal: AbortSignal): Promise<void> => {
    if (!eager) await sleep(clock, WAIT_FOR_OTHER_MS, signal);
    for (let tries = 0; !signal.aborted; tries++) {
      // A relayed connection is improved by the side that is to dial.
      if (kindOf(peer) === 'direct' || (kindOf(peer) === 'relayed' && !eager)) return;
      if (hasRoom() || kindOf(peer) !== undefined) {
        await takeTurn();
        if (signal.aborted) return passTurn();
        const cancelRelayed = clock.after(RELAYED_AFTER_MS, () => {
          if (kindOf(peer) === undefined && !signal.aborted) void attempt(peer, 'relayed', tries, signal);
        });
        const isDirect = await attempt(peer, 'direct', tries, signal);
        cancelRelayed();
        passTurn();
        if (isDirect) return;
        if (kindOf(peer) === undefined && !signal.aborted) await attempt(peer, 'relayed', tries, signal);
      }
      await sleep(clock, backoffMs(RETRY, tries, random), signal);
    }
  };

  return {
    want(peer, eager) {
      if (peer === options.self || pursuits.has(peer)) return;
      const controller = new AbortController();
      pursuits.set(peer, controller);
      void pursue(peer, eager, controller.signal).finally(() => {
        if (pursuits.get(peer) === controller) pursuits.delete(peer);
      });
    },
    forget(peer) {
      pursuits.get(peer)?.abort();
      pursuits.delete(peer);
    },
    wants: (peer) => pursuits.has(peer),
    stop() {
      for (const controller of pursuits.values()) controller.abort();
      pursuits.clear();
    },
  };
}

/** A random order, so that a crowd of newcomers does not fall upon the same peer at once. */
export function dialOrder(random: Random, peers: readonly PeerId[]): readonly PeerId[] {
  return shuffled(random, peers);
}

import { type Clock, type Failure, type PeerId, type Random, type Result, err, failure, sleep } from '#vocabulary';
import { backoffMs } from '../backoff.ts';
import type { BudgetLevel } from './connection-budget.ts';
import type { ConnectionKind } from '../swarm.ts';

/** The first five are the networks' doing: what forbids one attempt forbids the next. */
export type DialFailureType =
  | 'no-candidates'
  | 'no-servers'
  | 'udp-blocked'
  | 'turn-unreachable'
  | 'no-direct-path'
  | 'no-answer'
  | 'handshake-failed'
  | 'channel-hung'
  | 'peer-left'
  | 'timed-out'
  | 'relay-lost'
  | 'dial-failed'
  | 'connections-used-up';
export type DialFailure = Failure<DialFailureType>;

/** How a connection is tried: from tab to tab, which may turn out to need a TURN server, or through the relay. */
export type Way = 'direct' | 'relayed';

export interface DiallerOptions {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens a connection and puts it to use, within `timeoutMs` and while `signal` lasts. */
  readonly dial: (peer: PeerId, way: Way, timeoutMs: number, signal: AbortSignal) => Promise<Result<void, DialFailure>>;
  /** Kind of the connection in use, undefined without one. */
  readonly kindOf: (peer: PeerId) => ConnectionKind | undefined;
  readonly hasRoom: () => boolean;
  /** An attempt failed; for the log and the doctor. */
  readonly onFailure: (peer: PeerId, way: Way, reason: DialFailure) => void;
  /** How many more connections the browser allows; each direct attempt costs one. */
  readonly budget: () => BudgetLevel;
}

/** Keeps trying to reach those it is told to want, until there is a direct connection or one over TURN. */
export interface Dialler {
  /**
   * `eager`: this side is the one to dial (the newcomer does). Otherwise the other side is given time first, so that
   * two tabs seldom dial each other at once; when they do, both connections work and the worse one is closed.
   */
  want(peer: PeerId, eager: boolean): void;
  forget(peer: PeerId): void;
  wants(peer: PeerId): boolean;
  /** The network or the servers are others now: whoever waits for the next attempt makes it at once. */
  hurry(): void;
  stop(): void;
}

/**
 * Dials at once. When a crowd of tabs on one busy machine starts together, more of them only make each other late:
 * 10 tabs on 2 loaded cores met in 12 s with 8 at once, or not at all when the first round had timed out.
 */
const MAX_PARALLEL_DIALS = 4;
/**
 * A direct dial takes 0.1-2 s where there is a path, and what hangs is noticed sooner than this (`paths/`). The later
 * limits grow, because giving up what was only slow makes a busy machine busier.
 */
const DIAL_LIMITS_MS = [8_000, 16_000, 30_000];
/** How long the side that is not to dial waits for the other. Twice an ordinary direct dial under load. */
const WAIT_FOR_OTHER_MS = 6_000;
/** A direct connection takes 0.1-2 s where it works at all; then a relayed one makes the peer usable meanwhile. */
const RELAYED_AFTER_MS = 4_000;
const RETRY = { firstMs: 500, longestMs: 60_000 };
/** Networks change seldom, and every attempt is one connection of those the browser allows. */
const FORBIDDEN_RETRY = { firstMs: 20_000, longestMs: 600_000 };
const forbidden: ReadonlySet<DialFailureType> = new Set([
  'no-candidates',
  'no-servers',
  'udp-blocked',
  'turn-unreachable',
  'no-direct-path',
]);
/** Another attempt may fare better at once. */
const unlucky: ReadonlySet<DialFailureType> = new Set(['timed-out', 'no-answer', 'handshake-failed', 'channel-hung']);
/** How much more seldom what can wait is tried while connections are getting scarce. */
const SCARCE_FACTOR = 8;
const usedUp: DialFailure = failure(
  'connections-used-up',
  'This tab has nearly used up the connections that a browser allows a page.',
  'Reload the page to have new ones.',
);

export function createDialler(options: DiallerOptions): Dialler {
  const { clock, random, dial, kindOf, hasRoom, onFailure, budget } = options;
  const pursuits = new Map<PeerId, AbortController>();
  const waiting: (() => void)[] = [];
  let naps = new AbortController();
  let dialling = 0;

  const takeTurn = async (): Promise<void> => {
    if (dialling >= MAX_PARALLEL_DIALS) await new Promise<void>((resolve) => waiting.push(resolve));
    dialling++;
  };
  const passTurn = (): void => {
    dialling--;
    waiting.shift()?.();
  };

  const attempt = async (
    peer: PeerId,
    way: Way,
    tries: number,
    signal: AbortSignal,
  ): Promise<Result<void, DialFailure>> => {
    const timeoutMs = DIAL_LIMITS_MS[Math.min(tries, DIAL_LIMITS_MS.length - 1)] as number;
    const outcome = way === 'direct' && budget() === 'spent' ? err(usedUp) : await dial(peer, way, timeoutMs, signal);
    if (!outcome.ok && !signal.aborted) onFailure(peer, way, outcome.error);
    return outcome;
  };

  /** One attempt at the best connection; whether it came about, or why not. */
  const tryBoth = async (peer: PeerId, tries: number, signal: AbortSignal): Promise<Result<void, DialFailure>> => {
    let relayed: Promise<unknown> | undefined;
    const goRelayed = (): void => {
      if (kindOf(peer) === undefined && !signal.aborted) relayed ??= attempt(peer, 'relayed', tries, signal);
    };
    const cancelRelayed = clock.after(RELAYED_AFTER_MS, goRelayed);
    const direct = await attempt(peer, 'direct', tries, signal);
    cancelRelayed();
    passTurn();
    if (direct.ok) return direct;
    goRelayed();
    // What was only slow, or hung, is tried on meanwhile; otherwise the relayed one decides how long to wait.
    if (!unlucky.has(direct.error.type)) await relayed;
    return direct;
  };

  const pursue = async (peer: PeerId, eager: boolean, signal: AbortSignal): Promise<void> => {
    if (!eager) await sleep(clock, WAIT_FOR_OTHER_MS, signal);
    let forbiddenTries = 0;
    for (let tries = 0; !signal.aborted; tries++) {
      // ICE itself prefers a direct path to TURN. A relayed connection is improved by the side that is to dial.
      const kind = kindOf(peer);
      if (kind === 'direct' || kind === 'turn' || (kind === 'relayed' && !eager)) return;
      let waitMs = backoffMs(RETRY, tries, random);
      // What changes during the attempt also ends the wait after it.
      const nap = naps.signal;
      if (hasRoom() || kind !== undefined) {
        await takeTurn();
        if (signal.aborted) return passTurn();
        const outcome = await tryBoth(peer, tries, signal);
        if (outcome.ok) return;
        // Only who is reached some other way can wait for better networks.
        if (forbidden.has(outcome.error.type) && kindOf(peer) === 'relayed')
          waitMs = backoffMs(FORBIDDEN_RETRY, forbiddenTries++, random);
        if (budget() !== 'ample' && kindOf(peer) === 'relayed') waitMs *= SCARCE_FACTOR;
      }
      await sleep(clock, waitMs, AbortSignal.any([signal, nap]));
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
    hurry() {
      naps.abort();
      naps = new AbortController();
    },
    stop() {
      for (const controller of pursuits.values()) controller.abort();
      pursuits.clear();
    },
  };
}

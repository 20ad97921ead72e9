import { type Clock, type Failure, type Random, type Result, sleep } from '#vocabulary';
import { backoffMs } from './backoff.ts';
import { RENDEZVOUS_SILENCE_MS } from './constants.ts';
import { watchSilence } from './liveness.ts';
import type { RendezvousNotice } from './rendezvous-wire.ts';
import type { JoinState } from './swarm.ts';

export type RelayFailure = Failure<'relay-unreachable' | 'reservation-refused' | 'rendezvous-failed' | 'relay-lost'>;

/** What joining needs of the transport: three steps, each of which can fail with a reason. */
export interface RelayAccess {
  /** Opens (or finds open) the connection to a relay. */
  reach(relayAddress: string, signal: AbortSignal): Promise<Result<void, RelayFailure>>;
  /** Makes this tab reachable through the relay it has reached. */
  reserve(relayAddress: string, signal: AbortSignal): Promise<Result<void, RelayFailure>>;
  /**
   * Enters the room and hears what goes on there until the stream or the connection ends, or `signal` aborts. Always
   * says why it ended.
   */
  visit(
    relayAddress: string,
    room: string,
    onNotice: (notice: RendezvousNotice) => void,
    signal: AbortSignal,
  ): Promise<RelayFailure>;
}

export interface MembershipOptions {
  readonly relayAddresses: readonly string[];
  readonly room: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly relay: RelayAccess;
  readonly onJoin: (join: JoinState, relayAddress: string | undefined) => void;
  readonly onNotice: (notice: RendezvousNotice, relayAddress: string) => void;
}

/** Stays in the room: joins, notices when the relay is gone, joins again. */
export interface Membership {
  stop(): void;
  /** Tries again at once instead of when the wait is over. */
  hurry(): void;
}

/** First retry soon (a restarting relay takes a second); later ones cost a relay that is down nothing. */
const RETRY = { firstMs: 500, longestMs: 8_000 };

export function keepMembership(options: MembershipOptions): Membership {
  const { relayAddresses, room, clock, random, relay, onJoin, onNotice } = options;
  const stopped = new AbortController();
  let waiting: AbortController | undefined;
  let failures = 0;

  /** One stay, from reaching the relay to losing it. */
  const stay = async (address: string): Promise<RelayFailure> => {
    onJoin({ step: 'reaching-relay' }, address);
    const reached = await relay.reach(address, stopped.signal);
    if (!reached.ok) return reached.error;
    onJoin({ step: 'reserving' }, address);
    const reserved = await relay.reserve(address, stopped.signal);
    if (!reserved.ok) return reserved.error;

    const visit = new AbortController();
    const end = (): void => visit.abort();
    stopped.signal.addEventListener('abort', end, { once: true });
    // The relay asks for signs of life; when it stops asking, it is gone though the connection may look open.
    const watch = watchSilence(clock, RENDEZVOUS_SILENCE_MS, end);
    const reason = await relay.visit(
      address,
      room,
      (notice) => {
        watch.heard();
        if (notice.t === 'members') {
          failures = 0;
          onJoin({ step: 'joined' }, address);
        }
        onNotice(notice, address);
      },
      visit.signal,
    );
    watch.stop();
    stopped.signal.removeEventListener('abort', end);
    return reason;
  };

  const run = async (): Promise<void> => {
    for (let turn = 0; !stopped.signal.aborted; turn++) {
      const address = relayAddresses[turn % relayAddresses.length] as string;
      const reason = await stay(address);
      if (stopped.signal.aborted) return;
      const waitMs = backoffMs(RETRY, Math.floor(failures / relayAddresses.length), random);
      failures++;
      const words = reason.remedy === undefined ? reason.message : `${reason.message} ${reason.remedy}`;
      onJoin({ step: 'retrying', reason: words, retryAtMs: clock.now() + waitMs }, undefined);
      waiting = new AbortController();
      const cut = (): void => waiting?.abort();
      stopped.signal.addEventListener('abort', cut, { once: true });
      await sleep(clock, waitMs, waiting.signal);
      stopped.signal.removeEventListener('abort', cut);
    }
  };
  void run();

  return {
    stop: () => stopped.abort(),
    hurry: () => waiting?.abort(),
  };
}

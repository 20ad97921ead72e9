import { type Clock, type Failure, type Random, type Result, failure } from '#vocabulary';
import { RENDEZVOUS_SILENCE_MS } from '../constants.ts';
import { watchSilence } from '../session/liveness.ts';
import { createRelayList } from './relay-list.ts';
import type { RendezvousNotice } from './rendezvous-wire.ts';
import type { JoinState, RelayView } from '../swarm.ts';

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
  /** Asks for other members of the room; the answer comes as a notice, or not at all. */
  sample(relayAddress: string): void;
  /** Whether the relay this tab is at answers at once. */
  probe(relayAddress: string, signal: AbortSignal): Promise<boolean>;
  /** Gives the place up. `leave`: what runs through the relay may go on; `cut`: it does not answer, all of it ends. */
  release(relayAddress: string, how: 'leave' | 'cut'): void;
}

/** How this tab stands: how far it has come, at which relay, and how the others do. */
export interface Standing {
  readonly join: JoinState;
  /** Where it has a place or, without one, tries to get it. */
  readonly relayAddress: string | undefined;
  readonly relays: readonly RelayView[];
}

export interface MembershipOptions {
  /** Multiaddrs, the preferred first. At least one. */
  readonly relayAddresses: readonly string[];
  readonly room: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly relay: RelayAccess;
  readonly onChange: (standing: Standing) => void;
  /** Notices of the relay this tab has its place at, "draining" and "alive?" among them. */
  readonly onNotice: (notice: RendezvousNotice, relayAddress: string) => void;
}

/** Keeps a place in the room: at the first relay of the list that works, and at another as soon as that one does not. */
export interface Membership {
  stop(): void;
  /** Something may have changed (sleep, network): tries or checks at once instead of waiting for what would tell. */
  wake(): void;
  /** Asks the relay for other members of a large room. */
  sample(): void;
  /** Of a relay that is no longer named the place is given up once there is another. */
  setRelays(relayAddresses: readonly string[]): void;
}

/** A relay that has opened the room names its members at once; a busy one within seconds. */
const ENTER_MS = 8_000;
/** How long a relay may take to answer after this tab woke up. */
const PROBE_MS = 3_000;
/** An attempt older than this when the tab wakes up was made in another world. */
const STALE_ATTEMPT_MS = 2_000;
/** The old place is kept this long after the new one was taken: what is being arranged through it comes to an end. */
const OVERLAP_MS = 3_000;

const silent: RelayFailure = failure('relay-lost', 'The relay fell silent.');

/** One stay at a relay, from reaching it to losing or leaving it. */
interface Stay {
  readonly address: string;
  readonly abort: AbortController;
  readonly begunAtMs: number;
  step: 'reaching-relay' | 'reserving';
  joinedAtMs: number | undefined;
  isDraining: boolean;
  /** Why this side ends it; undefined while it does not. */
  end: 'leaving' | 'silent' | 'stale' | undefined;
}

export function keepMembership(options: MembershipOptions): Membership {
  const { room, clock, random, relay, onChange, onNotice } = options;
  const list = createRelayList(clock, random, options.relayAddresses);
  let active: Stay | undefined;
  let candidate: Stay | undefined;
  let leaving: Stay[] = [];
  let lastReason = '';
  let cancelTimer: () => void = () => undefined;
  let stopped = false;
  let probing = false;

  const report = (): void => {
    const at = list.next();
    const join: JoinState =
      active !== undefined
        ? { step: 'joined' }
        : candidate !== undefined
          ? { step: candidate.step }
          : { step: 'retrying', reason: lastReason, retryAtMs: 'atMs' in at ? at.atMs : clock.now() };
    onChange({
      join,
      relayAddress: (active ?? candidate)?.address,
      relays: list.view(active?.address, candidate?.address),
    });
  };

  const stayedMs = ({ joinedAtMs }: Stay): number => (joinedAtMs === undefined ? 0 : clock.now() - joinedAtMs);

  const leave = (stay: Stay): void => {
    stay.end ??= 'leaving';
    stay.abort.abort();
  };

  const onJoined = (stay: Stay): void => {
    stay.joinedAtMs = clock.now();
    list.joined(stay.address);
    const old = active;
    active = stay;
    candidate = undefined;
    if (old !== undefined) {
      old.end ??= 'leaving';
      leaving.push(old);
      clock.after(OVERLAP_MS, () => leave(old));
    }
    report();
    proceed();
  };

  const hear = (stay: Stay, notice: RendezvousNotice): void => {
    if (notice.t === 'members' && stay.joinedAtMs === undefined) onJoined(stay);
    if (notice.t === 'draining' && !stay.isDraining) {
      stay.isDraining = true;
      list.failed(stay.address, 'The relay is about to stop.', stayedMs(stay));
      proceed();
    }
    // Servers may be named before the room is.
    if (stay !== active && notice.t !== 'ice') return;
    onNotice(notice, stay.address);
  };

  const live = async (stay: Stay): Promise<RelayFailure> => {
    const { address, abort } = stay;
    const reached = await relay.reach(address, abort.signal);
    if (!reached.ok || abort.signal.aborted) return reached.ok ? silent : reached.error;
    stay.step = 'reserving';
    report();
    const reserved = await relay.reserve(address, abort.signal);
    if (!reserved.ok || abort.signal.aborted) return reserved.ok ? silent : reserved.error;
    // The relay asks for signs of life; when it stops asking, it is gone though the connection may look open.
    const watch = watchSilence(clock, RENDEZVOUS_SILENCE_MS, () => {
      stay.end ??= 'silent';
      abort.abort();
    });
    watch.suspect(ENTER_MS);
    const hearing = (notice: RendezvousNotice): void => {
      watch.heard();
      hear(stay, notice);
    };
    const reason = await relay.visit(address, room, hearing, abort.signal);
    watch.stop();
    return stay.end === 'silent' ? silent : reason;
  };

  const attempt = (address: string): void => {
    const stay: Stay = {
      address,
      abort: new AbortController(),
      begunAtMs: clock.now(),
      step: 'reaching-relay',
      joinedAtMs: undefined,
      isDraining: false,
      end: undefined,
    };
    candidate = stay;
    list.tried(address);
    report();
    void live(stay).then((reason) => onEnded(stay, reason));
  };

  const onEnded = (stay: Stay, reason: RelayFailure): void => {
    leaving = leaving.filter((old) => old !== stay);
    const isInUse = [active, candidate, ...leaving].some((other) => other !== stay && other?.address === stay.address);
    if (!isInUse) relay.release(stay.address, stay.end === 'silent' || stay.end === 'stale' ? 'cut' : 'leave');
    if (stopped) return;
    if (stay.end !== 'leaving' && stay.end !== 'stale') {
      lastReason = reason.remedy === undefined ? reason.message : `${reason.message} ${reason.remedy}`;
      list.failed(stay.address, lastReason, stayedMs(stay));
    }
    if (stay === active) active = undefined;
    else if (stay === candidate) candidate = undefined;
    else return;
    proceed();
    if (candidate === undefined) report();
  };

  /** Does what is to be done now, and comes back when there will be more. */
  const proceed = (): void => {
    cancelTimer();
    if (stopped || candidate !== undefined) return;
    const mustMove = active !== undefined && (active.isDraining || !list.has(active.address));
    const choice =
      active === undefined ? list.next() : mustMove ? list.next(active.address) : list.better(active.address);
    if ('address' in choice) return attempt(choice.address);
    if (choice.atMs !== Infinity) cancelTimer = clock.after(Math.max(0, choice.atMs - clock.now()), proceed);
  };
  proceed();

  const probe = async (stay: Stay): Promise<void> => {
    if (probing) return;
    probing = true;
    const patience = new AbortController();
    const cancel = clock.after(PROBE_MS, () => patience.abort());
    const answers = await relay.probe(stay.address, AbortSignal.any([patience.signal, stay.abort.signal]));
    cancel();
    probing = false;
    if (answers || stay.end !== undefined) return;
    stay.end = 'silent';
    stay.abort.abort();
  };

  return {
    stop() {
      stopped = true;
      cancelTimer();
      for (const stay of [active, candidate, ...leaving]) if (stay !== undefined) leave(stay);
    },
    wake() {
      if (stopped) return;
      list.forgiveAll();
      if (active !== undefined) void probe(active);
      if (candidate !== undefined && clock.now() - candidate.begunAtMs > STALE_ATTEMPT_MS) {
        candidate.end ??= 'stale';
        candidate.abort.abort();
      }
      proceed();
    },
    sample() {
      if (active !== undefined) relay.sample(active.address);
    },
    setRelays(relayAddresses) {
      list.replace(relayAddresses);
      if (candidate !== undefined && !list.has(candidate.address)) leave(candidate);
      proceed();
      report();
    },
  };
}

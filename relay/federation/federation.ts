import type { Clock } from '#vocabulary';
import { relayIdOf } from '../public-address.ts';
import type { Registration } from '../rendezvous.ts';
import { type FederationMessage, MAX_PARTS, inMessages } from './federation-wire.ts';
import { type RemoteRelay, createRemoteRelay } from './remote-relay.ts';

export interface FederationOptions {
  readonly clock: Clock;
  readonly ownId: string;
  /** Where tabs reach this relay. */
  readonly address: string;
  /** Sends to all other relays; never throws. */
  readonly publish: (message: FederationMessage) => void;
  /** Everybody registered here. */
  readonly registrations: () => Iterable<Registration>;
  readonly onJoined: (registration: Registration, relay: string, address: string) => void;
  readonly onLeft: (registration: Registration, relay: string) => void;
  readonly onRelay?: (what: 'met' | 'lost', relay: string) => void;
}

export interface OtherRelay {
  readonly id: string;
  readonly address: string;
  readonly registrations: number;
  readonly heardMs: number;
}

/** The relays of one swarm: what this one tells the others, and what it knows from them. Knows nothing of sockets. */
export interface Federation {
  joined(registration: Registration): void;
  left(registration: Registration): void;
  /** A message whose writer is proven to be `from`, one of the relays this one trusts. */
  receive(from: string, message: FederationMessage): void;
  /** Somebody new listens: says that this relay is here. */
  greet(): void;
  /** Relays heard of lately. */
  relays(): readonly OtherRelay[];
  /** Says goodbye. */
  stop(): void;
}

/**
 * A change is told at once, and those that follow are gathered this long: a class of tabs that comes together is a few
 * messages. (Of two tabs that come to two relays within one message's way, each takes the other for the newcomer; the
 * dialler of tabs resolves it after its wait for the other side.)
 */
const GATHER_MS = 50;
export const HEARTBEAT_MS = 2000;
/** A relay that says nothing for this long has vanished, and with it its registrations: three heartbeats and a bit. */
export const RELAY_TTL_MS = 7000;
/** Everything is told at most this often, and asked for at most this often. */
const SNAPSHOT_INTERVAL_MS = 1000;
const ASK_INTERVAL_MS = 2000;
/** How long messages of a relay that said goodbye are ignored: pubsub may repeat them so long. */
const GOODBYE_MS = 120_000;

interface Known {
  remote: RemoteRelay;
  address: string;
  heardMs: number;
  askedMs: number;
}

export function createFederation(options: FederationOptions): Federation {
  const { clock, ownId, address, publish, registrations, onJoined, onLeft, onRelay } = options;
  const epoch = clock.now();
  const known = new Map<string, Known>();
  const goodbyes = new Map<string, { readonly epoch: number; readonly atMs: number }>();
  /** Room and peer of what changed since the last message, and whether the peer is there now. */
  let changes = new Map<string, { readonly registration: Registration; readonly there: boolean }>();
  let number = 0;
  let toldAllMs = Number.NEGATIVE_INFINITY;
  let toldChangesMs = Number.NEGATIVE_INFINITY;
  let cancelGather: (() => void) | undefined;
  let cancelSnapshot: (() => void) | undefined;
  let stopped = false;

  const head = (): { epoch: number; address: string; number: number } => ({ epoch, address, number });

  const tellChanges = (): void => {
    cancelGather?.();
    cancelGather = undefined;
    toldChangesMs = clock.now();
    const [came, went]: [Registration[], Registration[]] = [[], []];
    for (const { registration, there } of changes.values()) (there ? came : went).push(registration);
    changes = new Map();
    const say = (joined: ReturnType<typeof inMessages>[0], left: typeof joined): void => {
      number++;
      publish({ t: 'change', ...head(), joined, left });
    };
    if (went.length > 0) for (const group of inMessages(went)) say([], group);
    if (came.length > 0) for (const group of inMessages(came)) say(group, []);
  };
  const note = (registration: Registration, there: boolean): void => {
    if (stopped) return;
    changes.set(`${registration.room} ${registration.peer}`, { registration, there });
    const waitMs = toldChangesMs + GATHER_MS - clock.now();
    if (waitMs <= 0) tellChanges();
    else cancelGather ??= clock.after(waitMs, tellChanges);
  };

  const tellAll = (): void => {
    cancelSnapshot = undefined;
    toldAllMs = clock.now();
    // What was gathered is in the snapshot, but those who need none learn it only from the changes.
    tellChanges();
    const groups = inMessages(registrations()).slice(0, MAX_PARTS);
    for (const [part, members] of groups.entries())
      publish({ t: 'all', ...head(), part, parts: groups.length, members });
  };
  const askedForAll = (): void => {
    cancelSnapshot ??= clock.after(Math.max(0, toldAllMs + SNAPSHOT_INTERVAL_MS - clock.now()), tellAll);
  };

  const lose = (id: string): void => {
    const { remote } = known.get(id) as Known;
    known.delete(id);
    remote.clear();
    onRelay?.('lost', id);
  };
  const askIfNeeded = (id: string, entry: Known): void => {
    const nowMs = clock.now();
    if (entry.remote.isWhole(nowMs) || nowMs - entry.askedMs < ASK_INTERVAL_MS) return;
    entry.askedMs = nowMs;
    publish({ t: 'ask', ...head(), of: id });
  };
  const remoteOf = (id: string, from: FederationMessage): RemoteRelay =>
    createRemoteRelay(from.epoch, {
      joined: (registration) => onJoined(registration, id, known.get(id)?.address ?? from.address),
      left: (registration) => onLeft(registration, id),
    });

  /** The entry of a writer, new for one that is new or has started anew; undefined for words of the past. */
  const entryFor = (id: string, message: FederationMessage): Known | undefined => {
    const nowMs = clock.now();
    const goodbye = goodbyes.get(id);
    if (goodbye !== undefined && message.epoch <= goodbye.epoch) return undefined;
    let entry = known.get(id);
    if (entry !== undefined && message.epoch < entry.remote.epoch) return undefined;
    if (entry === undefined) {
      entry = { remote: remoteOf(id, message), address: message.address, heardMs: nowMs, askedMs: -ASK_INTERVAL_MS };
      known.set(id, entry);
      onRelay?.('met', id);
    } else if (message.epoch > entry.remote.epoch) {
      entry.remote.clear();
      entry.remote = remoteOf(id, message);
      entry.askedMs = -ASK_INTERVAL_MS;
    }
    entry.address = message.address;
    entry.heardMs = nowMs;
    return entry;
  };

  const look = (): void => {
    const nowMs = clock.now();
    for (const [id, entry] of known) {
      if (nowMs - entry.heardMs > RELAY_TTL_MS) lose(id);
      else askIfNeeded(id, entry);
    }
    for (const [id, { atMs }] of goodbyes) if (nowMs - atMs > GOODBYE_MS) goodbyes.delete(id);
  };
  const greet = (): void => {
    if (!stopped) publish({ t: 'here', ...head() });
  };
  let cancelBeat: () => void = () => undefined;
  const beat = (): void => {
    look();
    greet();
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  };
  beat();

  return {
    joined: (registration) => note(registration, true),
    left: (registration) => note(registration, false),
    receive(id, message) {
      // The address of another relay would send tabs there; a relay speaks for itself alone.
      if (stopped || id === ownId || relayIdOf(message.address) !== id) return;
      const entry = entryFor(id, message);
      if (entry === undefined) return;
      const nowMs = clock.now();
      switch (message.t) {
        case 'here':
          entry.remote.heardOf(message.number, nowMs);
          break;
        case 'change':
          entry.remote.change(message, nowMs);
          break;
        case 'all':
          entry.remote.snapshot(message);
          break;
        case 'ask':
          if (message.of === ownId) askedForAll();
          break;
        case 'bye':
          goodbyes.set(id, { epoch: message.epoch, atMs: nowMs });
          return lose(id);
      }
      askIfNeeded(id, entry);
    },
    greet,
    relays: () =>
      [...known].map(([id, { address: at, heardMs, remote }]) => ({
        id,
        address: at,
        heardMs,
        registrations: remote.count,
      })),
    stop() {
      if (stopped) return;
      publish({ t: 'bye', ...head() });
      stopped = true;
      cancelBeat();
      cancelGather?.();
      cancelSnapshot?.();
      for (const id of [...known.keys()]) lose(id);
    },
  };
}

import { type ConnectionKind, type Swarm, type SwarmState, MAX_MESSAGE_BYTES } from '#swarm';
import { type Clock, type PeerId, asPeerId, err, failure, ok, sleep } from '#vocabulary';

export interface PairOptions {
  readonly clock: Clock;
  /** One way. */
  readonly latencyMs?: number;
  /** Of each direction. */
  readonly bytesPerSecond?: number;
  /** What the transport takes without a word, as a data channel does. */
  readonly bufferBytes?: number;
  readonly kind?: ConnectionKind;
}

/** One side of a pair. Only what calls need of a swarm. */
export interface End {
  readonly swarm: Swarm;
  readonly id: PeerId;
  /** Every message sent so far. */
  readonly sent: { readonly atMs: number; readonly message: Uint8Array }[];
}

/** Two peers and one connection with a latency and a rate, and its faults at hand. */
export interface Pair {
  readonly a: End;
  readonly b: End;
  /** The session goes on over another kind of connection. */
  setKind(kind: ConnectionKind): void;
  /** What is under way is lost, and both sides are told that the other is gone; it is back at once. */
  restart(): void;
  /** While true there is no channel, though the session lasts: `send` fails. */
  hasNoChannel: boolean;
  /** Who reads nothing just now: what is sent to it neither arrives nor leaves the transport's hands. */
  stalled: PeerId | undefined;
}

export function createPair(options: PairOptions): Pair {
  const { clock, latencyMs = 5, bytesPerSecond = Infinity, bufferBytes = 2 * 1024 * 1024 } = options;
  const ids = [asPeerId('anna'), asPeerId('berta')] as const;
  let kind: ConnectionKind = options.kind ?? 'direct';
  let epoch = 0;
  const listeners = new Set<() => void>();

  const handlers: ((from: PeerId, message: Uint8Array) => void)[] = [];
  const goneListeners: ((peer: PeerId) => void)[][] = [[], []];
  const isListed = [true, true];

  const stateOf = (near: 0 | 1): SwarmState => ({
    join: { step: 'joined' },
    relayAddress: 'memory',
    room: { name: 'public', isPrivate: false },
    relays: [],
    known: [],
    peers: isListed[near]
      ? [
          {
            id: ids[1 - near] as PeerId,
            advert: undefined,
            kind,
            roundTripMs: 2 * latencyMs,
            connectedAtMs: 0,
            incompatible: undefined,
          },
        ]
      : [],
  });

  const endOf = (near: 0 | 1): End => {
    const far = (1 - near) as 0 | 1;
    const sent: { atMs: number; message: Uint8Array }[] = [];
    let busyUntilMs = 0;
    const unused = (): never => {
      throw new Error('calls do not need this');
    };
    const swarm: Swarm = {
      self: ids[near],
      start: async () => undefined,
      stop: async () => undefined,
      getState: () => stateOf(near),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      setAdvert: unused,
      connect: unused,
      broadcast: unused,
      onBroadcast: unused,
      async send(_peer, _protocol, message) {
        if (pair.hasNoChannel || !isListed[near]) return err(failure('not-connected', 'There is no connection.'));
        if (message.byteLength > MAX_MESSAGE_BYTES) throw new Error('the message is too long');
        const copy = message.slice();
        const begunIn = epoch;
        sent.push({ atMs: clock.now(), message: copy });
        const carryMs = (copy.byteLength * 1_000) / bytesPerSecond;
        busyUntilMs = Math.max(busyUntilMs, clock.now()) + carryMs;
        const arrive = (): void => {
          if (epoch !== begunIn) return;
          if (pair.stalled !== ids[far]) handlers[far]?.(ids[near], copy);
          else clock.after(10, arrive);
        };
        clock.after(busyUntilMs - clock.now() + latencyMs, arrive);
        const isTaken = (): boolean =>
          epoch !== begunIn ||
          bytesPerSecond === Infinity ||
          (pair.stalled !== ids[far] && ((busyUntilMs - clock.now()) * bytesPerSecond) / 1_000 <= bufferBytes);
        while (!isTaken()) await sleep(clock, 1);
        return epoch === begunIn ? ok(undefined) : err(failure('not-connected', 'The connection ended.'));
      },
      handle(_protocol, onMessage) {
        handlers[near] = onMessage;
        return () => {
          handlers[near] = () => undefined;
        };
      },
      onGone(listener) {
        goneListeners[near]?.push(listener);
        return () => undefined;
      },
    };
    return { swarm, id: ids[near], sent };
  };

  const pair: Pair = {
    a: endOf(0),
    b: endOf(1),
    hasNoChannel: false,
    stalled: undefined,
    setKind(next) {
      kind = next;
      for (const listener of listeners) listener();
    },
    restart() {
      epoch++;
      for (const near of [0, 1] as const)
        for (const listener of goneListeners[near] ?? []) listener(ids[1 - near] as PeerId);
    },
  };
  return pair;
}

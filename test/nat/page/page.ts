import { type ConnectionKind, type Swarm, createLibp2pSwarm, loadIdentity, relayOfPage } from '#swarm';
import { type PeerId, asPeerId } from '#vocabulary';

/** What the laboratory in Node calls in each tab. */
export interface NatTab {
  /** Resolves with this tab's id once the room has answered. */
  join(request: JoinRequest): Promise<string>;
  /** Times since joining at which the kind of the connection to the peer changed. */
  history(peer: string): readonly (readonly [ms: number, kind: ConnectionKind])[];
  now(peer: string): PeerNow | undefined;
  /** Median of `count` round trips of 64 bytes, in milliseconds. */
  roundTrip(peer: string, count: number): Promise<number>;
  /** Bytes a second that arrive when `count` messages of 64 KiB are sent. */
  throughput(peer: string, count: number): Promise<number>;
  log(): readonly string[];
}

export interface JoinRequest {
  readonly relayUrl: string;
  readonly relayPeerId: string;
  readonly room: string;
}

export interface PeerNow {
  readonly kind: ConnectionKind;
  readonly directFailure: string | undefined;
}

declare global {
  var nat: NatTab;
}

const ECHO = '/nat/echo/1';
const BULK = '/nat/bulk/1';
const END = '/nat/end/1';
const BULK_MESSAGE_BYTES = 64 * 1024;

const log: string[] = [];
const histories = new Map<PeerId, [number, ConnectionKind][]>();
let swarm: Swarm | undefined;
let onAnswer: (() => void) | undefined;

const joined = (): Swarm => {
  if (swarm === undefined) throw new Error('join first');
  return swarm;
};

const say = async (peer: string, protocol: string, message: Uint8Array): Promise<void> => {
  const sent = await joined().send(asPeerId(peer), protocol, message);
  if (!sent.ok) throw new Error(sent.error.message);
};

/** Sends and waits for the other side's answer. */
const ask = async (peer: string, protocol: string, message: Uint8Array): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  onAnswer = resolve;
  await say(peer, protocol, message);
  await promise;
};

globalThis.nat = {
  async join({ relayUrl, relayPeerId, room }) {
    const { privateKey } = await loadIdentity('nat');
    const startedAtMs = performance.now();
    const sinceStart = (): number => Math.round(performance.now() - startedAtMs);
    const made = await createLibp2pSwarm({
      privateKey,
      relays: [relayOfPage(new URL(relayUrl), relayPeerId)],
      room: { name: room },
      log: (line) => log.push(`${sinceStart()} ${line}`),
    });
    swarm = made;
    const isJoined = new Promise<void>((resolve) => {
      made.subscribe(() => {
        const { join, peers } = made.getState();
        if (join.step === 'joined') resolve();
        for (const { id, kind, advert } of peers) {
          // Before its hello nothing can be sent, so the kind means nothing.
          if (advert === undefined) continue;
          const history = histories.get(id) ?? [];
          histories.set(id, history);
          if (history.at(-1)?.[1] !== kind) history.push([sinceStart(), kind]);
        }
      });
    });
    // Every message of ours is a question or its answer, told apart by the first byte.
    for (const protocol of [ECHO, END])
      made.handle(protocol, (from, message) => {
        if (message[0] === 1) return onAnswer?.();
        const answer = message.slice();
        answer[0] = 1;
        void made.send(from, protocol, answer);
      });
    made.handle(BULK, () => undefined);
    await made.start();
    await isJoined;
    return made.self;
  },
  history: (peer) => histories.get(asPeerId(peer)) ?? [],
  now(peer) {
    const found = joined()
      .getState()
      .peers.find(({ id }) => id === peer);
    // Before its hello nothing can be sent.
    if (found?.advert === undefined) return undefined;
    return { kind: found.kind, directFailure: found.directFailure?.type };
  },
  async roundTrip(peer, count) {
    const timesMs: number[] = [];
    for (let index = 0; index < count; index++) {
      const startedAtMs = performance.now();
      await ask(peer, ECHO, new Uint8Array(64));
      timesMs.push(performance.now() - startedAtMs);
    }
    return timesMs.sort((a, b) => a - b)[count >> 1] as number;
  },
  async throughput(peer, count) {
    const startedAtMs = performance.now();
    for (let index = 0; index < count; index++) await say(peer, BULK, new Uint8Array(BULK_MESSAGE_BYTES));
    // Messages keep their order, so the answer to the last says that all have come.
    await ask(peer, END, new Uint8Array(1));
    return (count * BULK_MESSAGE_BYTES * 1_000) / (performance.now() - startedAtMs);
  },
  log: () => log,
};

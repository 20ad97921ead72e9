import { createSeededRandom, createVirtualClock, err, failure, ok, sleep } from '#vocabulary';
import {
  type Membership,
  type RelayAccess,
  type RelayFailure,
  type Standing,
  keepMembership,
} from '../../../src/swarm/joining/membership.ts';
import { RENDEZVOUS_PING_INTERVAL_MS } from '../../../src/swarm/constants.ts';
import type { RendezvousNotice } from '../../../src/swarm/joining/rendezvous-wire.ts';

export const ONE = '/ip4/127.0.0.1/tcp/1/ws/p2p/one';
export const TWO = '/ip4/127.0.0.1/tcp/2/ws/p2p/two';
export const THREE = '/ip4/127.0.0.1/tcp/3/ws/p2p/three';

const down: RelayFailure = failure('relay-unreachable', 'It is down.', 'Start it.');
const full: RelayFailure = failure('reservation-refused', 'It is full.');

/** One relay as a test wants it: up, down, full, or accepting and then saying nothing. */
export interface ScriptedRelay {
  health: 'up' | 'down' | 'full' | 'mute';
  /** Time each step takes. */
  stepMs: number;
  /** It loses the connections of all visitors. */
  cut(): void;
  /** As a half-open connection: nothing arrives and nobody is told. */
  hang(): void;
  say(notice: RendezvousNotice): void;
  /** Visits open now, and all there ever were. */
  readonly visits: () => number;
  readonly visitsEver: () => number;
  readonly released: readonly string[];
}

interface RelayBehindTheScenes extends ScriptedRelay {
  readonly open: Set<(notice: RendezvousNotice | 'end') => void>;
  readonly released: string[];
  enter(): void;
}

/** A membership over relays in memory on a virtual clock. */
export function createMembershipStage(addresses: readonly string[] = [ONE]) {
  const clock = createVirtualClock(1_000_000);
  const standings: Standing[] = [];
  const notices: string[] = [];
  const relays = new Map<string, RelayBehindTheScenes>();
  const at = (address: string): RelayBehindTheScenes => {
    const known = relays.get(address);
    if (known !== undefined) return known;
    const open = new Set<(notice: RendezvousNotice | 'end') => void>();
    const released: string[] = [];
    let ever = 0;
    const relay: RelayBehindTheScenes = {
      health: 'up',
      stepMs: 1,
      open,
      released,
      cut: () => {
        for (const tell of [...open]) tell('end');
      },
      hang: () => open.clear(),
      say: (notice) => {
        for (const tell of [...open]) tell(notice);
      },
      visits: () => open.size,
      visitsEver: () => ever,
      enter: () => {
        ever++;
      },
    };
    relays.set(address, relay);
    return relay;
  };
  const step = async (address: string, signal: AbortSignal): Promise<RelayFailure | undefined> => {
    await sleep(clock, at(address).stepMs, signal);
    return signal.aborted ? failure('relay-unreachable', 'Aborted.') : undefined;
  };
  const access: RelayAccess = {
    async reach(address, signal) {
      const aborted = await step(address, signal);
      const { health } = at(address);
      const failed = aborted ?? (health === 'down' ? down : undefined);
      return failed === undefined ? ok(undefined) : err(failed);
    },
    async reserve(address, signal) {
      const aborted = await step(address, signal);
      const { health } = at(address);
      const failed = aborted ?? (health === 'full' ? full : undefined);
      return failed === undefined ? ok(undefined) : err(failed);
    },
    visit: (address, _room, onNotice, signal) =>
      new Promise<RelayFailure>((resolve) => {
        const relay = at(address);
        relay.enter();
        const end = (): void => {
          relay.open.delete(tell);
          resolve(failure('relay-lost', 'Lost.'));
        };
        const tell = (notice: RendezvousNotice | 'end'): void => (notice === 'end' ? end() : onNotice(notice));
        relay.open.add(tell);
        signal.addEventListener('abort', end, { once: true });
        if (relay.health !== 'up') return;
        const askAfterAWhile = (): void =>
          void clock.after(RENDEZVOUS_PING_INTERVAL_MS, () => {
            if (!relay.open.has(tell)) return;
            tell({ t: 'alive?' });
            askAfterAWhile();
          });
        clock.after(relay.stepMs, () => {
          if (relay.open.has(tell)) tell({ t: 'members', members: [], total: 0 });
          askAfterAWhile();
        });
      }),
    sample: () => undefined,
    async probe(address, signal) {
      if (at(address).visits() > 0) return true;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return false;
    },
    release: (address, how) => void at(address).released.push(how),
  };
  const begin = (): Membership =>
    keepMembership({
      relayAddresses: addresses,
      room: 'public',
      clock,
      random: createSeededRandom('membership'),
      relay: access,
      onChange: (standing) => standings.push(standing),
      onNotice: (notice, address) => notices.push(`${notice.t} ${address}`),
    });
  const last = (): Standing => standings.at(-1) as Standing;
  return { clock, standings, notices, at: (address: string): ScriptedRelay => at(address), begin, last };
}

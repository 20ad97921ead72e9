import { type Clock, type Random, systemClock, systemRandom } from '#vocabulary';
import { type RelayLocation, relayMultiaddr } from './joining/relay-address.ts';
import { type Room, isRoom, publicRoom } from './room/room.ts';
import type { Swarm } from './swarm.ts';
import type { PathsState, Surroundings } from './tab-swarm.libp2p.ts';
import { watchWakes } from './joining/wake.browser.ts';

/** Where and through what a swarm meets others, as a person may change it. */
export interface SwarmSurroundings {
  readonly room: Room;
  /** Multiaddrs of relays besides those the swarm was made with. */
  readonly moreRelays: readonly string[];
  readonly iceServers: readonly RTCIceServer[];
}

export interface Libp2pSwarmOptions {
  /** Protobuf form of the private key, from an `Identity`. */
  readonly privateKey: Uint8Array;
  /** The preferred first, that of the page's own origin; the others are for when it does not answer. At least one. */
  readonly relays: readonly RelayLocation[];
  /** Only tabs of the same room see each other. The public one by default. */
  readonly room?: Room;
  /** STUN and TURN servers. None by default: tabs of one machine or network need none. */
  readonly iceServers?: readonly RTCIceServer[];
  /** What differs from the above, asked at every start: so a stopped swarm can be started in another room. */
  readonly surroundings?: () => SwarmSurroundings;
  readonly clock?: Clock;
  readonly random?: Random;
  /** What happens underneath, a line at a time: why a dial failed, why a peer is gone. */
  readonly log?: (line: string) => void;
}

/** The swarm of a tab, and what only this one can. */
export interface Libp2pSwarm extends Swarm {
  /**
   * Other relays while it runs, the preferred first; multiaddrs, at least one. Connections between tabs stay, and the
   * place at a relay that is no longer named is kept until there is another.
   */
  setRelays(relayAddresses: readonly string[]): void;
  /** Servers that the relay handed out, and how scarce connections are. */
  paths(): PathsState;
}

/** The swarm of a browser tab. The transport is loaded only when this is called: the page can show itself first. */
export async function createLibp2pSwarm(options: Libp2pSwarmOptions): Promise<Libp2pSwarm> {
  if (options.relays.length === 0) throw new RangeError('a swarm needs a relay');
  const surroundings = (): Surroundings => {
    const now = options.surroundings?.();
    const room = now?.room ?? options.room ?? publicRoom;
    if (!isRoom(room)) throw new RangeError('not a room');
    return {
      room,
      relayAddresses: [...options.relays.map(relayMultiaddr), ...(now?.moreRelays ?? [])],
      iceServers: now?.iceServers ?? options.iceServers ?? [],
    };
  };
  const clock = options.clock ?? systemClock;
  const { createTabSwarm } = await import('./tab-swarm.libp2p.ts');
  const swarm = createTabSwarm({
    privateKey: options.privateKey,
    surroundings,
    clock,
    random: options.random ?? systemRandom,
    log: options.log ?? (() => undefined),
  });
  let isStarted = false;
  const onPageHide = (): void => swarm.leaveAtOnce();
  const onPageShow = (event: PageTransitionEvent): void => {
    // Back from the browser's page cache: everybody was told goodbye, so begin anew.
    if (event.persisted && isStarted) void swarm.stop().then(() => swarm.start());
  };
  let stopWatching: () => void = () => undefined;

  return {
    ...swarm,
    async start() {
      if (!isStarted) {
        isStarted = true;
        addEventListener('pagehide', onPageHide);
        addEventListener('pageshow', onPageShow);
        stopWatching = watchWakes(clock, swarm.wake);
      }
      await swarm.start();
    },
    async stop() {
      isStarted = false;
      removeEventListener('pagehide', onPageHide);
      removeEventListener('pageshow', onPageShow);
      stopWatching();
      await swarm.stop();
    },
  };
}

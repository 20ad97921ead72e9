import { type Clock, type Random, systemClock, systemRandom } from '#vocabulary';
import { DEFAULT_ROOM } from './constants.ts';
import { type RelayLocation, relayMultiaddr } from './relay-address.ts';
import { isRoomName } from './rendezvous-wire.ts';
import type { Swarm } from './swarm.ts';

export interface Libp2pSwarmOptions {
  /** Protobuf form of the private key, from an `Identity`. */
  readonly privateKey: Uint8Array;
  /** Tried in turn; tabs meet when they use the same one. At least one. */
  readonly relays: readonly RelayLocation[];
  /** `[a-z0-9-]`, at most 64 characters. Only tabs of the same room see each other. */
  readonly room?: string;
  /** STUN and TURN servers. None by default: tabs of one machine or network need none. */
  readonly iceServers?: readonly RTCIceServer[];
  readonly clock?: Clock;
  readonly random?: Random;
  /** What happens underneath, a line at a time: why a dial failed, why a peer is gone. */
  readonly log?: (line: string) => void;
}

/** The swarm of a browser tab. The transport is loaded only when this is called: the page can show itself first. */
export async function createLibp2pSwarm(options: Libp2pSwarmOptions): Promise<Swarm> {
  const room = options.room ?? DEFAULT_ROOM;
  if (!isRoomName(room)) throw new RangeError(`${room} is not a room name`);
  if (options.relays.length === 0) throw new RangeError('a swarm needs a relay');
  const { createTabSwarm } = await import('./tab-swarm.libp2p.ts');
  const swarm = createTabSwarm({
    privateKey: options.privateKey,
    relayAddresses: options.relays.map(relayMultiaddr),
    room,
    iceServers: options.iceServers ?? [],
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    log: options.log ?? (() => undefined),
  });
  let isStarted = false;
  const onPageHide = (): void => swarm.leaveAtOnce();
  const onPageShow = (event: PageTransitionEvent): void => {
    // Back from the browser's page cache: everybody was told goodbye, so begin anew.
    if (event.persisted && isStarted) void swarm.stop().then(() => swarm.start());
  };
  const onOnline = (): void => swarm.hurry();

  return {
    ...swarm,
    async start() {
      if (!isStarted) {
        isStarted = true;
        addEventListener('pagehide', onPageHide);
        addEventListener('pageshow', onPageShow);
        addEventListener('online', onOnline);
      }
      await swarm.start();
    },
    async stop() {
      isStarted = false;
      removeEventListener('pagehide', onPageHide);
      removeEventListener('pageshow', onPageShow);
      removeEventListener('online', onOnline);
      await swarm.stop();
    },
  };
}

/** Rooms, relays and servers as a person sets them: what is remembered, what waits for the person's word, what is told. */
import { type Clock, type Failure, type Random, type Result, failure } from '#vocabulary';
import { createRoom as drawRoom } from '#swarm';
import type { IceServerSetting, NetworkCommands, NetworkView, RelayQuery } from '../session.ts';
import { MAX_OWN_ICE_SERVERS, MAX_OWN_RELAYS } from './network-defaults.ts';
import type { NetworkMemory, RememberedRoom } from './network-memory.ts';
import { enter, forget, readInvitation, rememberRoom } from './remembered-rooms.ts';

export interface NetworkCoursePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly memory: { load(): NetworkMemory; save(memory: NetworkMemory): void };
  /** The multiaddr of the relay that a person named, by its own or by the address of its page. */
  readonly findRelay: (address: string) => Promise<Result<string, Failure>>;
  readonly homeRelay: string;
}

export interface NetworkCourseOptions {
  /** Whether this peer asks, or has questions waiting: leaving the room would end that. */
  readonly isAsking: () => boolean;
  /** Leaves the room for the one that is set now. */
  readonly changeRoom: () => void;
  /** Of the page and of the person's own, in the order in which they are tried. */
  readonly setRelays: (addresses: readonly string[]) => void;
  readonly onChange: () => void;
  readonly notify: (problem: Failure) => void;
}

type OwnView = Omit<NetworkView, 'handedOut' | 'budget' | 'transfers'>;

export interface NetworkCourse extends Omit<NetworkCommands, 'setUploads'> {
  getView(): OwnView;
}

export function createNetworkCourse(ports: NetworkCoursePorts, options: NetworkCourseOptions): NetworkCourse {
  const { clock, memory } = ports;
  let invited: RememberedRoom | undefined;
  let relayQuery: RelayQuery | undefined;

  const change = (next: NetworkMemory): void => {
    memory.save(next);
    options.onChange();
  };

  const go = (room: RememberedRoom | undefined): void => {
    const before = memory.load();
    invited = undefined;
    // The link may name a room anew; being there already leaves nothing.
    const isThere = before.roomId === room?.id;
    change(enter(before, room));
    if (!isThere) options.changeRoom();
  };

  const setRelays = (relays: readonly string[]): void => {
    change({ ...memory.load(), relays });
    options.setRelays([ports.homeRelay, ...relays]);
  };

  const keepRelay = (address: string): void => {
    const held = memory.load();
    if (held.relays.includes(address) || address === ports.homeRelay) return fail(address, knownRelay);
    relayQuery = undefined;
    setRelays([...held.relays, address]);
  };

  const fail = (address: string, error: Failure): void => {
    relayQuery = { address, status: 'failed', error };
    options.onChange();
  };

  return {
    getView() {
      const { rooms, roomId, relays, iceServers, uploads } = memory.load();
      const current = rooms.find(({ id }) => id === roomId);
      return {
        invitation: current?.invitation,
        rooms: rooms.map(({ id, name, lastUsedMs }) => ({ id, name, lastUsedMs, isCurrent: id === roomId })),
        invited: invited && { name: invited.name },
        homeRelay: ports.homeRelay,
        settings: { relays, iceServers, uploads },
        relayQuery,
      };
    },
    createRoom: (name) => go(rememberRoom(drawRoom(name, ports.random), clock.now())),
    enterRoom(id) {
      const room = memory.load().rooms.find((kept) => kept.id === id);
      // Another tab may have forgotten it a moment ago.
      if (id !== undefined && room === undefined) return;
      go(room && { ...room, lastUsedMs: clock.now() });
    },
    forgetRoom(id) {
      if (memory.load().roomId === id) go(undefined);
      change(forget(memory.load(), id));
    },
    openInvitation(text) {
      const room = readInvitation(text, clock.now());
      if (!room.ok) return options.notify(room.error);
      if (room.value === undefined) return;
      if (!options.isAsking() || room.value.id === memory.load().roomId) return go(room.value);
      invited = room.value;
      options.onChange();
    },
    answerInvitation(isAccepted) {
      if (isAccepted && invited !== undefined) return go(invited);
      invited = undefined;
      options.onChange();
    },
    async addRelay(address) {
      if (relayQuery?.status === 'asking') return;
      if (memory.load().relays.length >= MAX_OWN_RELAYS) return fail(address, tooManyRelays);
      relayQuery = { address, status: 'asking' };
      options.onChange();
      const found = await ports.findRelay(address);
      if (found.ok) keepRelay(found.value);
      else fail(address, found.error);
    },
    removeRelay(address) {
      const { relays } = memory.load();
      if (relays.includes(address)) setRelays(relays.filter((one) => one !== address));
    },
    // Every dial asks what is set.
    setIceServers: (servers: readonly IceServerSetting[]) =>
      change({ ...memory.load(), iceServers: servers.slice(0, MAX_OWN_ICE_SERVERS) }),
  };
}

const knownRelay = failure('relay-known', 'This relay is in the list already.');
const tooManyRelays = failure(
  'too-many-relays',
  `A tab keeps at most ${MAX_OWN_RELAYS} relays of your own.`,
  'Remove one first.',
);

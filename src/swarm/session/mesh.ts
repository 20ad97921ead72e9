import { type Clock, type Failure, type PeerId, type Random, err, failure } from '#vocabulary';
import { EMPTY_ADVERT, tidyAdvert } from './advert.ts';
import type { Channel } from './channel.ts';
import { FEATURES, MAX_MESSAGE_BYTES, MAX_PEERS } from '../constants.ts';
import { SUSPECT_MS, WAKE_MS } from './liveness.ts';
import { type Room, viewOfRoom } from '../room/room.ts';
import { deriveRoomKeys } from '../room/room-keys.ts';
import { type EndReason, type Session, createSession } from './session.ts';
import type { Advert, ConnectionKind, JoinState, KnownPeer, RelayView, Swarm, SwarmState } from '../swarm.ts';
import { encodeFrame, encodeProtocolName } from './wire.ts';

export interface MeshOptions {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  /** Whoever cannot prove that it is in it is refused. */
  readonly room: Room;
  /** A session has ended or its connection got better or worse: time to think about dialling. */
  readonly onPeerChange: (peer: PeerId, change: 'better' | EndReason) => void;
  /** A handler threw. The message is lost, nothing else. */
  readonly onHandlerError: (protocol: string, error: unknown) => void;
}

/** All sessions of this tab, and the state that the rest of the product reads. Knows no transport. */
export interface Mesh extends Omit<Swarm, 'start' | 'stop' | 'connect' | 'broadcast' | 'onBroadcast'> {
  /** Takes a connection to a peer into use, whoever opened it. */
  adopt(channel: Channel): void;
  kindOf(peer: PeerId): ConnectionKind | undefined;
  /** Whether there is room for one more peer. */
  hasRoom(): boolean;
  /** Shown while the peer is relayed. Undefined: there is no reason any more, or nobody tries. */
  setDirectFailure(peer: PeerId, reason: Failure | undefined): void;
  /** Somebody says that the peer has left; asks it. */
  suspect(peer: PeerId): void;
  /** This tab or its network was away: asks everybody. */
  suspectAll(): void;
  setJoin(join: JoinState, relayAddress: string | undefined, relays: readonly RelayView[]): void;
  /** Others of the room without a connection. */
  setKnown(known: readonly KnownPeer[]): void;
  /** Ends a connection that neither side needs; both have agreed. */
  prune(peer: PeerId): void;
  /** In another room than before, where one is named. */
  open(room?: Room): void;
  /** Says goodbye to everybody. */
  close(): void;
}

export function createMesh(options: MeshOptions): Mesh {
  const { self, clock, random, onPeerChange, onHandlerError } = options;
  const sessions = new Map<PeerId, Session>();
  const handlers = new Map<string, (from: PeerId, message: Uint8Array) => void>();
  const listeners = new Set<() => void>();
  /** Why the last attempt at a direct connection failed: known before there is a session, or after. */
  const directFailures = new Map<PeerId, Failure>();
  const goneListeners = new Set<(peer: PeerId) => void>();
  let advert: Advert = EMPTY_ADVERT;
  let join: JoinState = { step: 'offline' };
  let relayAddress: string | undefined;
  let relays: readonly RelayView[] = [];
  let others: readonly KnownPeer[] = [];
  let room = viewOfRoom(options.room);
  let keys = deriveRoomKeys(options.room);
  let state: SwarmState = { join, relayAddress, room, relays, peers: [], known: others };
  let isOpen = false;

  const publish = (): void => {
    const peers = [...sessions.values()].map((session) => {
      const view = session.view();
      const directFailure = directFailures.get(view.id);
      return view.kind === 'relayed' && directFailure !== undefined ? { ...view, directFailure } : view;
    });
    state = { join, relayAddress, room, relays, peers, known: others };
    for (const listener of [...listeners]) listener();
  };
  const announceGone = (peer: PeerId): void => {
    for (const listener of [...goneListeners]) listener(peer);
  };

  const begin = (peer: PeerId): Session => {
    let kind: ConnectionKind | undefined;
    const session: Session = createSession({
      self,
      peer,
      clock,
      random,
      room: keys,
      features: FEATURES,
      advert: () => advert,
      onChange() {
        publish();
        if (session.kind() === kind) return;
        kind = session.kind();
        onPeerChange(peer, 'better');
      },
      onMessage(protocol, body) {
        try {
          handlers.get(protocol)?.(peer, body);
        } catch (error) {
          onHandlerError(protocol, error);
        }
      },
      onRestart: () => announceGone(peer),
      onEnd(reason) {
        sessions.delete(peer);
        directFailures.delete(peer);
        publish();
        announceGone(peer);
        onPeerChange(peer, reason);
      },
    });
    sessions.set(peer, session);
    return session;
  };

  return {
    self,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setAdvert(next) {
      advert = tidyAdvert(next);
      for (const session of sessions.values()) session.announce();
    },
    async send(peer, protocol, message) {
      if (!isOpen) return err(failure('closed', 'This tab has left the swarm.'));
      if (message.byteLength > MAX_MESSAGE_BYTES)
        return err(failure('too-large', `${message.byteLength} bytes exceed the limit of ${MAX_MESSAGE_BYTES}.`));
      if (encodeProtocolName(protocol) === undefined)
        return err(failure('too-large', 'A protocol name has 1 to 64 bytes.'));
      const session = sessions.get(peer);
      if (session === undefined) return err(failure('not-connected', 'There is no connection to this peer.'));
      return session.send(protocol, message);
    },
    handle(protocol, onMessage) {
      if (handlers.has(protocol)) throw new Error(`protocol ${protocol} already has a handler`);
      handlers.set(protocol, onMessage);
      return () => {
        if (handlers.get(protocol) === onMessage) handlers.delete(protocol);
      };
    },
    onGone(listener) {
      goneListeners.add(listener);
      return () => goneListeners.delete(listener);
    },
    adopt(channel) {
      const { peer } = channel;
      const known = sessions.get(peer);
      if (!isOpen || peer === self) return channel.abort('this tab has left the swarm');
      if (known === undefined && sessions.size >= MAX_PEERS) {
        // Whom one of the two refused is only shown; that gives way to somebody who may be of use.
        const idle = [...sessions.values()].find((session) => session.isRefused());
        if (idle === undefined) {
          channel.post(encodeFrame({ type: 'refused', code: 'full' }));
          return channel.close();
        }
        idle.end('refused');
      }
      (known ?? begin(peer)).add(channel);
    },
    kindOf: (peer) => sessions.get(peer)?.kind(),
    hasRoom: () => sessions.size < MAX_PEERS,
    setDirectFailure(peer, reason) {
      if (directFailures.get(peer) === reason) return;
      if (reason === undefined) directFailures.delete(peer);
      else directFailures.set(peer, reason);
      // Those never reached leave no entry behind for long.
      if (directFailures.size > 4 * MAX_PEERS) directFailures.delete(directFailures.keys().next().value as PeerId);
      if (sessions.has(peer)) publish();
    },
    suspect: (peer) => sessions.get(peer)?.suspect(SUSPECT_MS),
    suspectAll() {
      for (const session of [...sessions.values()]) session.suspect(WAKE_MS);
    },
    setJoin(next, address, view) {
      join = next;
      relayAddress = address;
      relays = view;
      publish();
    },
    setKnown(next) {
      others = next;
      publish();
    },
    prune: (peer) => sessions.get(peer)?.end('pruned'),
    open(next) {
      if (next !== undefined) {
        room = viewOfRoom(next);
        keys = deriveRoomKeys(next);
      }
      isOpen = true;
    },
    close() {
      isOpen = false;
      for (const session of [...sessions.values()]) session.end('left');
    },
  };
}

import { tokensAt } from '#vocabulary';
import {
  type Clock,
  type PeerId,
  type Random,
  type Result,
  type Signer,
  type VerifySignature,
  err,
  failure,
  ok,
} from '#vocabulary';
import { EMPTY_ADVERT, tidyAdvert } from '../session/advert.ts';
import { MAX_BROADCAST_BYTES } from '../constants.ts';
import type { RendezvousNotice, RoomMember } from '../joining/rendezvous-wire.ts';
import type { Advert, KnownPeer, SwarmError, SwarmPeer } from '../swarm.ts';
import { type Card, signCard } from './card.ts';
import { createCardCheck } from './card-check.ts';
import { createConnecting } from './connecting.ts';
import { CARD_REFRESH_MS, OWN_BUCKET, type OverlayLimits, TICK_MS, USE_MS } from './constants.ts';
import { createKnownPeers } from './known-peers.ts';
import {
  type OverlayEffect,
  type OverlayEvent,
  type OverlayState,
  openOverlay,
  overlayDueMs,
  stepOverlay,
} from './overlay-step.ts';
import { decodeOverlay, encodeOverlay, isTopic } from './overlay-wire.ts';
import { type LinkFacts, isSmallRoom } from './view-state.ts';

/** Relays of one swarm. */
const MAX_NAMED_RELAYS = 64;

export interface OverlayPorts {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly verify: VerifySignature;
  readonly limits?: OverlayLimits;
  readonly send: (peer: PeerId, message: Uint8Array) => void;
  /** Pursues a connection; `eager`: this side is the one to dial. */
  readonly dial: (peer: PeerId, eager: boolean) => void;
  readonly forget: (peer: PeerId) => void;
  /** Ends a connection that neither side needs. */
  readonly close: (peer: PeerId) => void;
  /** Asks the relay for other members. */
  readonly sample: () => void;
  /** Streams other than messages are open: a call, a transfer. */
  readonly isBusy: (peer: PeerId) => boolean;
  readonly onKnown: (known: readonly KnownPeer[]) => void;
  readonly onListenerError: (topic: string, error: unknown) => void;
}

/** Performs what the reducers decide: keeps the mesh, spreads broadcasts, knows others of the room. */
export interface Overlay {
  start(): void;
  stop(): void;
  setAdvert(advert: Advert): void;
  /** Whether the relay can arrange connections, and its address. */
  setRelay(isUp: boolean, address: string | undefined): void;
  /** What a relay tells of the room; other notices are ignored. `toldBy`: its address. */
  notice(notice: RendezvousNotice, toldBy: string): void;
  /** Address of the relay through which a peer is reached, as far as known. */
  relayOf(peer: PeerId): string | undefined;
  /** The relay does not know a peer that is being dialled. */
  notThere(peer: PeerId): void;
  /** The connected peers as they are now; one that is missing is told by `gone`. */
  sync(peers: readonly SwarmPeer[]): void;
  gone(peer: PeerId, comesBack: boolean): void;
  receive(from: PeerId, message: Uint8Array): void;
  /** Messages other than the overlay's go to or come from this peer. */
  used(peer: PeerId): void;
  connect(peer: PeerId, signal?: AbortSignal): Promise<Result<void, SwarmError>>;
  broadcast(topic: string, message: Uint8Array): Result<void, SwarmError>;
  onBroadcast(topic: string, listener: (via: PeerId, message: Uint8Array) => void): () => void;
  getState(): OverlayState;
}

export function createOverlay(ports: OverlayPorts): Overlay {
  const { self, clock, random, signer, verify } = ports;
  const listeners = new Map<string, (via: PeerId, message: Uint8Array) => void>();
  const connectedAtMs = new Map<PeerId, number>();
  const knownOf = createKnownPeers();
  const namedRelays = new Set<string>();
  let known: readonly KnownPeer[] = [];
  let state = openOverlay(self, clock.now(), random, ports.limits);
  let isRunning = false;
  let isSigning = false;
  let advert: Advert = EMPTY_ADVERT;
  let relay: string | undefined;
  let cancelTick = (): void => undefined;
  let cancelWake = (): void => undefined;
  let wakeAtMs = Infinity;
  const queue: OverlayEvent[] = [];
  let isStepping = false;

  /** Effects may bring about events at once (closing does); they wait for their turn. */
  const dispatch = (event: OverlayEvent): void => {
    if (!isRunning) return;
    queue.push(event);
    if (isStepping) return;
    isStepping = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const step = stepOverlay(state, next, random);
        state = step.state;
        for (const effect of step.effects) perform(effect);
      }
    } finally {
      isStepping = false;
    }
    settle();
  };

  const perform = (effect: OverlayEffect): void => {
    switch (effect.type) {
      case 'send':
        return ports.send(effect.to, encodeOverlay(effect.message));
      case 'dial':
        return ports.dial(effect.peer, effect.eager);
      case 'forget':
        return ports.forget(effect.peer);
      case 'close':
        connectedAtMs.delete(effect.peer);
        return ports.close(effect.peer);
      case 'sample':
        return ports.sample();
      case 'deliver':
        return deliver(effect.topic, effect.via, effect.body);
    }
  };

  const deliver = (topic: string, via: PeerId, body: Uint8Array): void => {
    try {
      listeners.get(topic)?.(via, body.slice());
    } catch (error) {
      ports.onListenerError(topic, error);
    }
  };

  /** After every step: timers, the card, who is known, who waits. */
  const settle = (): void => {
    const dueMs = overlayDueMs(state);
    if (dueMs !== wakeAtMs) {
      cancelWake();
      wakeAtMs = dueMs;
      if (dueMs < Infinity)
        cancelWake = clock.after(Math.max(0, dueMs - clock.now()), () => {
          wakeAtMs = Infinity;
          dispatch({ type: 'wake', nowMs: clock.now() });
        });
    }
    renewCard();
    const now = knownOf(state.view, clock.now());
    if (now !== known) {
      known = now;
      ports.onKnown(now);
    }
    connecting.look();
  };

  const placed = (member: RoomMember, toldBy: string): RoomMember => {
    const relayOfMember = member.relay ?? toldBy;
    namedRelays.add(relayOfMember);
    if (namedRelays.size > MAX_NAMED_RELAYS) namedRelays.delete(namedRelays.values().next().value as string);
    return { peer: member.peer, relay: relayOfMember };
  };

  const isCurrent = (card: Card | undefined): boolean =>
    card !== undefined &&
    clock.now() - card.issuedAtMs < CARD_REFRESH_MS &&
    card.advert === advert &&
    card.relay === relay;

  /** In a small room everybody hears of everybody by being connected. */
  const renewCard = (): void => {
    if (isSigning || isSmallRoom(state.view) || isCurrent(state.view.card)) return;
    isSigning = true;
    signCard(signer, advert, relay, clock.now())
      .then((card) => dispatch({ type: 'card', card, nowMs: clock.now() }))
      .finally(() => {
        isSigning = false;
      })
      .catch((error: unknown) => ports.onListenerError('the card', error));
  };

  const check = createCardCheck({
    verify,
    known: (peer) => state.view.candidates.get(peer)?.card,
    onMessage(from, message) {
      if (message.t === 'part') noteUse(from);
      dispatch({ type: 'message', from, message, nowMs: clock.now() });
    },
    onMisuse: (from) => dispatch({ type: 'nonsense', from, nowMs: clock.now() }),
  });

  const connecting = createConnecting({
    clock,
    isRunning: () => isRunning,
    isLinked: (peer) => state.view.links.has(peer),
    isDialled: (peer) => state.view.dials.has(peer),
    want: (peer, untilMs) => dispatch({ type: 'want', peer, untilMs, nowMs: clock.now() }),
    unwant: (peer) => dispatch({ type: 'unwant', peer, nowMs: clock.now() }),
  });

  const noteUse = (peer: PeerId): void => {
    if (ports.isBusy(peer)) overlay.used(peer);
  };

  const tick = (): void => {
    for (const peer of state.view.links.keys()) noteUse(peer);
    dispatch({ type: 'tick', nowMs: clock.now() });
    planTick();
  };
  const planTick = (): void => {
    if (isRunning) cancelTick = clock.after(TICK_MS * (0.8 + 0.4 * random.next()), tick);
  };

  const overlay: Overlay = {
    start() {
      if (isRunning) return;
      isRunning = true;
      state = openOverlay(self, clock.now(), random, ports.limits);
      planTick();
    },
    stop() {
      isRunning = false;
      cancelTick();
      cancelWake();
      wakeAtMs = Infinity;
      connectedAtMs.clear();
      state = openOverlay(self, clock.now(), random, ports.limits);
      known = knownOf(state.view, clock.now());
      connecting.look();
    },
    setAdvert(next) {
      advert = tidyAdvert(next);
      if (isRunning) renewCard();
    },
    setRelay(isUp, address) {
      relay = address;
      if (isUp !== state.view.hasRelay) dispatch({ type: 'relay', isUp, nowMs: clock.now() });
    },
    notice(notice, toldBy) {
      const nowMs = clock.now();
      if (notice.t === 'members') {
        const members = notice.members.map((member) => placed(member, toldBy));
        dispatch({ type: 'members', members, total: notice.total, nowMs });
      } else if (notice.t === 'joined') dispatch({ type: 'joined', member: placed(notice.member, toldBy), nowMs });
      else if (notice.t === 'left') dispatch({ type: 'left', peer: notice.peer, nowMs });
    },
    relayOf(peer) {
      const address = state.view.candidates.get(peer)?.relay;
      // Cards say where their authors are. Only relays that a relay has named are dialled: nobody sends tabs elsewhere.
      return address !== undefined && namedRelays.has(address) ? address : undefined;
    },
    notThere: (peer) => dispatch({ type: 'not-there', peer, nowMs: clock.now() }),
    sync(peers) {
      const nowMs = clock.now();
      for (const peer of peers) {
        // Before its hello nothing can be sent, and one of another version takes part in nothing.
        if (peer.advert === undefined || peer.incompatible !== undefined) continue;
        const facts = factsOf(peer);
        const before = connectedAtMs.get(peer.id);
        if (before === peer.connectedAtMs) {
          const link = state.view.links.get(peer.id);
          if (link !== undefined && !isSameFacts(link, facts))
            dispatch({ type: 'changed', peer: peer.id, facts, nowMs });
          continue;
        }
        connectedAtMs.set(peer.id, peer.connectedAtMs);
        // It has begun anew: what it was told before is forgotten there.
        if (before !== undefined) dispatch({ type: 'gone', peer: peer.id, comesBack: true, nowMs });
        dispatch({ type: 'connected', peer: peer.id, facts, nowMs });
      }
    },
    gone(peer, comesBack) {
      connectedAtMs.delete(peer);
      dispatch({ type: 'gone', peer, comesBack, nowMs: clock.now() });
    },
    receive(from, bytes) {
      const message = decodeOverlay(bytes);
      if (message.ok) check.take(from, message.value);
      else dispatch({ type: 'nonsense', from, nowMs: clock.now() });
    },
    used(peer) {
      const link = state.view.links.get(peer);
      const untilMs = clock.now() + USE_MS;
      // Not for every message: once in half the time is as good.
      if (link === undefined || link.usedUntilMs > untilMs - USE_MS / 2) return;
      dispatch({ type: 'used', peer, untilMs, nowMs: clock.now() });
    },
    connect: connecting.connect,
    broadcast(topic, message) {
      if (!isRunning) return err(failure('closed', 'This tab has left the swarm.'));
      if (message.byteLength > MAX_BROADCAST_BYTES)
        return err(failure('too-large', `${message.byteLength} bytes exceed the limit of ${MAX_BROADCAST_BYTES}.`));
      if (!isTopic(topic)) return err(failure('too-large', 'A topic has 1 to 64 bytes.'));
      if (tokensAt(state.gossip.own, OWN_BUCKET, clock.now()) < 1)
        return err(failure('too-often', 'This tab has told everybody enough for now.', 'Say it again in a second.'));
      dispatch({ type: 'broadcast', topic, body: new Uint8Array(message), nowMs: clock.now() });
      return ok(undefined);
    },
    onBroadcast(topic, listener) {
      if (listeners.has(topic)) throw new Error(`topic ${topic} already has a listener`);
      listeners.set(topic, listener);
      return () => {
        if (listeners.get(topic) === listener) listeners.delete(topic);
      };
    },
    getState: () => state,
  };

  return overlay;
}

function factsOf({ kind, roundTripMs, advert }: SwarmPeer): LinkFacts {
  // Coarse, so that not every measurement is a change.
  const rounded = roundTripMs === undefined ? undefined : Math.ceil(roundTripMs / 20) * 20;
  return { kind, roundTripMs: rounded, isContributing: advert?.contributing === true };
}

function isSameFacts(a: LinkFacts, b: LinkFacts): boolean {
  return a.kind === b.kind && a.roundTripMs === b.roundTripMs && a.isContributing === b.isContributing;
}

import { type PeerId, type Random, asPeerId, randomInteger } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { MAX_MEMBERS_TOLD, SAMPLE_INTERVAL_MS, TOLD_OF_NEWCOMER } from '../../../src/swarm/constants.ts';
import { SILENCE_MS } from '../../../src/swarm/session/liveness.ts';
import type { Card } from '../../../src/swarm/overlay/card.ts';
import { CARD_REFRESH_MS, type OverlayLimits, TICK_MS } from '../../../src/swarm/overlay/constants.ts';
import {
  type OverlayEffect,
  type OverlayEvent,
  type OverlayState,
  openOverlay,
  overlayDueMs,
  stepOverlay,
} from '../../../src/swarm/overlay/overlay-step.ts';
import type { OverlayMessage } from '../../../src/swarm/overlay/overlay-wire.ts';
import type { ConnectionKind } from '../../../src/swarm/swarm.ts';
import { type EventQueue, createEventQueue } from './event-queue.ts';

/** One simulated tab: the product's own reducer and what the world knows of it. */
export interface Tab {
  readonly id: PeerId;
  readonly index: number;
  state: OverlayState;
  isAlive: boolean;
  readonly isHostile: boolean;
  readonly aliveSinceMs: number;
  readonly wires: Map<PeerId, Wire>;
  readonly pursuits: Map<PeerId, { isOver: boolean }>;
  wakeAtMs: number;
  sampledAtMs: number;
  opened: number;
  readonly sent: Record<OverlayMessage['t'], number>;
}

interface Wire {
  readonly ends: readonly [Tab, Tab];
  readonly kind: ConnectionKind;
  readonly latencyMs: number;
  readonly lastArrivalMs: [number, number];
  isOpen: boolean;
}

export interface MeshNetworkOptions {
  readonly random: Random;
  readonly limits: OverlayLimits;
  /** Share of frames that come late, and by how much at most. */
  readonly delayed?: { readonly share: number; readonly byMs: number };
  /** What a hostile tab does instead of an effect its reducer asks for. */
  readonly tamper?: (tab: Tab, effect: OverlayEffect, network: MeshNetwork) => readonly OverlayEffect[];
  readonly onDeliver?: (tab: Tab, body: Uint8Array, hops: number) => void;
}

export interface MeshNetwork {
  readonly queue: EventQueue;
  readonly tabs: readonly Tab[];
  alive(): Tab[];
  join(isHostile?: boolean): Tab;
  /** Says goodbye. */
  leave(tab: Tab): void;
  /** Gone without a word. */
  vanish(tab: Tab): void;
  setRelay(isUp: boolean): void;
  broadcast(tab: Tab, topic: string, body: Uint8Array): void;
  feed(tab: Tab, event: OverlayEvent): void;
  perform(tab: Tab, effect: OverlayEffect): void;
  cardOf(tab: Tab): Card;
}

/** Direct dials take 0.1-2 s and one in a hundred hangs (measured); a wait of 6 s before the other side dials as well. */
const DIAL_MS = { min: 100, max: 2_000 };
const HANGS = 0.01;
const WAIT_FOR_OTHER_MS = 6_000;
/** Paths as an independent study of hole punching found them: about 70 % direct; the rest by TURN or the relay. */
const DIRECT = 0.7;
const TURN = 0.2;
/** One way between two homes of one continent or of two. */
const LATENCY_MS = { min: 5, max: 120 };
const ROUND_TRIP_KNOWN_MS = 2_000;
const TICK_SLOTS = 50;
const NO_BYTES = new Uint8Array();

export function createMeshNetwork(options: MeshNetworkOptions): MeshNetwork {
  const { random, limits, delayed, tamper, onDeliver } = options;
  const queue = createEventQueue(1_700_000_000_000);
  const tabs: Tab[] = [];
  const byId = new Map<PeerId, Tab>();
  const room: Tab[] = [];
  const placeInRoom = new Map<Tab, number>();
  const slots: Tab[][] = Array.from({ length: TICK_SLOTS }, () => []);
  let relayIsUp = true;

  const between = ({ min, max }: { min: number; max: number }): number => min + random.next() * (max - min);

  const feed = (tab: Tab, event: OverlayEvent): void => {
    if (!tab.isAlive) return;
    const { state, effects } = stepOverlay(tab.state, event, random);
    tab.state = state;
    for (const effect of effects)
      for (const real of tab.isHostile && tamper !== undefined ? tamper(tab, effect, network) : [effect])
        perform(tab, real);
    const dueMs = overlayDueMs(tab.state);
    if (dueMs >= tab.wakeAtMs) return;
    tab.wakeAtMs = dueMs;
    queue.at(dueMs, () => {
      if (tab.wakeAtMs !== dueMs) return;
      tab.wakeAtMs = Infinity;
      feed(tab, { type: 'wake', nowMs: queue.nowMs() });
    });
  };

  const perform = (tab: Tab, effect: OverlayEffect): void => {
    switch (effect.type) {
      case 'send':
        return carry(tab, effect.to, effect.message);
      case 'dial':
        return pursue(tab, effect.peer, effect.eager);
      case 'forget': {
        const pursuit = tab.pursuits.get(effect.peer);
        if (pursuit !== undefined) pursuit.isOver = true;
        tab.pursuits.delete(effect.peer);
        return;
      }
      case 'close':
        return cut(tab, effect.peer, false);
      case 'sample':
        return sample(tab);
      case 'deliver':
        return onDeliver?.(tab, effect.body, effect.hops);
    }
  };

  const carry = (from: Tab, to: PeerId, message: OverlayMessage): void => {
    const wire = from.wires.get(to);
    if (wire === undefined || !wire.isOpen) return;
    from.sent[message.t]++;
    const side = wire.ends[0] === from ? 0 : 1;
    const far = wire.ends[1 - side] as Tab;
    const late = delayed !== undefined && random.next() < delayed.share ? random.next() * delayed.byMs : 0;
    const atMs = Math.max(queue.nowMs() + wire.latencyMs + late, wire.lastArrivalMs[side] as number);
    wire.lastArrivalMs[side] = atMs;
    queue.at(atMs, () => {
      if (wire.isOpen) feed(far, { type: 'message', from: from.id, message, nowMs: queue.nowMs() });
    });
  };

  const pursue = (tab: Tab, peer: PeerId, eager: boolean): void => {
    const pursuit = { isOver: false };
    tab.pursuits.set(peer, pursuit);
    const attempt = (): void => {
      const far = byId.get(peer);
      if (pursuit.isOver || !tab.isAlive || tab.wires.has(peer)) return;
      tab.opened++;
      const works = relayIsUp && far !== undefined && far.isAlive && random.next() >= HANGS;
      queue.at(queue.nowMs() + (works ? between(DIAL_MS) : 8_000), () => {
        if (works && far !== undefined && !pursuit.isOver) connect(tab, far);
        else if (!works) attempt();
      });
    };
    queue.at(queue.nowMs() + (eager ? 0 : WAIT_FOR_OTHER_MS), attempt);
  };

  const connect = (a: Tab, b: Tab): void => {
    if (!a.isAlive || !b.isAlive || a.wires.has(b.id)) return;
    b.opened++;
    const draw = random.next();
    const kind = draw < DIRECT ? 'direct' : draw < DIRECT + TURN ? 'turn' : 'relayed';
    const wire: Wire = { ends: [a, b], kind, latencyMs: between(LATENCY_MS), lastArrivalMs: [0, 0], isOpen: true };
    a.wires.set(b.id, wire);
    b.wires.set(a.id, wire);
    const facts = { kind, roundTripMs: undefined, isContributing: false } as const;
    const measured = { ...facts, roundTripMs: 2 * wire.latencyMs };
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      near.pursuits.delete(far.id);
      feed(near, { type: 'connected', peer: far.id, facts, nowMs: queue.nowMs() });
      queue.at(queue.nowMs() + ROUND_TRIP_KNOWN_MS, () => {
        if (wire.isOpen) feed(near, { type: 'changed', peer: far.id, facts: measured, nowMs: queue.nowMs() });
      });
    }
  };

  /** The far side learns of it by a goodbye, or by silence. */
  const cut = (near: Tab, peer: PeerId, isSilent: boolean): void => {
    const wire = near.wires.get(peer);
    if (wire === undefined) return;
    near.wires.delete(peer);
    const far = wire.ends[0] === near ? wire.ends[1] : wire.ends[0];
    wire.isOpen = false;
    queue.at(queue.nowMs() + (isSilent ? SILENCE_MS : wire.latencyMs), () => {
      if (far.wires.get(near.id) !== wire) return;
      far.wires.delete(near.id);
      feed(far, { type: 'gone', peer: near.id, comesBack: isSilent, nowMs: queue.nowMs() });
    });
  };

  const membersFor = (tab: Tab): OverlayEvent => {
    const total = room.length - 1;
    const members = new Set<Tab>();
    if (total <= MAX_MEMBERS_TOLD) for (const other of room) members.add(other);
    else while (members.size < MAX_MEMBERS_TOLD) members.add(room[randomInteger(random, room.length)] as Tab);
    members.delete(tab);
    return { type: 'members', members: [...members].map(({ id }) => ({ peer: id })), total, nowMs: queue.nowMs() };
  };

  const sample = (tab: Tab): void => {
    if (!relayIsUp || queue.nowMs() - tab.sampledAtMs < SAMPLE_INTERVAL_MS) return;
    tab.sampledAtMs = queue.nowMs();
    queue.at(queue.nowMs() + 2 * LATENCY_MS.min, () => feed(tab, membersFor(tab)));
  };

  const enterRoom = (tab: Tab): void => {
    const told = room.length <= MAX_MEMBERS_TOLD ? [...room] : pickFew(TOLD_OF_NEWCOMER);
    for (const other of told) feed(other, { type: 'joined', member: { peer: tab.id }, nowMs: queue.nowMs() });
    placeInRoom.set(tab, room.push(tab) - 1);
    feed(tab, membersFor(tab));
  };
  const pickFew = (count: number): Tab[] =>
    Array.from({ length: count }, () => room[randomInteger(random, room.length)] as Tab);

  const leaveRoom = (tab: Tab, afterMs: number): void => {
    const place = placeInRoom.get(tab);
    if (place === undefined) return;
    placeInRoom.delete(tab);
    const last = room.pop() as Tab;
    if (last !== tab) {
      room[place] = last;
      placeInRoom.set(last, place);
    }
    if (room.length > MAX_MEMBERS_TOLD || !relayIsUp) return;
    queue.at(queue.nowMs() + afterMs, () => {
      for (const other of [...room]) feed(other, { type: 'left', peer: tab.id, nowMs: queue.nowMs() });
    });
  };

  const end = (tab: Tab, isSilent: boolean): void => {
    if (!tab.isAlive) return;
    tab.isAlive = false;
    for (const peer of [...tab.wires.keys()]) cut(tab, peer, isSilent);
    for (const pursuit of tab.pursuits.values()) pursuit.isOver = true;
    leaveRoom(tab, isSilent ? SILENCE_MS : 0);
  };

  const cardOf = (tab: Tab): Card => ({
    peer: tab.id,
    relay: undefined,
    advert: EMPTY_ADVERT,
    issuedAtMs: queue.nowMs(),
    sealed: NO_BYTES,
  });
  const renewCard = (tab: Tab): void => {
    if (!tab.isAlive) return;
    feed(tab, { type: 'card', card: cardOf(tab), nowMs: queue.nowMs() });
    queue.at(queue.nowMs() + CARD_REFRESH_MS, () => renewCard(tab));
  };

  const turnWheel = (slot: number): void => {
    const alive = (slots[slot] as Tab[]).filter(({ isAlive }) => isAlive);
    slots[slot] = alive;
    for (const tab of alive) feed(tab, { type: 'tick', nowMs: queue.nowMs() });
    queue.at(queue.nowMs() + TICK_MS / TICK_SLOTS, () => turnWheel((slot + 1) % TICK_SLOTS));
  };
  turnWheel(0);

  const network: MeshNetwork = {
    queue,
    tabs,
    alive: () => tabs.filter(({ isAlive }) => isAlive),
    join(isHostile = false) {
      const index = tabs.length;
      const id = asPeerId(`${isHostile ? 'h' : 'p'}${index}`);
      const tab: Tab = {
        id,
        index,
        state: openOverlay(id, queue.nowMs(), random, limits),
        isAlive: true,
        isHostile,
        aliveSinceMs: queue.nowMs(),
        wires: new Map(),
        pursuits: new Map(),
        wakeAtMs: Infinity,
        sampledAtMs: -Infinity,
        opened: 0,
        sent: { ...NOTHING_SENT },
      };
      tabs.push(tab);
      byId.set(id, tab);
      (slots[index % TICK_SLOTS] as Tab[]).push(tab);
      renewCard(tab);
      if (relayIsUp) enterRoom(tab);
      return tab;
    },
    leave: (tab) => end(tab, false),
    vanish: (tab) => end(tab, true),
    setRelay(isUp) {
      relayIsUp = isUp;
      for (const tab of network.alive()) {
        feed(tab, { type: 'relay', isUp, nowMs: queue.nowMs() });
        if (isUp) queue.at(queue.nowMs() + random.next() * 8_000, () => feed(tab, membersFor(tab)));
      }
    },
    broadcast: (tab, topic, body) => feed(tab, { type: 'broadcast', topic, body, nowMs: queue.nowMs() }),
    feed,
    perform,
    cardOf,
  };
  return network;
}

const NOTHING_SENT: Tab['sent'] = {
  neighbour: 0,
  accept: 0,
  refuse: 0,
  part: 0,
  parted: 0,
  stay: 0,
  forward: 0,
  shuffle: 0,
  reply: 0,
  say: 0,
  have: 0,
  graft: 0,
  prune: 0,
};

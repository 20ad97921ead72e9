import { type PeerId, asPeerId, createSeededRandom } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import type { Card } from '../../../src/swarm/overlay/card.ts';
import type { MembershipMessage } from '../../../src/swarm/overlay/overlay-wire.ts';
import { TICK_MS } from '../../../src/swarm/overlay/constants.ts';
import {
  type LinkFacts,
  type ViewEffect,
  type ViewEvent,
  type ViewState,
  neighboursOf,
  openView,
} from '../../../src/swarm/overlay/view-state.ts';
import { stepView } from '../../../src/swarm/overlay/view-step.ts';

export const START_MS = 1_700_000_000_000;
export const direct: LinkFacts = { kind: 'direct', roundTripMs: 40, isContributing: false };

export function peerOf(index: number): PeerId {
  return asPeerId(`peer-${index}`);
}

export function cardOf(peer: PeerId, issuedAtMs: number): Card {
  return { peer, relay: undefined, advert: EMPTY_ADVERT, issuedAtMs, sealed: new Uint8Array() };
}

type Untimed<T> = T extends unknown ? Omit<T, 'nowMs'> : never;

/** One tab's view, driven by a test that plays everybody else. */
export function createTestView(self = asPeerId('self')) {
  const random = createSeededRandom('view');
  let nowMs = START_MS;
  let state: ViewState = openView(self, nowMs, random);
  let effects: ViewEffect[] = [];

  const feed = (event: Untimed<ViewEvent>): readonly ViewEffect[] => {
    const step = stepView(state, { ...event, nowMs } as ViewEvent, random);
    state = step.state;
    effects.push(...step.effects);
    return step.effects;
  };
  const view = {
    self,
    feed,
    state: (): ViewState => state,
    nowMs: (): number => nowMs,
    /** Effects since the last call. */
    take: (): ViewEffect[] => {
      const taken = effects;
      effects = [];
      return taken;
    },
    wait(ms: number): void {
      for (const until = nowMs + ms; nowMs < until;) {
        nowMs = Math.min(until, nowMs + TICK_MS);
        feed({ type: 'tick' });
      }
    },
    /** The relay names so many members. */
    room(count: number, total = count): void {
      const members = Array.from({ length: Math.min(64, count) }, (_, index) => ({ peer: peerOf(index) }));
      feed({ type: 'members', members, total });
    },
    connect: (peer: PeerId, facts = direct) => feed({ type: 'connected', peer, facts }),
    hear: (from: PeerId, message: MembershipMessage) => feed({ type: 'membership', from, message }),
    /** Connects and makes a neighbour of it, whoever wanted it. */
    befriend(peer: PeerId, facts = direct): void {
      feed({ type: 'connected', peer, facts });
      if (state.links.get(peer)?.role === 'asked') view.hear(peer, { t: 'accept', card: undefined });
      else view.hear(peer, { t: 'neighbour', urgent: false, first: false, card: undefined });
    },
    neighbours: (): PeerId[] => neighboursOf(state).map(({ peer }) => peer),
    roleOf: (peer: PeerId) => state.links.get(peer)?.role,
  };
  return view;
}

export type TestView = ReturnType<typeof createTestView>;

export function dialled(effects: readonly ViewEffect[]): PeerId[] {
  return effects.flatMap((effect) => (effect.type === 'dial' ? [effect.peer] : []));
}

export function said(effects: readonly ViewEffect[], to: PeerId): MembershipMessage['t'][] {
  return effects.flatMap((effect) => (effect.type === 'send' && effect.to === to ? [effect.message.t] : []));
}

export function closed(effects: readonly ViewEffect[]): PeerId[] {
  return effects.flatMap((effect) => (effect.type === 'close' ? [effect.peer] : []));
}

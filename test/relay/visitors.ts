import { type Random, type VirtualClock, asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { defaultLimits } from '../../relay/limits.ts';
import { type Rendezvous, type RendezvousOptions, type Visitor, createRendezvous } from '../../relay/rendezvous.ts';
import type { RendezvousNotice } from '../../src/swarm/joining/rendezvous-wire.ts';

/** A visitor that notes what it hears. */
export interface Guest extends Visitor {
  readonly heard: RendezvousNotice[];
  isClosed: boolean;
}

export function guest(name: string, address = 'loopback'): Guest {
  const visitor: Guest = {
    peer: asPeerId(name),
    address,
    heard: [],
    isClosed: false,
    send: (notice) => visitor.heard.push(notice),
    close: () => {
      visitor.isClosed = true;
    },
  };
  return visitor;
}

export function enter(rendezvous: Rendezvous, visitor: Guest, room = 'public'): Guest {
  rendezvous.receive(visitor, { t: 'join', room });
  return visitor;
}

export function setUp(options: Partial<RendezvousOptions> = {}): {
  readonly rendezvous: Rendezvous;
  readonly clock: VirtualClock;
  readonly random: Random;
} {
  const clock = createVirtualClock();
  const random = createSeededRandom('rendezvous');
  return { rendezvous: createRendezvous({ random, clock, limits: defaultLimits, ...options }), clock, random };
}

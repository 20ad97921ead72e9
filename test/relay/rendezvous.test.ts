import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { type Rendezvous, type Visitor, createRendezvous } from '../../relay/rendezvous.ts';
import type { RendezvousNotice } from '../../src/swarm/rendezvous-wire.ts';

interface Guest extends Visitor {
  readonly heard: RendezvousNotice[];
  isClosed: boolean;
}

function guest(name: string): Guest {
  const visitor: Guest = {
    peer: asPeerId(name),
    heard: [],
    isClosed: false,
    send: (notice) => visitor.heard.push(notice),
    close: () => {
      visitor.isClosed = true;
    },
  };
  return visitor;
}
const enter = (rendezvous: Rendezvous, visitor: Guest, room = 'public'): Guest => {
  rendezvous.receive(visitor, { t: 'join', room });
  return visitor;
};

describe('rendezvous', () => {
  test('R1: the newcomer hears who is there, the others that it came and left, other rooms nothing', () => {
    const rendezvous = createRendezvous();
    const [anna, berta, carla] = [guest('anna'), guest('berta'), guest('carla')];
    enter(rendezvous, anna);
    enter(rendezvous, carla, 'elsewhere');
    enter(rendezvous, berta);
    expect(berta.heard).toEqual([{ t: 'members', members: [{ peer: 'anna' }], total: 1 }]);
    expect(anna.heard.slice(1)).toEqual([{ t: 'joined', member: { peer: 'berta' } }]);
    rendezvous.leave(berta);
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
    expect(carla.heard).toEqual([{ t: 'members', members: [], total: 0 }]);
    expect([rendezvous.memberCount(), rendezvous.roomCount()]).toEqual([2, 2]);
    rendezvous.leave(anna);
    rendezvous.leave(carla);
    expect([rendezvous.memberCount(), rendezvous.roomCount()]).toEqual([0, 0]);
  });

  test('R2: the same peer again replaces its earlier stream; the end of that one is no leaving', () => {
    const rendezvous = createRendezvous();
    const anna = enter(rendezvous, guest('anna'));
    const before = enter(rendezvous, guest('berta'));
    const after = enter(rendezvous, guest('berta'));
    expect(before.isClosed).toBe(true);
    expect(after.heard).toEqual([{ t: 'members', members: [{ peer: 'anna' }], total: 1 }]);
    rendezvous.leave(before);
    expect(anna.heard.map(({ t }) => t)).toEqual(['members', 'joined', 'joined']);
    expect(rendezvous.memberCount()).toBe(2);
    rendezvous.leave(after);
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
  });

  test('R3: a second join on one stream is refused with a reason', () => {
    const rendezvous = createRendezvous();
    const anna = enter(rendezvous, guest('anna'));
    enter(rendezvous, anna, 'elsewhere');
    expect(anna.heard.at(-1)).toMatchObject({ t: 'refused' });
    expect(anna.isClosed).toBe(true);
  });

  test('R3: somebody who never joined can leave', () => {
    const rendezvous = createRendezvous();
    rendezvous.leave(guest('nobody'));
    expect(rendezvous.memberCount()).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { type Rendezvous, type Visitor, createRendezvous } from '../../relay/rendezvous.ts';
import { MAX_ROOM_MEMBERS } from '../../src/swarm/constants.ts';
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
    expect(berta.heard).toEqual([{ t: 'members', peers: ['anna'] }]);
    expect(anna.heard.slice(1)).toEqual([{ t: 'joined', peer: 'berta' }]);
    rendezvous.leave(berta);
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
    expect(carla.heard).toEqual([{ t: 'members', peers: [] }]);
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
    expect(after.heard).toEqual([{ t: 'members', peers: ['anna'] }]);
    rendezvous.leave(before);
    expect(anna.heard.map(({ t }) => t)).toEqual(['members', 'joined', 'joined']);
    expect(rendezvous.memberCount()).toBe(2);
    rendezvous.leave(after);
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
  });

  test('R3: a second join on one stream, and one too many in a room, are refused with a reason', () => {
    const rendezvous = createRendezvous();
    const anna = enter(rendezvous, guest('anna'));
    enter(rendezvous, anna, 'elsewhere');
    expect(anna.heard.at(-1)).toMatchObject({ t: 'refused' });
    expect(anna.isClosed).toBe(true);
    rendezvous.leave(anna);

    const crowd = Array.from({ length: MAX_ROOM_MEMBERS }, (_, index) => enter(rendezvous, guest(`peer-${index}`)));
    const late = enter(rendezvous, guest('late'));
    expect(late.heard).toEqual([{ t: 'refused', reason: expect.stringContaining('full') }]);
    rendezvous.leave(late);
    expect(crowd[0]?.heard.every(({ t }) => t !== 'left')).toBe(true);
    rendezvous.leave(crowd[1] as Guest);
    expect(enter(rendezvous, guest('later')).heard[0]).toMatchObject({ t: 'members' });
  });

  test('R3: somebody who never joined can leave', () => {
    const rendezvous = createRendezvous();
    rendezvous.leave(guest('nobody'));
    expect(rendezvous.memberCount()).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { defaultLimits } from '../../relay/limits.ts';
import type { Rendezvous } from '../../relay/rendezvous.ts';
import { MAX_MEMBERS_TOLD, SAMPLE_INTERVAL_MS, TOLD_OF_NEWCOMER } from '../../src/swarm/constants.ts';
import { type Guest, enter, guest, setUp } from './visitors.ts';

const told = (visitor: Guest, kind: string): number => visitor.heard.filter(({ t }) => t === kind).length;
const crowd = (rendezvous: Rendezvous, size: number): Guest[] =>
  Array.from({ length: size }, (_, index) => enter(rendezvous, guest(`peer-${index}`)));
const here = (peer: string, room = 'public') => ({ room, peer: asPeerId(peer) });

describe('a room', () => {
  test('R1: the newcomer hears who is there, the others that it came and left, other rooms nothing', () => {
    const { rendezvous } = setUp();
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
    const { rendezvous } = setUp();
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
    const { rendezvous } = setUp();
    const anna = enter(rendezvous, guest('anna'));
    enter(rendezvous, anna, 'elsewhere');
    expect(anna.heard.at(-1)).toMatchObject({ t: 'refused' });
    expect(anna.isClosed).toBe(true);
  });

  test('R3: somebody who never joined can leave, and hears no sample', () => {
    const { rendezvous } = setUp();
    const nobody = guest('nobody');
    rendezvous.receive(nobody, { t: 'sample' });
    rendezvous.leave(nobody);
    expect([nobody.heard, rendezvous.memberCount()]).toEqual([[], 0]);
  });
});

describe('a large room', () => {
  test('R9: up to the limit a room is told in full; beyond it each newcomer gets a sample and the total', () => {
    const { rendezvous } = setUp();
    const all = crowd(rendezvous, MAX_MEMBERS_TOLD + 1);
    expect(all.at(-1)?.heard[0]).toMatchObject({ t: 'members', total: MAX_MEMBERS_TOLD });
    const [first] = (all.at(-1) as Guest).heard;
    expect(new Set(first?.t === 'members' ? first.members.map(({ peer }) => peer) : []).size).toBe(MAX_MEMBERS_TOLD);
    crowd(rendezvous, 500);
    const late = enter(rendezvous, guest('late'));
    const [notice] = late.heard;
    if (notice?.t !== 'members') throw new Error('no list');
    expect([notice.members.length, notice.total]).toEqual([MAX_MEMBERS_TOLD, 500]);
    expect(notice.members.some(({ peer }) => peer === 'late')).toBe(false);
  });

  test('R9: samples are random: over many of them everybody is named about as often', () => {
    const { rendezvous } = setUp();
    crowd(rendezvous, 200);
    const counts = new Map<string, number>();
    const turns = 400;
    for (let turn = 0; turn < turns; turn++) {
      const late = enter(rendezvous, guest('late'));
      const [notice] = late.heard;
      if (notice?.t === 'members') for (const { peer } of notice.members) counts.set(peer, (counts.get(peer) ?? 0) + 1);
      rendezvous.leave(late);
    }
    const mean = (turns * MAX_MEMBERS_TOLD) / 200;
    expect(counts.size).toBe(200);
    // Five standard deviations of a binomial count.
    const width = 5 * Math.sqrt(mean * (1 - MAX_MEMBERS_TOLD / 200));
    expect(Math.min(...counts.values())).toBeGreaterThan(mean - width);
    expect(Math.max(...counts.values())).toBeLessThan(mean + width);
  });

  test('R10: of a newcomer a few are told, of one that leaves nobody', () => {
    const { rendezvous } = setUp();
    const all = crowd(rendezvous, 300);
    for (const one of all) one.heard.length = 0;
    const late = enter(rendezvous, guest('late'));
    expect(all.filter((one) => told(one, 'joined') === 1)).toHaveLength(TOLD_OF_NEWCOMER);
    rendezvous.leave(late);
    expect(all.every((one) => told(one, 'left') === 0)).toBe(true);
  });

  test('R11: a sample is given at most once in its interval, the list on joining being the first', async () => {
    const { rendezvous, clock } = setUp();
    const [anna] = crowd(rendezvous, 100) as [Guest];
    const ask = (): void => rendezvous.receive(anna, { t: 'sample' });
    ask();
    expect(told(anna, 'members')).toBe(1);
    await clock.advance(SAMPLE_INTERVAL_MS);
    ask();
    ask();
    expect(told(anna, 'members')).toBe(2);
    expect(anna.heard.at(-1)).toMatchObject({ t: 'members', total: 99 });
  });
});

describe('members on other relays', () => {
  const far = '/dns/far.example/tcp/443/tls/ws/p2p/far';

  test('R12: they are told with the address of their relay, and that they left', () => {
    const { rendezvous } = setUp();
    const anna = enter(rendezvous, guest('anna'));
    rendezvous.joinedElsewhere(here('berta'), 'far', far);
    expect(anna.heard.at(-1)).toEqual({ t: 'joined', member: { peer: 'berta', relay: far } });
    const carla = enter(rendezvous, guest('carla'));
    expect(carla.heard[0]).toMatchObject({ t: 'members', total: 2 });
    expect(carla.heard[0]).toHaveProperty('members', expect.arrayContaining([{ peer: 'berta', relay: far }]));
    rendezvous.leftElsewhere(here('berta'), 'far');
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
    rendezvous.leftElsewhere(here('berta'), 'far');
    expect(told(anna, 'left')).toBe(1);
  });

  test('R12: one that moves to another relay has not left', () => {
    const { rendezvous } = setUp();
    const anna = enter(rendezvous, guest('anna'));
    rendezvous.joinedElsewhere(here('berta'), 'far', far);
    rendezvous.joinedElsewhere(here('berta'), 'near', '/near');
    rendezvous.leftElsewhere(here('berta'), 'far');
    expect(anna.heard.at(-1)).toEqual({ t: 'joined', member: { peer: 'berta', relay: '/near' } });
    const berta = enter(rendezvous, guest('berta'));
    expect(anna.heard.at(-1)).toEqual({ t: 'joined', member: { peer: 'berta' } });
    rendezvous.leave(berta);
    expect(told(anna, 'left')).toBe(0);
    rendezvous.leftElsewhere(here('berta'), 'near');
    expect(anna.heard.at(-1)).toEqual({ t: 'left', peer: 'berta' });
    expect(rendezvous.roomCount()).toBe(1);
  });

  test('R10: relays of one large room together tell a few of a newcomer, each its share', () => {
    const { rendezvous } = setUp();
    const all = crowd(rendezvous, 100);
    for (let index = 0; index < 300; index++) rendezvous.joinedElsewhere(here(`far-${index}`), 'far', far);
    for (const one of all) one.heard.length = 0;
    const turns = 200;
    for (let turn = 0; turn < turns; turn++) rendezvous.joinedElsewhere(here(`new-${turn}`), 'far', far);
    const heard = all.reduce((sum, one) => sum + told(one, 'joined'), 0);
    // 100 of 400 to 600 are here: their share of 8 lies between 1.3 and 2.
    expect(heard / turns).toBeGreaterThan(1.2);
    expect(heard / turns).toBeLessThan(2.1);
  });

  test('R12: what happens here is told to the other relays, each change once', () => {
    const said: string[] = [];
    const { rendezvous } = setUp({
      onJoined: ({ room, peer }) => said.push(`+${room}/${peer}`),
      onLeft: ({ room, peer }) => said.push(`-${room}/${peer}`),
    });
    const before = enter(rendezvous, guest('anna'));
    const after = enter(rendezvous, guest('anna'));
    rendezvous.leave(before);
    rendezvous.joinedElsewhere(here('berta'), 'far', far);
    expect([...rendezvous.registrations()]).toEqual([here('anna')]);
    rendezvous.leave(after);
    expect(said).toEqual(['+public/anna', '+public/anna', '-public/anna']);
  });
});

describe('limits and draining', () => {
  const limits = { ...defaultLimits, rooms: 3, roomsPerAddress: 2, roomsPerPeer: 1 };

  test('R13: rooms are limited for a peer, an address and the relay; places come back', () => {
    const reasons: string[] = [];
    const { rendezvous } = setUp({ limits, onRefused: (reason) => reasons.push(reason) });
    const anna = enter(rendezvous, guest('anna', '192.0.2.1'), 'one');
    enter(rendezvous, guest('anna', '192.0.2.1'), 'two');
    enter(rendezvous, guest('berta', '192.0.2.1'), 'two');
    enter(rendezvous, guest('carla', '192.0.2.1'), 'three');
    enter(rendezvous, guest('dora', '192.0.2.1'), 'two');
    enter(rendezvous, guest('emma', '192.0.2.2'), 'three');
    const late = enter(rendezvous, guest('fanny', '192.0.2.3'), 'four');
    expect(reasons).toEqual(['rooms-of-peer', 'rooms-of-address', 'rooms']);
    expect(late.heard).toEqual([{ t: 'refused', reason: expect.stringContaining('no more rooms') }]);
    rendezvous.leave(anna);
    rendezvous.leave(late);
    enter(rendezvous, guest('fanny', '192.0.2.3'), 'four');
    expect(reasons).toHaveLength(3);
    expect(rendezvous.memberCount()).toBe(4);
  });

  test('R13: rooms of other relays take no place here', () => {
    const { rendezvous } = setUp({ limits });
    for (let index = 0; index < 10; index++)
      rendezvous.joinedElsewhere(here(`far-${index}`, `r-${index}`), 'far', '/far');
    expect(enter(rendezvous, guest('anna'), 'mine').heard[0]).toMatchObject({ t: 'members' });
  });

  test('R21: members are told that the relay stops, and newcomers are refused', () => {
    const { rendezvous } = setUp();
    const anna = enter(rendezvous, guest('anna'));
    rendezvous.drain();
    expect(anna.heard.at(-1)).toEqual({ t: 'draining' });
    expect(enter(rendezvous, guest('berta')).heard).toEqual([
      { t: 'refused', reason: expect.stringContaining('stops') },
    ]);
    expect(anna.isClosed).toBe(false);
  });
});

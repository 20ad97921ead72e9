import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import {
  BAN_MS,
  DIAL_BUCKET,
  DIAL_PATIENCE_MS,
  LARGE_FOR_MS,
  MIN_AGE_MS,
  MOST_DEMERITS,
  OVERLAY_LIMITS,
  USE_MS,
} from '../../../src/swarm/overlay/constants.ts';
import { type TestView, cardOf, closed, createTestView, dialled, direct, peerOf, said } from './views.ts';

const { fullMesh, degreeMin, degreeTarget, degreeComfort, degreeMax, inboundMax } = OVERLAY_LIMITS;

/** A view in a large room with so many neighbours: the first ones chosen, then inbound ones. */
function largeRoomWith(neighbours: number): TestView {
  const view = createTestView();
  view.room(64, 500);
  const chosen = dialled(view.take());
  for (const peer of chosen.slice(0, neighbours)) view.befriend(peer);
  for (let index = chosen.length; index < neighbours; index++) view.befriend(asPeerId(`inbound-${index}`));
  view.take();
  return view;
}

describe('small rooms', () => {
  test('R70: a newcomer dials everybody of a room of 16, and nobody is refused or let go', () => {
    const view = createTestView();
    view.room(fullMesh);
    expect(dialled(view.take())).toHaveLength(fullMesh);
    for (let index = 0; index < fullMesh; index++) view.befriend(peerOf(index));
    view.wait(20 * 60_000);
    expect(view.neighbours()).toHaveLength(fullMesh);
    expect(closed(view.take())).toEqual([]);
    view.hear(peerOf(0), { t: 'part' });
    expect(said(view.take(), peerOf(0))).toEqual(['stay']);
  });

  test('R70: who is told of a newcomer waits for its dial, and dials itself after a while', () => {
    const view = createTestView();
    view.room(2);
    view.take();
    const effects = view.feed({ type: 'joined', member: { peer: peerOf(9) } });
    expect(effects).toEqual([{ type: 'dial', peer: peerOf(9), eager: false }]);
  });

  test('R70: of two that lost each other the one with the larger id dials; who left is not dialled', () => {
    for (const [self, eager] of [
      ['a', false],
      ['z', true],
    ] as const) {
      const view = createTestView(asPeerId(self));
      view.room(2);
      view.befriend(peerOf(0));
      view.befriend(peerOf(1));
      view.take();
      view.feed({ type: 'gone', peer: peerOf(0), comesBack: true });
      view.feed({ type: 'gone', peer: peerOf(1), comesBack: false });
      expect(view.take()).toEqual([{ type: 'dial', peer: peerOf(0), eager }]);
    }
  });

  test('R70: a room that has shrunk to 16 is linked in full again', () => {
    const view = largeRoomWith(degreeTarget);
    view.room(fullMesh);
    const reached = new Set([...dialled(view.take()), ...view.state().links.keys()]);
    for (let index = 0; index < fullMesh; index++) expect(reached.has(peerOf(index))).toBe(true);
  });
});

describe('large rooms', () => {
  test('R71: a newcomer dials as many as it needs, and no more while it has them', () => {
    const view = createTestView();
    view.room(64, 500);
    const first = dialled(view.take());
    expect(first).toHaveLength(degreeTarget);
    for (const peer of first) view.befriend(peer);
    view.wait(4 * 60_000);
    expect(dialled(view.take())).toEqual([]);
    view.feed({ type: 'gone', peer: first[0] as never, comesBack: true });
    expect(dialled(view.take())).toHaveLength(1);
  });

  test('R71: no more than the bound of neighbours, nor of those who chose this tab', () => {
    const view = createTestView();
    view.room(64, 500);
    for (let index = 0; index < 40; index++) view.befriend(asPeerId(`inbound-${index}`));
    expect(view.neighbours()).toHaveLength(inboundMax);
    expect(said(view.take(), asPeerId('inbound-39'))).toEqual(['refuse']);
    for (const peer of view.state().dials.keys()) view.befriend(peer);
    expect(view.neighbours().length).toBeLessThanOrEqual(degreeMax);
  });

  test('R71: for somebody nearly alone a full tab makes room, if a neighbour is neither young nor used', () => {
    const view = largeRoomWith(degreeMax);
    expect(view.neighbours()).toHaveLength(degreeMax);
    const [early, late] = [asPeerId('early'), asPeerId('late')];
    view.connect(early);
    view.hear(early, { t: 'neighbour', urgent: true, first: false, card: undefined });
    expect(view.roleOf(early)).toBe('extra');
    view.wait(MIN_AGE_MS);
    view.connect(late);
    view.hear(late, { t: 'neighbour', urgent: true, first: false, card: undefined });
    expect(view.roleOf(late)).toBe('neighbour');
    expect([...view.state().links.values()].filter(({ role }) => role === 'parting')).toHaveLength(1);
  });

  test('R71: whoever is refused is left and not dialled again soon', () => {
    const view = createTestView();
    view.room(64, 500);
    const [peer] = dialled(view.take());
    view.connect(peer as never);
    view.hear(peer as never, { t: 'refuse', cards: [] });
    expect(closed(view.take())).toEqual([peer]);
    view.wait(5 * 60_000);
    expect(dialled(view.take())).not.toContain(peer);
  });

  test('R71: a newcomer is passed on in a few walks; one that is short of neighbours dials it', () => {
    const view = largeRoomWith(degreeTarget);
    const newcomer = asPeerId('newcomer');
    const card = cardOf(newcomer, view.nowMs());
    view.connect(newcomer);
    view.hear(newcomer, { t: 'neighbour', urgent: true, first: true, card });
    const walks = view.take().filter((effect) => effect.type === 'send' && effect.message.t === 'forward');
    expect(walks).toHaveLength(3);
    expect(walks.some((effect) => effect.type === 'send' && effect.to === newcomer)).toBe(false);

    const short = largeRoomWith(2);
    const stranger = asPeerId('stranger');
    short.hear(short.neighbours()[0] as never, { t: 'forward', card: cardOf(stranger, short.nowMs()), ttl: 0 });
    // Its places are taken by dials under way; the card is remembered all the same.
    expect(short.state().candidates.get(stranger)?.card).toBeDefined();
  });

  test('R74: of two, the relayed or distant neighbour goes first, and only after the room has been large for a while', () => {
    const view = createTestView();
    view.room(64, 500);
    for (const peer of dialled(view.take())) view.befriend(peer);
    const relayed = asPeerId('relayed');
    view.befriend(relayed, { ...direct, kind: 'relayed', roundTripMs: 300 });
    for (let index = 0; view.neighbours().length < degreeComfort + 1; index++) view.befriend(asPeerId(`more-${index}`));
    view.wait(LARGE_FOR_MS - 10_000);
    expect(view.roleOf(relayed)).toBe('neighbour');
    view.wait(10_000);
    expect(view.roleOf(relayed)).toBe('parting');
  });

  test('R74: a poor neighbour is exchanged for a better one, and kept when the other is not better by a margin', () => {
    for (const [facts, role] of [
      [direct, 'parting'],
      [{ ...direct, kind: 'relayed', roundTripMs: 900 }, 'neighbour'],
    ] as const) {
      const view = createTestView();
      view.room(64, 500);
      const [poor, ...good] = dialled(view.take());
      view.befriend(poor as never, { ...direct, kind: 'relayed', roundTripMs: 900 });
      for (const peer of good) view.befriend(peer);
      view.take();
      view.wait(35_000);
      const [newcomer] = dialled(view.take());
      expect(newcomer).toBeDefined();
      view.befriend(newcomer as never, facts);
      view.wait(5_000);
      expect(view.roleOf(poor as never)).toBe(role);
    }
  });

  test('R75: dials stay within the budget whatever fails', () => {
    const view = createTestView();
    view.room(64, 5_000);
    let count = 0;
    for (let minute = 0; minute < 60; minute++) {
      view.wait(60_000);
      view.room(64, 5_000);
      count += dialled(view.take()).length;
    }
    expect(count).toBeGreaterThan(DIAL_BUCKET.burst);
    expect(count).toBeLessThanOrEqual(DIAL_BUCKET.burst + 3_600 * DIAL_BUCKET.perSecond);
  });

  test('R75: a dial that leads nowhere is given up, and the peer forgotten after the second', () => {
    const view = createTestView();
    view.room(1, 500);
    expect(dialled(view.take())).toEqual([peerOf(0)]);
    view.wait(DIAL_PATIENCE_MS);
    expect(view.take()).toContainEqual({ type: 'forget', peer: peerOf(0) });
    expect(view.state().candidates.get(peerOf(0))?.failures).toBe(1);
  });

  test('R82: without a relay nobody is dialled and nobody let go of; with it again, it is asked for others', () => {
    const view = largeRoomWith(degreeTarget);
    view.feed({ type: 'relay', isUp: false });
    for (const peer of view.neighbours().slice(degreeMin)) view.feed({ type: 'gone', peer, comesBack: true });
    view.wait(60_000);
    expect(dialled(view.take())).toEqual([]);
    expect(view.neighbours()).toHaveLength(degreeMin);
    view.feed({ type: 'relay', isUp: true });
    expect(dialled(view.take())).toHaveLength(degreeTarget - degreeMin);
  });
});

describe('use', () => {
  test('R33, R73: connect dials on demand and keeps the peer while it is used, then lets it go', () => {
    const view = largeRoomWith(degreeTarget);
    const peer = asPeerId('asker');
    view.feed({ type: 'want', peer, untilMs: view.nowMs() + 30_000 });
    expect(view.take()).toEqual([{ type: 'dial', peer, eager: true }]);
    view.connect(peer);
    expect(view.roleOf(peer)).toBe('extra');
    view.wait(USE_MS - 10_000);
    view.feed({ type: 'used', peer, untilMs: view.nowMs() + USE_MS });
    view.wait(USE_MS);
    expect(view.roleOf(peer)).toBe('extra');
    view.wait(USE_MS);
    expect(said(view.take(), peer)).toEqual(['part']);
  });

  test('R73: a used neighbour is never asked to part, and does not agree to', () => {
    const view = largeRoomWith(degreeMax);
    const used = view.neighbours();
    for (const peer of used) view.feed({ type: 'used', peer, untilMs: view.nowMs() + 60 * 60_000 });
    view.wait(30 * 60_000);
    expect(view.neighbours()).toEqual(used);
    view.hear(used[0] as never, { t: 'part' });
    expect(said(view.take(), used[0] as never)).toEqual(['stay']);
  });

  test('R73: a link ends by agreement: asked, agreed, closed by the asking side', () => {
    const view = largeRoomWith(degreeMax);
    const [peer] = view.neighbours();
    view.hear(peer as never, { t: 'part' });
    expect(said(view.take(), peer as never)).toEqual(['parted']);
    expect(view.neighbours()).not.toContain(peer);
    view.feed({ type: 'gone', peer: peer as never, comesBack: false });
    // It is still in the room, only not dialled for a while.
    expect(view.state().candidates.has(peer as never)).toBe(true);
    expect(dialled(view.take())).toEqual([]);
  });

  test('R73: use that begins while parting takes it back', () => {
    const view = largeRoomWith(degreeMax);
    view.wait(LARGE_FOR_MS);
    const parting = [...view.state().links.values()].find(({ role }) => role === 'parting');
    const peer = parting?.peer as never;
    view.take();
    view.feed({ type: 'want', peer, untilMs: view.nowMs() + 30_000 });
    expect(said(view.take(), peer)).toEqual(['stay']);
    expect(view.roleOf(peer)).toBe('neighbour');
    view.hear(peer, { t: 'parted' });
    expect(closed(view.take())).toEqual([]);
  });

  test('R73: who never agrees is left after the third refusal; who does not answer, after 5 s', () => {
    const stubborn = largeRoomWith(degreeMax);
    const refusals = new Map<string, number>();
    for (let turn = 0; turn < 400 && closed(stubborn.take()).length === 0; turn++) {
      stubborn.wait(5_000);
      for (const { peer, role } of stubborn.state().links.values()) {
        if (role !== 'parting') continue;
        refusals.set(peer, (refusals.get(peer) ?? 0) + 1);
        if (stubborn.hear(peer, { t: 'stay' }).some(({ type }) => type === 'close')) {
          expect(refusals.get(peer)).toBe(3);
          turn = Infinity;
        }
      }
    }
    expect([...refusals.values()]).toContain(3);
    const silent = largeRoomWith(degreeMax);
    silent.wait(LARGE_FOR_MS + 10_000);
    expect(closed(silent.take())).toHaveLength(1);
  });
});

test('R79: whoever is complained about too much loses its connection and does not get it back soon', () => {
  const view = largeRoomWith(degreeMax);
  const [peer] = view.neighbours();
  view.feed({ type: 'demerit', peer: peer as never, weight: MOST_DEMERITS / 2 });
  expect(view.roleOf(peer as never)).toBe('neighbour');
  view.feed({ type: 'demerit', peer: peer as never, weight: MOST_DEMERITS / 2 });
  expect(closed(view.take())).toEqual([peer]);
  view.connect(peer as never);
  expect(closed(view.take())).toEqual([peer]);
  view.wait(BAN_MS + 30_000);
  view.connect(peer as never);
  expect(closed(view.take())).not.toContain(peer);
});

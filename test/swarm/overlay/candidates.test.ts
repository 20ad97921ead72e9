import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createSeededRandom } from '#vocabulary';
import {
  type Candidates,
  admitCards,
  admitMembers,
  expireCandidates,
  pickCandidate,
} from '../../../src/swarm/overlay/candidates.ts';
import { CARD_LIFE_MS, CARD_SKEW_MS, MOST_PER_TELLER, TOLD_LIFE_MS } from '../../../src/swarm/overlay/constants.ts';
import { START_MS, cardOf, peerOf } from './views.ts';

const memory = { self: asPeerId('self'), salt: 12_345, limit: 64, nowMs: START_MS };
const most = memory.limit * MOST_PER_TELLER;
const tell = (candidates: Candidates, via: string, names: readonly PeerId[], nowMs = START_MS): Candidates =>
  admitCards(
    candidates,
    names.map((peer) => cardOf(peer, nowMs)),
    asPeerId(via),
    { ...memory, nowMs },
  );
const row = (name: string, count: number): PeerId[] =>
  Array.from({ length: count }, (_, index) => asPeerId(`${name}-${index}`));

describe('what is remembered', () => {
  test('R72: one neighbour fills at most an eighth, however much it tells', () => {
    let candidates: Candidates = new Map();
    for (const name of row('lie', 1_000)) candidates = tell(candidates, 'liar', [name]);
    expect(candidates.size).toBe(most);
  });

  test('R72: who stays does not depend on how often it is named', () => {
    let candidates: Candidates = new Map();
    const honest = row('honest', 200);
    const hostile = row('hostile', 100);
    for (let turn = 0; turn < 50; turn++) {
      for (const [index, name] of honest.entries())
        candidates = tell(candidates, `teller-${index % 16}`, [name], START_MS + turn);
      for (let again = 0; again < 5; again++)
        for (const [index, name] of hostile.entries())
          candidates = tell(candidates, `teller-${index % 16}`, [name], START_MS + turn);
    }
    const share = [...candidates.keys()].filter((peer) => peer.startsWith('hostile')).length / candidates.size;
    expect(candidates.size).toBe(memory.limit);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.5);
  });

  test('R72: whom a relay names is not driven out by what neighbours tell', () => {
    let candidates = admitMembers(
      new Map(),
      row('told', 60).map((peer) => ({ peer })),
      false,
      memory,
    );
    for (let teller = 0; teller < 20; teller++) candidates = tell(candidates, `t-${teller}`, row(`x-${teller}`, 20));
    expect(row('told', 60).every((peer) => candidates.has(peer))).toBe(true);
    expect(candidates.size).toBe(memory.limit);
  });

  test('R72: every other dial goes to somebody a relay named', () => {
    let candidates = admitMembers(new Map(), [{ peer: asPeerId('told') }], false, memory);
    for (let teller = 0; teller < 16; teller++) candidates = tell(candidates, `t-${teller}`, row(`x-${teller}`, 8));
    const random = createSeededRandom('pick');
    let told = 0;
    for (let turn = 0; turn < 400; turn++)
      if (pickCandidate(candidates, () => true, START_MS, random)?.peer === 'told') told++;
    expect(told).toBeGreaterThan(150);
    expect(told).toBeLessThan(260);
  });

  test('R76: cards end after their time; those from the future, older ones and one of this tab are not taken', () => {
    const old = cardOf(peerOf(1), START_MS - CARD_LIFE_MS);
    const ahead = cardOf(peerOf(2), START_MS + CARD_SKEW_MS + 1);
    const candidates = admitCards(new Map(), [old, ahead, cardOf(memory.self, START_MS)], peerOf(9), memory);
    expect(candidates.size).toBe(0);

    const fresh = tell(new Map(), 'teller', [peerOf(3)], START_MS);
    const again = admitCards(fresh, [cardOf(peerOf(3), START_MS - 1_000)], peerOf(9), memory);
    expect(again.get(peerOf(3))?.card?.issuedAtMs).toBe(START_MS);
    expect(expireCandidates(fresh, false, START_MS + CARD_LIFE_MS).size).toBe(0);
  });

  test('R72: a complete list ends what a relay said before; in a large room its word ends after ten minutes', () => {
    const first = admitMembers(new Map(), [{ peer: peerOf(1) }, { peer: peerOf(2) }], true, memory);
    const second = admitMembers(first, [{ peer: peerOf(2) }], true, memory);
    expect([...second.keys()]).toEqual([peerOf(2)]);
    expect(expireCandidates(second, true, START_MS + 10 * TOLD_LIFE_MS).size).toBe(1);
    expect(expireCandidates(second, false, START_MS + TOLD_LIFE_MS).size).toBe(0);
  });
});

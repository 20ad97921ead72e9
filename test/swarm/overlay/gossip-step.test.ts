import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId } from '#vocabulary';
import {
  CACHE_BYTES,
  CACHE_COUNT,
  CACHE_MS,
  FORWARD_BUCKET,
  GOSSIP_BUCKET,
  GRAFT_AFTER_MS,
  GRAFT_NEXT_MS,
  LAZY_DELAY_MS,
  MAX_MISSING_PER_PEER,
  OVERLAY_LIMITS,
  SEEN_GENERATIONS,
  SEEN_PER_GENERATION,
} from '../../../src/swarm/overlay/constants.ts';
import {
  type GossipEffect,
  type GossipEvent,
  gossipDueMs,
  messageId,
  openGossip,
} from '../../../src/swarm/overlay/gossip-state.ts';
import { stepGossip } from '../../../src/swarm/overlay/gossip-step.ts';
import type { GossipMessage } from '../../../src/swarm/overlay/overlay-wire.ts';

const START_MS = 1_700_000_000_000;
const [anna, berta, carla] = [asPeerId('anna'), asPeerId('berta'), asPeerId('carla')];
const bodyOf = (number: number): Uint8Array => Uint8Array.of(number >> 8, number & 0xff);
const say = (number: number): GossipMessage => ({ t: 'say', topic: 'news', body: bodyOf(number), hops: 0 });
const idOf = (number: number): string => messageId('news', bodyOf(number));

type Untimed<T> = T extends unknown ? Omit<T, 'nowMs'> : never;

function createTestGossip(peers: readonly PeerId[] = [anna, berta, carla]) {
  let nowMs = START_MS;
  let state = openGossip(nowMs);
  const feed = (event: Untimed<GossipEvent>): readonly GossipEffect[] => {
    const step = stepGossip(state, { ...event, nowMs } as GossipEvent);
    state = step.state;
    return step.effects;
  };
  for (const peer of peers) feed({ type: 'up', peer, isEager: true });
  return {
    state: () => state,
    feed,
    hear: (from: PeerId, message: GossipMessage) => feed({ type: 'gossip', from, message }),
    cast: (number: number) => feed({ type: 'broadcast', topic: 'news', body: bodyOf(number) }),
    wait(ms: number): readonly GossipEffect[] {
      nowMs += ms;
      return feed({ type: 'wake' });
    },
  };
}

const sentTo = (effects: readonly GossipEffect[], peer: PeerId): GossipMessage['t'][] =>
  effects.flatMap((effect) => (effect.type === 'send' && effect.to === peer ? [effect.message.t] : []));
const delivered = (effects: readonly GossipEffect[]): number => effects.filter(({ type }) => type === 'deliver').length;
const complaints = (effects: readonly GossipEffect[], peer: PeerId): number =>
  effects.reduce((sum, effect) => sum + (effect.type === 'demerit' && effect.peer === peer ? effect.weight : 0), 0);

describe('the tree', () => {
  test('R77: a new message is delivered once and passed on to all but the one it came from', () => {
    const gossip = createTestGossip();
    const effects = gossip.hear(anna, say(1));
    expect(delivered(effects)).toBe(1);
    expect([anna, berta, carla].map((peer) => sentTo(effects, peer))).toEqual([[], ['say'], ['say']]);
    expect(delivered(gossip.hear(berta, say(1)))).toBe(0);
    expect(delivered(gossip.hear(anna, say(1)))).toBe(0);
  });

  test('R78: a link that brings what is known leaves the tree; later messages are only announced over it', () => {
    const gossip = createTestGossip();
    gossip.hear(anna, say(1));
    expect(sentTo(gossip.hear(berta, say(1)), berta)).toEqual(['prune']);
    // Said once: whoever goes on sending is not answered each time.
    expect(sentTo(gossip.hear(berta, say(1)), berta)).toEqual([]);
    gossip.hear(carla, { t: 'prune' });
    const effects = gossip.cast(2);
    expect([anna, berta, carla].map((peer) => sentTo(effects, peer))).toEqual([['say'], [], []]);
    const later = gossip.wait(LAZY_DELAY_MS);
    expect([anna, berta, carla].map((peer) => sentTo(later, peer))).toEqual([[], ['have'], ['have']]);
    expect(gossipDueMs(gossip.state())).toBe(Infinity);
  });

  test('R78: what was announced and does not come is asked for, then of the next who announced it', () => {
    const gossip = createTestGossip();
    gossip.hear(anna, { t: 'have', ids: [idOf(1)] });
    gossip.hear(berta, { t: 'have', ids: [idOf(1)] });
    expect(gossip.wait(GRAFT_AFTER_MS - 1)).toEqual([]);
    expect(sentTo(gossip.wait(1), anna)).toEqual(['graft']);
    const second = gossip.wait(GRAFT_NEXT_MS);
    expect(sentTo(second, berta)).toEqual(['graft']);
    expect(complaints(second, anna)).toBeGreaterThan(0);
    expect(delivered(gossip.hear(berta, say(1)))).toBe(1);
    expect(gossipDueMs(gossip.state())).toBe(gossip.state().flushAtMs);
    expect(gossip.state().missing.size).toBe(0);
  });

  test('R78: a graft brings the message and puts the link into the tree', () => {
    const gossip = createTestGossip();
    gossip.hear(anna, { t: 'prune' });
    gossip.cast(1);
    expect(sentTo(gossip.hear(anna, { t: 'graft', id: idOf(1) }), anna)).toEqual(['say']);
    expect(sentTo(gossip.cast(2), anna)).toEqual(['say']);
    expect(sentTo(gossip.hear(anna, { t: 'graft', id: idOf(9) }), anna)).toEqual([]);
  });

  test('R78: a new neighbour is told what is going round just now, nobody what it has announced itself', () => {
    const gossip = createTestGossip([]);
    gossip.cast(1);
    gossip.feed({ type: 'up', peer: anna, isEager: true });
    gossip.feed({ type: 'up', peer: berta, isEager: true });
    gossip.hear(berta, { t: 'have', ids: [idOf(1)] });
    const effects = gossip.wait(LAZY_DELAY_MS);
    expect(sentTo(effects, anna)).toEqual(['have']);
    expect(sentTo(effects, berta)).toEqual([]);
  });
});

describe('floods and lies', () => {
  test('R79: a neighbour over its rate is not heard, and complained about', () => {
    const gossip = createTestGossip();
    let heard = 0;
    let complained = 0;
    for (let number = 0; number < 1_000; number++) {
      const effects = gossip.hear(anna, say(number));
      heard += delivered(effects);
      complained += complaints(effects, anna);
    }
    expect(heard).toBe(GOSSIP_BUCKET.burst);
    expect(complained).toBe(1_000 - GOSSIP_BUCKET.burst);
    expect(delivered(gossip.hear(berta, say(5_000)))).toBe(1);
  });

  test('R79: all neighbours together make a tab pass on no more than its bound', () => {
    const peers = Array.from({ length: 15 }, (_, index) => asPeerId(`peer-${index}`));
    const gossip = createTestGossip(peers);
    let passedOn = 0;
    for (let number = 0; number < 50 * peers.length; number++) {
      const effects = gossip.hear(peers[number % peers.length] as PeerId, say(number));
      if (effects.some((effect) => effect.type === 'send' && effect.message.t === 'say')) passedOn++;
    }
    expect(passedOn).toBe(FORWARD_BUCKET.burst);
  });

  test('R79: asking for messages costs the asker as sending them does', () => {
    const gossip = createTestGossip();
    gossip.feed({ type: 'broadcast', topic: 'news', body: new Uint8Array(8_000) });
    const id = messageId('news', new Uint8Array(8_000));
    let bytes = 0;
    for (let turn = 0; turn < 500; turn++)
      for (const effect of gossip.hear(anna, { t: 'graft', id }))
        if (effect.type === 'send' && effect.message.t === 'say') bytes += effect.message.body.byteLength;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
  });

  test('R80: announcements of what does not exist stay bounded, for one neighbour and for all', () => {
    const gossip = createTestGossip();
    for (let number = 0; number < 60; number++)
      gossip.hear(anna, { t: 'have', ids: Array.from({ length: 64 }, (_, index) => idOf(100 * number + index)) });
    expect(gossip.state().missing.size).toBe(MAX_MISSING_PER_PEER);
    let complained = 0;
    for (let turn = 0; turn < 5; turn++) complained += complaints(gossip.wait(GRAFT_NEXT_MS), anna);
    expect(complained).toBeGreaterThan(MAX_MISSING_PER_PEER);
    expect(gossip.state().missing.size).toBe(0);
  });

  test('R80: the cache is bounded by number, bytes and time', () => {
    const gossip = createTestGossip();
    for (let number = 0; number < 2_000; number++) {
      gossip.wait(100);
      gossip.feed({
        type: 'gossip',
        from: anna,
        message: { ...say(number), body: new Uint8Array(8_000).fill(number) } as never,
      });
      const { cache, cacheBytes } = gossip.state();
      expect(cache.size).toBeLessThanOrEqual(CACHE_COUNT);
      expect(cacheBytes).toBeLessThanOrEqual(CACHE_BYTES);
      expect(cacheBytes).toBe([...cache.values()].reduce((sum, { body }) => sum + body.byteLength, 0));
    }
    gossip.wait(CACHE_MS);
    gossip.hear(berta, say(9_999));
    expect([...gossip.state().cache.keys()]).toEqual([idOf(9_999)]);
  });

  test('R77: what is repeated within minutes is not spread again, even in the fullest traffic', () => {
    // Longer than anybody keeps a message for others: none can go round twice.
    const worstPerMs = (OVERLAY_LIMITS.degreeMax * GOSSIP_BUCKET.perSecond) / 1000;
    expect(((SEEN_GENERATIONS - 1) * SEEN_PER_GENERATION) / worstPerMs).toBeGreaterThan(CACHE_MS);

    const gossip = createTestGossip();
    gossip.hear(anna, say(1));
    for (let number = 2; number < 2_000; number++) {
      gossip.wait(200);
      gossip.hear(berta, say(number));
    }
    expect(delivered(gossip.hear(carla, say(1)))).toBe(0);
  });

  test('R77: a message has one name everywhere, of its topic and content', () => {
    expect(messageId('ab', Uint8Array.of(99))).not.toBe(messageId('a', Uint8Array.of(98, 99)));
    expect(messageId('ab', Uint8Array.of(99))).toBe(messageId('ab', Uint8Array.of(99)));
    expect(messageId('ab', Uint8Array.of(99))).toHaveLength(32);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createSeededRandom, encodeCanonical } from '#vocabulary';
import { MAX_BROADCAST_BYTES, MAX_PEERS } from '../../../src/swarm/constants.ts';
import {
  CACHE_BYTES,
  CACHE_COUNT,
  MAX_BANNED,
  MAX_IDS_TOLD,
  MAX_MISSING,
  MAX_OVER,
  OVERLAY_LIMITS,
  SEEN_GENERATIONS,
  SEEN_PER_GENERATION,
} from '../../../src/swarm/overlay/constants.ts';
import { type OverlayEvent, openOverlay, stepOverlay } from '../../../src/swarm/overlay/overlay-step.ts';
import {
  MAX_OVERLAY_BYTES,
  type OverlayMessage,
  cardsIn,
  decodeOverlay,
  encodeOverlay,
} from '../../../src/swarm/overlay/overlay-wire.ts';
import { neighbourCount } from '../../../src/swarm/overlay/view-state.ts';
import { START_MS, cardOf, direct } from './views.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const gossip: fc.Arbitrary<OverlayMessage> = fc.oneof(
  fc.record({
    t: fc.constant('say' as const),
    topic: fc.string({ minLength: 1, maxLength: 16 }),
    body: fc.uint8Array({ maxLength: 300 }),
    hops: fc.nat(255),
  }),
  fc.record({ t: fc.constant('have' as const), ids: fc.array(id, { minLength: 1, maxLength: MAX_IDS_TOLD }) }),
  fc.record({ t: fc.constant('graft' as const), id: fc.option(id, { nil: undefined }) }),
  fc.record({ t: fc.constant('prune' as const) }),
);
const peer: fc.Arbitrary<PeerId> = fc.nat(99).map((number) => asPeerId(`peer-${number}`));

describe('messages', () => {
  test('R81: arbitrary bytes are read or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const read = decodeOverlay(bytes);
        if (read.ok) expect(encodeOverlay(read.value)).toEqual(bytes);
        else expect(read.error.type).toBe('malformed-overlay');
      }),
    );
    expect(decodeOverlay(new Uint8Array(MAX_OVERLAY_BYTES + 1)).ok).toBe(false);
  });

  test('R81: arbitrary values in canonical form are read or refused', () => {
    const value = fc.dictionary(
      fc.constantFrom('t', 'ids', 'id', 'topic', 'body', 'hops', 'cards', 'card', 'ttl', 'urgent', 'first'),
      fc.oneof(
        fc.constantFrom('say', 'have', 'graft', 'prune', 'shuffle', 'reply', 'forward', 'neighbour', 'part', 'refuse'),
        fc.uint8Array({ maxLength: 20 }),
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }),
        fc.integer(),
        fc.boolean(),
      ),
    );
    fc.assert(
      fc.property(value, (map) => {
        const read = decodeOverlay(encodeCanonical(map));
        if (read.ok) expect(cardsIn(read.value)).toEqual([]);
      }),
    );
  });

  test('R81: what is written is read back', () => {
    fc.assert(
      fc.property(gossip, (message) => {
        expect(decodeOverlay(encodeOverlay(message))).toEqual({ ok: true, value: message });
      }),
    );
    for (const t of ['part', 'parted', 'stay'] as const)
      expect(decodeOverlay(encodeOverlay({ t }))).toEqual({ ok: true, value: { t } });
    const longest = { t: 'say', topic: 'x'.repeat(64), body: new Uint8Array(MAX_BROADCAST_BYTES), hops: 255 } as const;
    expect(decodeOverlay(encodeOverlay(longest))).toEqual({ ok: true, value: longest });
    expect(decodeOverlay(encodeOverlay({ ...longest, body: new Uint8Array(MAX_BROADCAST_BYTES + 1) })).ok).toBe(false);
    expect(decodeOverlay(encodeOverlay({ ...longest, topic: 'x'.repeat(65) })).ok).toBe(false);
  });
});

describe('the state', () => {
  const names = fc.array(peer, { maxLength: 8 });
  const membership: fc.Arbitrary<OverlayMessage> = fc.oneof(
    fc.record({
      t: fc.constant('neighbour' as const),
      urgent: fc.boolean(),
      first: fc.boolean(),
      card: fc.option(
        peer.map((name) => cardOf(name, START_MS)),
        { nil: undefined },
      ),
    }),
    fc.constantFrom(
      { t: 'accept', card: undefined } as const,
      { t: 'part' } as const,
      { t: 'parted' } as const,
      { t: 'stay' } as const,
    ),
    fc.record({
      t: fc.constantFrom('shuffle' as const, 'reply' as const, 'refuse' as const),
      cards: names.map((list) => list.map((name) => cardOf(name, START_MS))),
    }),
    fc.record({ t: fc.constant('forward' as const), card: peer.map((name) => cardOf(name, START_MS)), ttl: fc.nat(3) }),
  );
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('connected'), peer, facts: fc.constant(direct) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('gone'), peer, comesBack: fc.boolean() }) },
    {
      weight: 8,
      arbitrary: fc.record({ type: fc.constant('message'), from: peer, message: fc.oneof(gossip, membership) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('members'),
        members: fc.array(
          peer.map((name) => ({ peer: name })),
          { maxLength: 64 },
        ),
        total: fc.nat(200),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('joined'), member: peer.map((name) => ({ peer: name })) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('left'), peer }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('want'), peer, untilMs: fc.constant(START_MS + 30_000) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('nonsense'), from: peer }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('broadcast'),
        topic: fc.constant('t'),
        body: fc.uint8Array({ maxLength: 8 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ type: 'tick' }) },
    { weight: 2, arbitrary: fc.constant({ type: 'wake' }) },
  );

  test('R80: whatever comes, in whatever order, everything stays within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ event, afterMs: fc.nat(20_000) }), { maxLength: 200 }),
        fc.string(),
        (story, seed) => {
          const random = createSeededRandom(seed);
          let nowMs = START_MS;
          let state = openOverlay(asPeerId('self'), nowMs, random);
          const connected = new Set<PeerId>();
          for (const { event: what, afterMs } of story) {
            nowMs += afterMs;
            const next = { ...what, nowMs } as OverlayEvent;
            // The mesh holds at most so many sessions.
            if (next.type === 'connected' && connected.size >= MAX_PEERS) continue;
            if (next.type === 'connected') connected.add(next.peer);
            if (next.type === 'gone') connected.delete(next.peer);
            const step = stepOverlay(state, next, random);
            state = step.state;
            for (const effect of step.effects) {
              if (effect.type === 'close') connected.delete(effect.peer);
              // Nobody is spoken to who is not there, and what is said can be read.
              if (effect.type === 'send') expect(connected.has(effect.to)).toBe(true);
            }
            const { view, gossip: spread, speech } = state;
            if (view.others > OVERLAY_LIMITS.fullMesh && view.largeSinceMs === nowMs) continue;
            expect(view.candidates.size).toBeLessThanOrEqual(OVERLAY_LIMITS.known);
            expect(view.candidates.has(view.self)).toBe(false);
            expect(view.links.size).toBeLessThanOrEqual(MAX_PEERS);
            expect(view.banned.size).toBeLessThanOrEqual(MAX_BANNED);
            expect(speech.size).toBeLessThanOrEqual(view.links.size);
            expect(spread.peers.size).toBeLessThanOrEqual(view.links.size);
            expect(spread.missing.size).toBeLessThanOrEqual(MAX_MISSING);
            expect(spread.cache.size).toBeLessThanOrEqual(CACHE_COUNT);
            expect(spread.cacheBytes).toBeLessThanOrEqual(CACHE_BYTES);
            expect(spread.seen.generations.length).toBeLessThanOrEqual(SEEN_GENERATIONS);
            for (const generation of spread.seen.generations)
              expect(generation.size).toBeLessThanOrEqual(SEEN_PER_GENERATION);
            for (const { untold } of spread.peers.values()) expect(untold.length).toBeLessThanOrEqual(MAX_IDS_TOLD);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('R71: in a room that is large from the start neighbours stay within the bound', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), fc.string(), (story, seed) => {
        const random = createSeededRandom(seed);
        let nowMs = START_MS;
        let state = openOverlay(asPeerId('self'), nowMs, random);
        const feed = (next: OverlayEvent): void => {
          state = stepOverlay(state, next, random).state;
        };
        feed({ type: 'members', members: [], total: 1_000, nowMs });
        for (const what of story) {
          nowMs += 500;
          if (what.type === 'members') continue;
          feed({ ...what, nowMs } as OverlayEvent);
          expect(neighbourCount(state.view)).toBeLessThanOrEqual(OVERLAY_LIMITS.degreeMax + MAX_OVER);
        }
      }),
      { numRuns: 60 },
    );
  });
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { createIceGrants, turnCredential } from '../../relay/ice.ts';
import { MAX_ICE_SERVERS } from '../../src/swarm/constants.ts';
import { decodeRendezvousNotice, encodeRendezvous } from '../../src/swarm/joining/rendezvous-wire.ts';

const peer = asPeerId('12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7');
const turn = {
  urls: ['turn:turn.example:3478', 'turns:turn.example:5349?transport=tcp'],
  secret: 'north',
  ttlSeconds: 600,
};
const random = createSeededRandom('ice');

describe('R19: TURN credentials', () => {
  test('are what coturn computes with use-auth-secret', () => {
    // printf '%s' "1433895918:PEER" | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredential('north', asPeerId('PEER'), 1_433_895_918)).toEqual({
      username: '1433895918:PEER',
      credential: 'ZEbfL61qDWV9R5OMZhrVBVh4ekQ=',
    });
  });

  test('hold for at least half of their life and at most all of it, and are announced anew in time', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), fc.integer({ min: 60, max: 86_400 }), fc.string(), (startMs, ttl, seed) => {
        const clock = createVirtualClock(startMs);
        const grants = createIceGrants({
          stun: [],
          turn: { ...turn, ttlSeconds: ttl },
          clock,
          random: createSeededRandom(seed),
        });
        const grant = grants(peer, true);
        if (grant === undefined) throw new Error('nothing given');
        const [server] = grant.servers;
        const expiry = Number(server?.username?.split(':')[0]);
        expect(grant.ttlSeconds).toBe(expiry - Math.floor(startMs / 1000));
        expect(grant.ttlSeconds).toBeGreaterThan(ttl / 2 - 1);
        expect(grant.ttlSeconds).toBeLessThanOrEqual(ttl);
        expect(grant.renewInMs).toBeGreaterThan(0);
        expect(grant.renewInMs).toBeLessThanOrEqual(900 * grant.ttlSeconds);
        expect(server?.credential).toBe(createHmac('sha1', 'north').update(`${expiry}:${peer}`).digest('base64'));
      }),
    );
  });

  test('a tab that asks again and again gets the same one', async () => {
    const clock = createVirtualClock(1_000_000_000);
    const grants = createIceGrants({ stun: [], turn, clock, random });
    const names = new Set<string | undefined>();
    for (let turns = 0; turns < 60; turns++) {
      names.add(grants(peer, true)?.servers[0]?.username);
      await clock.advance(10_000);
    }
    expect(names.size).toBeLessThanOrEqual(3);
  });

  test('fit into a notice with the longest list of servers', () => {
    const urls = Array.from({ length: MAX_ICE_SERVERS }, (_, index) => `stun:s${index}.example`);
    const grants = createIceGrants({ stun: urls, turn, clock: createVirtualClock(1e12), random });
    const { servers, ttlSeconds } = grants(peer, true) ?? { servers: [], ttlSeconds: 1 };
    expect(decodeRendezvousNotice(encodeRendezvous({ t: 'ice', servers, ttlSeconds }))).toMatchObject({
      ok: true,
      value: { t: 'ice', servers: [{ urls }, { urls: turn.urls }] },
    });
  });

  test('who had enough of them is told of STUN alone; where nothing is configured nothing is told', () => {
    const clock = createVirtualClock();
    const both = createIceGrants({ stun: ['stun:a'], turn, clock, random });
    expect(both(peer, false)?.servers).toEqual([{ urls: ['stun:a'] }]);
    expect(createIceGrants({ stun: [], turn, clock, random })(peer, false)).toBeUndefined();
    expect(createIceGrants({ stun: [], clock, random })(peer, true)).toBeUndefined();
  });
});

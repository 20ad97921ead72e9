import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRelayAddress } from '#swarm';
import { MAX_OWN_ICE_SERVERS, MAX_OWN_RELAYS, MAX_ROOMS_KEPT } from '../../src/tab/session/network-defaults.ts';
import { NO_NETWORK_MEMORY, readNetworkMemory } from '../../src/tab/session/network-memory.ts';
import { hostOfRelay, readPageUrl } from '../../src/tab/session/relay-text.ts';
import { readSurroundings } from '../../src/tab/session/remembered-rooms.ts';
import { OTHER_RELAY } from './scripted-network.ts';

const room = { id: 'a1', name: 'Lab', invitation: 'room=A', lastUsedMs: 5 };

describe('R51: of whatever is stored', () => {
  test('settings come that mean something and can be used', () => {
    const damaged = fc.oneof(
      fc.anything(),
      fc.record(
        {
          relays: fc.oneof(fc.anything(), fc.array(fc.oneof(fc.string(), fc.constant(OTHER_RELAY)))),
          iceServers: fc.array(fc.oneof(fc.anything(), fc.record({ url: fc.string(), username: fc.string() }))),
          uploads: fc.anything(),
          rooms: fc.array(fc.oneof(fc.anything(), fc.constant(room)), { maxLength: 60 }),
          roomId: fc.oneof(fc.string(), fc.constant('a1')),
          traffic: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(damaged, (stored) => {
        const memory = readNetworkMemory(stored);
        expect(memory.relays.every(isRelayAddress) && memory.relays.length <= MAX_OWN_RELAYS).toBe(true);
        expect(memory.iceServers.length).toBeLessThanOrEqual(MAX_OWN_ICE_SERVERS);
        expect(memory.rooms.length).toBeLessThanOrEqual(MAX_ROOMS_KEPT);
        expect(memory.roomId === undefined || memory.rooms.some(({ id }) => id === memory.roomId)).toBe(true);
        expect(memory.uploads.maxUploads).toBeGreaterThan(0);
        expect(Number.isSafeInteger(memory.traffic.total.givenBytes)).toBe(true);
        expect(readNetworkMemory(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
        // `room=A` is no invitation.
        expect(readSurroundings(memory).room).toEqual({ name: 'public' });
      }),
    );
  });

  test('only what is damaged is lost', () => {
    const whole = { ...NO_NETWORK_MEMORY, relays: [OTHER_RELAY], rooms: [room], roomId: 'a1' };
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (one, two, three) => {
        const memory = readNetworkMemory({ ...whole, relays: [one, OTHER_RELAY], rooms: [two, room], uploads: three });
        expect(memory.relays).toEqual([OTHER_RELAY]);
        expect(memory).toMatchObject({ rooms: [room], roomId: 'a1' });
      }),
    );
  });
});

describe('R49: an address that a person types', () => {
  test('is the page of a relay, or nothing', () => {
    expect(readPageUrl('relay.example')?.href).toBe('https://relay.example/');
    expect(readPageUrl('relay.example:4000')?.href).toBe('https://relay.example:4000/');
    expect(readPageUrl('http://10.0.0.7:4000/x?y#z')?.host).toBe('10.0.0.7:4000');
    for (const text of [
      '',
      ' ',
      'two words',
      'javascript:alert(1)',
      'ftp://a',
      'https://user:pw@a',
      'https://',
      'a/../b c',
    ])
      expect(readPageUrl(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const url = readPageUrl(text);
        expect(url === undefined || /^https?:$/u.test(url.protocol)).toBe(true);
      }),
    );
  });

  test('is told by host and port, and of any length', () => {
    expect(hostOfRelay(OTHER_RELAY)).toBe('other.example:4000');
    expect(hostOfRelay('/ip6/::1/tcp/443/tls/ws/p2p/12D3KooW')).toBe('[::1]:443');
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (text) => {
        expect(hostOfRelay(`/dns/${text}/tcp/1/`).length).toBeLessThanOrEqual(400);
      }),
    );
  });
});

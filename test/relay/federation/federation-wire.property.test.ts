import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asPeerId, encodeCanonical } from '#vocabulary';
import {
  type FederationMessage,
  MAX_FEDERATION_BYTES,
  MAX_PARTS,
  MAX_REGISTRATIONS,
  decodeFederation,
  encodeFederation,
  inMessages,
} from '../../../relay/federation/federation-wire.ts';

const id = fc.stringMatching(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/);
const peer = id.map(asPeerId);
const room = fc.stringMatching(/^[a-z0-9-]{1,64}$/);
const groups = fc.array(fc.record({ room, peers: fc.array(peer, { minLength: 1, maxLength: 5 }) }), { maxLength: 6 });
const head = {
  epoch: fc.maxSafeNat(),
  number: fc.maxSafeNat(),
  address: id.map((relay) => `/dns/relay.example/tcp/443/tls/ws/p2p/${relay}`),
};
const message: fc.Arbitrary<FederationMessage> = fc.oneof(
  fc.record({ t: fc.constantFrom('here' as const, 'bye' as const), ...head }),
  fc.record({ t: fc.constant('change' as const), ...head, joined: groups, left: groups }),
  fc.record({ t: fc.constant('all' as const), ...head, part: fc.nat(9), parts: fc.constant(10), members: groups }),
  fc.record({ t: fc.constant('ask' as const), ...head, of: id }),
);

test('R15: every message among relays survives the wire', () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(decodeFederation(encodeFederation(sent))).toEqual({ ok: true, value: sent });
    }),
  );
});

test('R15: arbitrary bytes, and messages damaged in one byte, are refused or valid, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), message, fc.nat(), fc.nat(255), (bytes, sent, place, value) => {
      const damaged = encodeFederation(sent);
      damaged[place % damaged.byteLength] = value;
      for (const read of [decodeFederation(bytes), decodeFederation(damaged)])
        if (!read.ok) expect(read.error.type).toBe('malformed-federation');
    }),
    { numRuns: 1000 },
  );
});

const good = { e: 1, n: 1, a: `/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooW${'a'.repeat(44)}` };
test.each([
  ['another word', { t: 'hello', ...good }],
  ['more than was agreed', { t: 'here', ...good, x: 1 }],
  ['no address', { t: 'here', ...good, a: 'https://relay.example' }],
  ['a time before time', { t: 'here', ...good, e: -1 }],
  ['half a change', { t: 'here', ...good, n: 0.5 }],
  ['no room', { t: 'change', ...good, j: [['No Room', ['12D3KooW']]], l: [] }],
  ['a room of nobody', { t: 'change', ...good, j: [['room', []]], l: [] }],
  ['a part beyond the last', { t: 'all', ...good, i: 2, of: 2, m: [] }],
  ['too many parts', { t: 'all', ...good, i: 0, of: MAX_PARTS + 1, m: [] }],
])('R15: %s is refused', (_what, value) => {
  expect(decodeFederation(encodeCanonical(value)).ok).toBe(false);
});

test('R15: a message that is too long is refused unread', () => {
  expect(decodeFederation(new Uint8Array(MAX_FEDERATION_BYTES + 1))).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('too long') },
  });
});

test('R15: registrations fill as many messages as they need, each within the limit, and none is left out', () => {
  const longest = (index: number): string => String(index).padStart(64, '1');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (count, rooms) => {
      const registrations = Array.from({ length: count }, (_, index) => ({
        room: `${'r'.repeat(58)}${index % rooms}`,
        peer: asPeerId(longest(index)),
      }));
      const messages = inMessages(registrations);
      expect(messages.length).toBeGreaterThan(0);
      for (const members of messages) {
        const sent = { t: 'all', epoch: 1, address: good.a, number: 1, part: 0, parts: 1, members } as const;
        expect(encodeFederation(sent).byteLength).toBeLessThan(MAX_FEDERATION_BYTES);
      }
      const back = messages.flat().flatMap(({ room: name, peers }) => peers.map((one) => `${name}/${one}`));
      expect(back.sort()).toEqual(registrations.map(({ room: name, peer: one }) => `${name}/${one}`).sort());
    }),
    { numRuns: 15 },
  );
  const worst = Array.from({ length: MAX_REGISTRATIONS }, (_, index) => ({
    room: `${'r'.repeat(59)}${index}`,
    peer: asPeerId(longest(index)),
  }));
  expect(inMessages(worst).length).toBeLessThanOrEqual(MAX_PARTS);
});

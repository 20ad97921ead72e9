import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { advertSchema, cleanName, tidyAdvert } from '../../../src/swarm/session/advert.ts';
import {
  type RendezvousNotice,
  decodeRendezvousNotice,
  decodeRendezvousRequest,
  encodeRendezvous,
} from '../../../src/swarm/joining/rendezvous-wire.ts';
import { MAX_ICE_SERVERS, MAX_MEMBERS_TOLD } from '../../../src/swarm/constants.ts';
import { type Frame, decodeFrame, encodeFrame, pairOf } from '../../../src/swarm/session/wire.ts';
import * as v from 'valibot';

const u32 = fc.nat(0xffffffff);
const ascii = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
const speed = fc.double({ min: 0, max: 1_000_000, noNaN: true });
const advert = fc.record({
  protocolVersion: fc.integer({ min: 1, max: 0xffff }),
  name: fc.string({ unit: 'binary', maxLength: 200 }).map(cleanName),
  modelId: ascii,
  engine: ascii,
  contributing: fc.boolean(),
  prefillTokensPerSecond: speed,
  decodeTokensPerSecond: speed,
});
const bytes8 = fc.uint8Array({ minLength: 8, maxLength: 8 });
const frame: fc.Arbitrary<Frame> = fc
  .oneof(
    fc.record({
      type: fc.constant('hello' as const),
      protocolVersion: fc.integer({ min: 1, max: 0xffff }),
      incarnation: bytes8,
      proof: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      features: fc.array(fc.stringMatching(/^[a-z0-9-]{1,28}\/\d{1,3}$/), { maxLength: 32 }),
    }),
    fc.record({ type: fc.constant('advert' as const), advert }),
    fc.record({
      type: fc.constant('refused' as const),
      code: fc.constantFrom('wrong-room' as const, 'other-version' as const, 'full' as const, 'unknown' as const),
    }),
    fc.record({
      type: fc.constant('message' as const),
      pair: u32,
      sequence: u32,
      protocol: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name.isWellFormed()),
      body: fc.uint8Array({ maxLength: 2000 }),
    }),
    fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), token: u32 }),
    fc.constant<Frame>({ type: 'goodbye' }),
  )
  .filter((candidate) => candidate.type !== 'message' || new TextEncoder().encode(candidate.protocol).byteLength <= 64);

test('R13: every frame survives the wire', () => {
  fc.assert(
    fc.property(frame, (sent) => {
      expect(decodeFrame(encodeFrame(sent))).toEqual({ ok: true, value: sent });
    }),
  );
});

test('R13: arbitrary bytes are read or refused, never thrown at, and what is read is within the limits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 200), (bytes, kind) => {
      if (bytes.length > 0) bytes[0] = kind;
      const read = decodeFrame(bytes);
      if (!read.ok) expect(read.error.type).toBe('malformed-frame');
      else if (read.value.type === 'advert') expect(v.is(advertSchema, read.value.advert)).toBe(true);
      else if (read.value.type === 'message') expect(read.value.protocol.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

test('R13: a frame damaged in one byte is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(frame, fc.nat(), fc.nat(255), (sent, position, value) => {
      const bytes = encodeFrame(sent);
      bytes[position % bytes.byteLength] = value;
      expect(typeof decodeFrame(bytes).ok).toBe('boolean');
    }),
    { numRuns: 1000 },
  );
});

test('R13: the pair of two incarnations is the same from both sides', () => {
  fc.assert(
    fc.property(bytes8, bytes8, (a, b) => {
      expect(pairOf(a, b)).toBe(pairOf(b, a));
    }),
  );
});

test('R2: any advert the application sets fits into a frame', () => {
  const wild = fc.record({
    protocolVersion: fc.integer({ min: 1, max: 0xffff }),
    name: fc.string({ unit: 'binary', maxLength: 3000 }),
    modelId: ascii,
    engine: ascii,
    contributing: fc.boolean(),
    prefillTokensPerSecond: fc.double(),
    decodeTokensPerSecond: fc.double(),
  });
  fc.assert(
    fc.property(wild, (set) => {
      const tidy = tidyAdvert(set);
      expect([...tidy.name].length).toBeLessThanOrEqual(32);
      const sent: Frame = { type: 'advert', advert: tidy };
      expect(decodeFrame(encodeFrame(sent))).toEqual({ ok: true, value: sent });
    }),
  );
});

const peer = fc.stringMatching(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/).map(asPeerId);
const relay = fc
  .tuple(
    fc.constantFrom('dns', 'dns4', 'dns6', 'ip4', 'ip6'),
    fc.stringMatching(/^[A-Za-z0-9.:-]{1,253}$/),
    fc.nat(65535),
    peer,
  )
  .map(([kind, host, port, id]) => `/${kind}/${host}/tcp/${port}/tls/ws/p2p/${id}`);
const member = fc.record({ peer, relay }, { requiredKeys: ['peer'] });
const iceServer = fc.record(
  {
    urls: fc.array(fc.stringMatching(/^(stuns?|turns?):[\x21-\x7e]{1,290}$/), {
      minLength: 1,
      maxLength: MAX_ICE_SERVERS,
    }),
    username: fc.string({ maxLength: 100 }),
    credential: fc.string({ maxLength: 100 }),
  },
  { requiredKeys: ['urls'] },
);
const notice: fc.Arbitrary<RendezvousNotice> = fc.oneof(
  fc.record({
    t: fc.constant('members' as const),
    members: fc.array(member, { maxLength: MAX_MEMBERS_TOLD }),
    total: fc.maxSafeNat(),
  }),
  fc.record({ t: fc.constant('joined' as const), member }),
  fc.record({ t: fc.constant('left' as const), peer }),
  fc.record({
    t: fc.constant('ice' as const),
    servers: fc.array(iceServer, { maxLength: MAX_ICE_SERVERS }),
    ttlSeconds: fc.integer({ min: 1, max: 7 * 24 * 3600 }),
  }),
  fc.constantFrom<RendezvousNotice>({ t: 'alive?' }, { t: 'draining' }),
  fc.record({ t: fc.constant('refused' as const), reason: fc.string({ maxLength: 200 }) }),
);

test('R14: every rendezvous notice survives the wire', () => {
  fc.assert(
    fc.property(notice, (sent) => {
      expect(decodeRendezvousNotice(encodeRendezvous(sent))).toEqual({ ok: true, value: sent });
    }),
  );
});

test('R14: arbitrary bytes are no rendezvous message or a valid one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const read of [decodeRendezvousNotice(bytes), decodeRendezvousRequest(bytes)])
        if (!read.ok) expect(read.error.type).toBe('malformed-rendezvous');
    }),
    { numRuns: 1000 },
  );
});

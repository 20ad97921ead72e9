import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Canonical, type RoundId, encodeCanonical } from '#vocabulary';
import { cutToBytes } from '../../src/round/work.ts';
import { type WireMessage, decodeMessage, encodeMessage, recordsIn, withRecords } from '../../src/round/wire.ts';

const round = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as RoundId);
const record = fc.uint8Array({ maxLength: 200 });
const records = fc.array(record, { maxLength: 35 });
// Half a surrogate pair has no bytes of its own.
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength }).filter((one) => one.isWellFormed());
const count = fc.nat({ max: 10_000_000 });
const reveal = {
  record,
  text: text(60),
  salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  tokens: count,
  ms: count,
};

const of = <T extends WireMessage['t']>(t: T, fields: object): fc.Arbitrary<WireMessage> =>
  fc.record({ t: fc.constant(t), round, ...fields }) as fc.Arbitrary<object> as fc.Arbitrary<WireMessage>;

const message: fc.Arbitrary<WireMessage> = fc.oneof(
  of('ask', { record, question: text(60).filter((one) => one !== '') }),
  of('accept', { model: text(20) }),
  of('decline', { reason: fc.constantFrom('busy', 'stale', 'closing') }),
  of('progress', {
    stage: fc.constantFrom('answering', 'judging'),
    // -0 has no bytes of its own.
    share: fc.double({ min: 0, max: 1, noNaN: true }).map((one) => one + 0),
  }),
  of('roster', { record }),
  of('commit', { record }),
  of('lineup', { record, commits: records }),
  of('reveal', reveal),
  of('slate', { reveals: fc.array(fc.record(reveal), { maxLength: 5 }) }),
  of('ballot-commit', { record }),
  of('ballot-box', { commits: records }),
  of('ballot', { record }),
  of('verdict', { record, ballots: records }),
  of('confirmation', { record }),
  of('settled', { confirmations: records }),
  of('stop', { reason: text(20) }),
);

describe('messages', () => {
  test('R12: come back as they were sent', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = encodeMessage(sent);
        const decoded = decodeMessage(bytes);
        expect(decoded.ok).toBe(true);
        if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(bytes);
      }),
    );
  });

  test('R12: keep every record in its place while it is checked', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(withRecords<Uint8Array, Uint8Array>(sent, recordsIn<Uint8Array>(sent))).toEqual(sent);
        const numbered = withRecords(
          sent,
          recordsIn<Uint8Array>(sent).map((_, index) => index),
        );
        expect(recordsIn<number>(numbered)).toEqual(recordsIn<Uint8Array>(sent).map((_, index) => index));
      }),
    );
  });

  test('R12: arbitrary bytes are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(typeof decodeMessage(bytes).ok).toBe('boolean');
      }),
    );
  });

  test('R12: so are messages with bytes changed', () => {
    fc.assert(
      fc.property(message, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), (sent, changes) => {
        const bytes = encodeMessage(sent);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const decoded = decodeMessage(bytes);
        // What is read has only one byte form, so it is what these bytes say.
        if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(bytes);
      }),
    );
  });

  test('R12: so are maps with fields of any kind', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.uint8Array());
    const key = fc.constantFrom('t', 'round', 'record', 'text', 'salt', 'commits', 'share', 'stage', 'reason');
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(value, fc.array(value))), round, (fields, id) => {
        const bytes = encodeCanonical({ ...fields, round: id } as Canonical);
        expect(typeof decodeMessage(bytes).ok).toBe('boolean');
      }),
    );
  });
});

test('R12: an answer is cut to its bytes without half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat({ max: 60 }), (whole, maxBytes) => {
      const cut = cutToBytes(whole, maxBytes);
      const encoder = new TextEncoder();
      expect(encoder.encode(cut).length).toBeLessThanOrEqual(maxBytes);
      expect(whole.startsWith(cut)).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
      const next = [...whole.slice(cut.length)][0];
      if (next !== undefined) expect(encoder.encode(cut + next).length).toBeGreaterThan(maxBytes);
    }),
  );
});

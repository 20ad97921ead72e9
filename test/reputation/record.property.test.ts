import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Canonical, encodeCanonical } from '#vocabulary';
import { type SignedRecord, type TypedRecord, encodeRecord, verifyRecord } from '#reputation';
import { playRound } from './scripted-round.ts';
import { verifyScripted } from './signers.ts';

const nowMs = 1_770_000_000_000;
const checks = { verifySignature: verifyScripted, nowMs };
const records = await playRound({
  name: 'valid',
  asker: 'anna',
  participants: ['anna', 'berta', 'carla', 'dora'],
  disputing: ['dora'],
  atMs: nowMs - 60_000,
});
const anyRecord = fc.constantFrom(...records);

test('R1: every record of a round is valid and comes back bit for bit', async () => {
  expect(new Set(records.map((record) => record.type)).size).toBe(10);
  for (const record of records)
    expect(await verifyRecord(encodeRecord(record), checks)).toEqual({ ok: true, value: record });
});

test('R7: arbitrary bytes give a typed refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const verified = await verifyRecord(bytes, checks);
      expect(!verified.ok && verified.error.type).toBe('malformed');
    }),
    { numRuns: 500 },
  );
});

const anyValue = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.uint8Array()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('R7: arbitrary canonical values give a typed refusal', async () => {
  await fc.assert(
    fc.asyncProperty(anyValue, async (value) => {
      expect((await verifyRecord(encodeCanonical(value), checks)).ok).toBe(false);
    }),
  );
});

test('R3: a valid record with any field replaced is refused or the same record', async () => {
  const fields = ['v', 'type', 'author', 'time', 'parents', 'body', 'id', 'signature'] as const;
  await fc.assert(
    fc.asyncProperty(anyRecord, fc.constantFrom(...fields), anyValue, async (record, field, value) => {
      const verified = await verifyRecord({ ...record, [field]: value } as SignedRecord, checks);
      if (verified.ok) expect(verified.value).toEqual(record);
    }),
    { numRuns: 500 },
  );
});

test('R6: a valid record with any bits flipped is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, fc.nat(), fc.integer({ min: 1, max: 255 }), async (record, position, flip) => {
      const bytes = encodeRecord(record);
      const at = position % bytes.length;
      bytes[at] = (bytes[at] as number) ^ flip;
      expect((await verifyRecord(bytes, checks)).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('R3: a valid record cut short or continued is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (record, cut, tail) => {
      const bytes = encodeRecord(record);
      expect((await verifyRecord(bytes.slice(0, cut % bytes.length), checks)).ok).toBe(false);
      expect((await verifyRecord(new Uint8Array([...bytes, ...tail]), checks)).ok).toBe(false);
    }),
  );
});

test('R6: a body moved to another record of its type does not verify', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, anyRecord, async (record, donor) => {
      fc.pre(record.type === donor.type && record.id !== donor.id);
      const { signature } = record;
      expect((await verifyRecord(encodeRecord({ ...donor, signature } as TypedRecord), checks)).ok).toBe(false);
    }),
    { numRuns: 50 },
  );
});

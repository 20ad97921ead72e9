import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Canonical, decodeCanonical, encodeCanonical } from '#vocabulary';

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.integer(),
  fc.maxSafeInteger(),
);
const text = fc.string({ unit: 'binary' });
const { value: canonical } = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), finite, text, fc.uint8Array()),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

test('R1: every value comes back, and its bytes are the only ones', () => {
  fc.assert(
    fc.property(canonical, (value) => {
      const bytes = encodeCanonical(value);
      const decoded = decodeCanonical(bytes);
      expect(decoded).toEqual({ ok: true, value });
      expect(decoded.ok && encodeCanonical(decoded.value)).toEqual(bytes);
    }),
  );
});

test('R1: the order in which a map was built leaves no trace', () => {
  fc.assert(
    fc.property(fc.dictionary(text, finite, { noNullPrototype: true }), (map) => {
      const reversed = Object.fromEntries(Object.entries(map).reverse());
      expect(encodeCanonical(reversed)).toEqual(encodeCanonical(map));
    }),
  );
});

test('R2: arbitrary bytes are refused or are the one form of their value', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const decoded = decodeCanonical(bytes);
      if (decoded.ok) expect(encodeCanonical(decoded.value)).toEqual(bytes);
      else expect(decoded.error.type).toBe('malformed-cbor');
    }),
    { numRuns: 2000 },
  );
});

test('R2: a changed byte is refused or means something else', () => {
  fc.assert(
    fc.property(canonical, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, change) => {
      const bytes = encodeCanonical(value);
      const mutated = Uint8Array.from(bytes);
      mutated[position % bytes.length] = (mutated[position % bytes.length] as number) ^ change;
      const decoded = decodeCanonical(mutated);
      if (decoded.ok) expect(encodeCanonical(decoded.value)).toEqual(mutated);
    }),
  );
});

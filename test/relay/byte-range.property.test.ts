import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRange } from '../../relay/byte-range.ts';

const header = fc.oneof(
  fc.string(),
  fc.tuple(fc.nat(2000), fc.nat(2000)).map(([from, to]) => `bytes=${from}-${to}`),
  fc.nat(2000).map((from) => `bytes=${from}-`),
  fc.nat(2000).map((last) => `bytes=-${last}`),
);

test('W8: whatever the header, a range lies inside the file', () => {
  fc.assert(
    fc.property(header, fc.nat(1500), (text, sizeBytes) => {
      const range = readRange(text, sizeBytes);
      if (typeof range === 'string') return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeGreaterThanOrEqual(range.first);
      expect(range.last).toBeLessThan(sizeBytes);
    }),
  );
});

test.each([
  [undefined, 'whole'],
  ['', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=5-2', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
  ['items=0-1', 'whole'],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=-99', { first: 0, last: 9 }],
] as const)('W8: %s of ten bytes', (text, expected) => {
  expect(readRange(text, 10)).toEqual(expected);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNames } from '../../../src/swarm/session/names.ts';

test('names come out as they went in, however often and in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 200 }), (all) => {
      const names = createNames();
      for (const name of [...all, ...all.toReversed()]) {
        const bytes = names.encode(name);
        expect(bytes).toEqual(new TextEncoder().encode(name));
        // What was read last is remembered, not the message that it stood in.
        const message = bytes.slice();
        expect(names.decode(message)).toBe(name);
        message.fill(0x61);
        expect(names.decode(bytes)).toBe(name);
      }
    }),
  );
});

test('bytes that are not UTF-8 are no name, also right after they were refused', () => {
  const names = createNames();
  for (const bytes of [[0xff], [0xff], [0x61, 0x80], [0xc3]])
    expect(names.decode(Uint8Array.from(bytes))).toBeUndefined();
  expect(names.decode(Uint8Array.of(0x61))).toBe('a');
});

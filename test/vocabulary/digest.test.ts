import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createStreamingSha256, sha256, sha256Hex } from '#vocabulary';

test('SHA-256: digests agree with another implementation, in one piece and in many', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
      const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
      const expected = createHash('sha256').update(whole).digest('hex');
      const stream = createStreamingSha256();
      for (const piece of pieces) stream.update(piece);
      expect(sha256Hex(whole)).toBe(expected);
      expect(Buffer.from(sha256(whole)).toString('hex')).toBe(expected);
      expect(stream.finishHex()).toBe(expected);
    }),
  );
});

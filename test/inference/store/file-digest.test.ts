import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from '#vocabulary';
import { digestOf, digestPieces } from '../../../src/inference/store/file-digest.ts';
import { hashWhole } from '../../../src/inference/store/hash-whole.browser.ts';
import { quiet } from './shelf-bench.ts';

test('R16: read whole or in pieces, a file has the same digest', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 3 }), async (pieces) => {
      const blob = new Blob(pieces.map((piece) => Uint8Array.from(piece)));
      const expected = { ok: true, value: { sha256: sha256Hex(Buffer.concat(pieces)), sizeBytes: blob.size } };
      expect(await digestOf(blob, quiet, hashWhole)).toEqual(expected);
      expect(await digestPieces(blob, quiet)).toEqual(expected);
    }),
    { numRuns: 40 },
  ));

test('R16: a file too large to be read whole is never read whole', async () => {
  const piece = new Uint8Array(2 ** 20);
  const large = new Blob(Array.from({ length: 129 }, () => piece));
  const digest = await digestOf(large, quiet, () => Promise.reject(new Error('read whole')));
  expect(digest).toMatchObject({ ok: true, value: { sizeBytes: large.size } });
});

test('R19: hashing in pieces can be stopped midway', async () => {
  const abort = new AbortController();
  const stopped = await digestPieces(new Blob([new Uint8Array(1_000), new Uint8Array(1_000)]), {
    onProgress: () => abort.abort(),
    signal: abort.signal,
  });
  expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
});

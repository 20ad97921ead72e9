import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pass, createDecoder } from '../../../src/inference/ort/decoder.ts';
import { states } from '../../../src/inference/ort/tasks.ts';

const shape = {
  ...{ layers: 1, width: 1, heads: 1, keyHeads: 1, headWidth: 2, hidden: 1, vocabulary: 4 },
  ...{ epsilon: 1e-5, ropeBase: 1e4, isTied: true, hasRopeFactors: false, trainedContext: 512 },
};

/** Writes into the cache whether a token was read alone, as the library's results differ by that and nothing else. */
function openDecoder() {
  const run = ({ positions, rows }: Pass) => {
    const mark = positions.length === 1 ? 1 : 2;
    const fresh = new Float32Array(2 * positions.length * shape.headWidth).fill(mark);
    return Promise.resolve({ fresh, logits: new Float32Array(rows.length * shape.vocabulary) });
  };
  let nowMs = 0;
  const embedding = { width: 1, vocabulary: 4, embed: (tokens: readonly number[]) => new Float32Array(tokens.length) };
  return createDecoder({ shape, embedding, run, breathe: () => Promise.resolve(), now: () => (nowMs += 20) });
}

test('R36: a prompt is read in the same kind of passes whatever was asked before', async () => {
  const prompt = fc.array(fc.nat(1), { minLength: 2, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(prompt, { minLength: 1, maxLength: 8 }), async (prompts) => {
      const used = openDecoder();
      for (const tokens of prompts) {
        const { cache, last } = await used.open(tokens);
        const alone = (await openDecoder().open(tokens)).cache;
        expect(cache.tokens).toEqual(tokens.slice(0, -1));
        expect(last).toBe(tokens.at(-1));
        const rowsOf = ({ tensors }: typeof cache) =>
          tensors.map((numbers) => [...numbers.slice(0, 2 * (tokens.length - 1))]);
        expect(rowsOf(cache)).toEqual(rowsOf(alone));
      }
    }),
  );
});

test('R26: states are read over every token once, however fast the passes become', async () => {
  // Each pass is quicker than the last, so that chunks grow while a text is read.
  let passMs = 4_000;
  let nowMs = 0;
  const decoder = createDecoder({
    shape,
    embedding: { width: 1, vocabulary: 4, embed: (tokens) => Float32Array.from(tokens) },
    run({ positions, rows, hidden }) {
      nowMs += passMs;
      passMs /= 2;
      const fresh = new Float32Array(2 * positions.length * shape.headWidth);
      return Promise.resolve({ fresh, logits: new Float32Array(rows.length * shape.vocabulary), states: hidden });
    },
    breathe: () => Promise.resolve(),
    now: () => nowMs,
  });
  const text = Array.from({ length: 300 }, (_, index) => index);
  const read = await states(decoder, { type: 'states', prompt: [1, 2], text, layer: 1 }, () => undefined);
  expect(read.mean[0]).toBeCloseTo(149.5, 3);
  expect(read.last[0]).toBe(299);
});

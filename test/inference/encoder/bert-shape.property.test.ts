import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildBertGraph } from '../../../src/inference/encoder/bert-graph.ts';
import { readBertShape } from '../../../src/inference/encoder/bert-shape.ts';
import { openSafetensors } from '../../../src/inference/encoder/safetensors.ts';
import { writeTinyBert } from './tiny-bert.ts';

const { files } = writeTinyBert();
const opened = await openSafetensors(files.get('model.safetensors') ?? new Blob());
if (!opened.ok) throw new Error(opened.error.message);
const { tensors } = opened.value;
const config = JSON.parse((await files.get('config.json')?.text()) ?? '') as Record<string, unknown>;

test('R83: any config is a typed error or a graph of the sizes of the weights', async () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(0, -1, 1, 2, 2 ** 40, 0.5));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(config)), value, async (key, put) => {
      const shape = await readBertShape({ config: new Blob([JSON.stringify({ ...config, [key]: put })]) }, tensors);
      if (!shape.ok) {
        expect(shape.error.type).toBe('load-failed');
        return;
      }
      const words = buildBertGraph(shape.value).weights.find(({ name }) => name === 'words');
      expect(words?.shape).toEqual(tensors.get('embeddings.word_embeddings.weight')?.shape);
    }),
    { numRuns: 300 },
  );
});

test('R83: bytes that are no config are a typed error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
      const shape = await readBertShape({ config: new Blob([bytes as BlobPart]) }, tensors);
      expect(shape).toMatchObject({ ok: false, error: { type: 'load-failed' } });
    }),
  );
});

import { expect, test } from 'vitest';
import { packGguf } from '#inference';
import { loadOrt } from '../../../src/inference/encoder/library.ort.ts';
import { readEmbedding } from '../../../src/inference/ort/embedding.ts';
import { type LlamaFile, openLlamaFile } from '../../../src/inference/ort/llama-file.ts';
import { buildLlamaGraph } from '../../../src/inference/ort/llama-graph.ts';
import { readWeights } from '../../../src/inference/ort/llama-weights.ts';
import { writeOnnxModel } from '../../../src/inference/ort/onnx-writer.ts';
import { valueOf } from '../../contracts/engine.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';

const TOKENS = [5, 9, 3, 40, 12];
const ROOM = 64;
const sizes = { precision: 'float32', contextTokens: 128 } as const;

/** Some blocks on their own, as a peer runs its share of a model: the stream goes in, the stream or the logits come out. */
async function runRange(
  { file, tensors, shape }: LlamaFile,
  { from, to }: { readonly from: number; readonly to: number },
  stream: Float32Array,
): Promise<Float32Array> {
  const ort = await loadOrt(1);
  const hasHead = to === shape.layers;
  const graph = buildLlamaGraph({ shape, from, to, hasHead, ...sizes });
  const weights = await readWeights(file, tensors, shape, graph, sizes);
  const session = await ort.InferenceSession.create(writeOnnxModel(graph.model), {
    executionProviders: ['wasm'],
    externalData: weights.map(({ name, data }) => ({ path: name, data })),
  });
  const count = stream.length / shape.width;
  const whole = (values: readonly number[], dims: readonly number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const past = () =>
    new ort.Tensor('float32', new Float32Array(shape.keyHeads * ROOM * shape.headWidth), [
      1,
      shape.keyHeads,
      ROOM,
      shape.headWidth,
    ]);
  const places = Array.from({ length: count }, (_, place) => place);
  const feeds = {
    hidden: new ort.Tensor('float32', stream, [1, count, shape.width]),
    positions: whole(places, [1, count]),
    bias: new ort.Tensor('float32', new Float32Array(count * count), [1, 1, count, count]),
    length: new ort.Tensor('int32', Int32Array.of(count - 1), [1]),
    total: new ort.Tensor('int32', Int32Array.of(count), []),
    begin: whole([0], [1]),
    end: whole([count], [1]),
    ...(hasHead ? { rows: whole(places, [count]) } : {}),
    ...Object.fromEntries(
      Array.from({ length: to - from }, (_, block) => [
        [`key.${from + block}`, past()] as const,
        [`value.${from + block}`, past()] as const,
      ]).flat(),
    ),
  };
  const output = hasHead ? 'head.out' : `states.${to}`;
  const outputs = await session.run(feeds, [output]);
  await session.release();
  return outputs[output]?.data as Float32Array;
}

test('R37: blocks run one after the other on their own give the logits of the whole model', async () => {
  const model = valueOf(await openLlamaFile(packGguf(writeTinyGguf())));
  const entry = model.tensors.get('token_embd.weight');
  if (entry === undefined) throw new Error('The model has no embedding.');
  const stream = (await readEmbedding(model.file, entry)).embed(TOKENS);
  const { layers, vocabulary } = model.shape;
  const logits = await runRange(model, { from: 0, to: layers }, stream);
  expect(layers).toBeGreaterThan(1);
  expect(logits).toHaveLength(TOKENS.length * vocabulary);

  let passed: Float32Array = stream;
  for (let block = 0; block < layers; block++) passed = await runRange(model, { from: block, to: block + 1 }, passed);
  expect(passed).toHaveLength(logits.length);
  for (const [index, logit] of logits.entries()) expect(Math.abs((passed[index] as number) - logit)).toBeLessThan(1e-4);
});

import { type Library, loadOrt } from '../encoder/library.ort.ts';
import type { Pass, PassResult, RunPass } from './decoder.ts';
import { buildLlamaGraph } from './llama-graph.ts';
import { readWeights } from './llama-weights.ts';
import { writeOnnxModel } from './onnx-writer.ts';
import type { StartMessage } from './protocol.ts';

/** The graph in ONNX Runtime on the processor. */
export async function openNetwork(start: StartMessage): Promise<RunPass> {
  const { file, tensors, shape, precision, contextTokens } = start;
  const ort = await loadOrt(start.threads);
  const graph = buildLlamaGraph({ shape, from: 0, to: shape.layers, hasHead: true, precision, contextTokens });
  const weights = await readWeights(file, tensors, shape, graph, { precision, contextTokens });
  const session = await ort.InferenceSession.create(writeOnnxModel(graph.model), {
    executionProviders: ['wasm'],
    externalData: weights.map(({ name, data }) => ({ path: name, data })),
  });
  return (pass) => runPass(ort, session, start, pass);
}

async function runPass(
  ort: typeof Library,
  session: Library.InferenceSession,
  { shape }: StartMessage,
  { cache, hidden, positions, bias, rows, layer }: Pass,
): Promise<PassResult> {
  const count = positions.length;
  const cached = cache.tokens.length;
  const total = cached + count;
  const integers = (values: readonly number[], dims: readonly number[]): Library.Tensor =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const feeds: Record<string, Library.Tensor> = {
    hidden: new ort.Tensor('float32', hidden, [1, count, shape.width]),
    positions: integers(positions, [1, count]),
    bias: new ort.Tensor('float32', bias, [1, 1, count, total]),
    length: new ort.Tensor('int32', Int32Array.of(total - 1), [1]),
    total: new ort.Tensor('int32', Int32Array.of(total), []),
    begin: integers([cached], [1]),
    end: integers([total], [1]),
    rows: integers(rows, [rows.length]),
  };
  const past = [1, shape.keyHeads, cache.room, shape.headWidth];
  for (const [index, tensor] of cache.tensors.entries())
    feeds[`${index % 2 === 0 ? 'key' : 'value'}.${index >> 1}`] = new ort.Tensor('float32', tensor, past);
  const wanted = layer === undefined ? [] : [`states.${layer}`];
  const outputs = await session.run(feeds, ['fresh', 'head.out', ...wanted]);
  const valuesOf = (name: string): Float32Array => outputs[name]?.data as Float32Array;
  return {
    fresh: valuesOf('fresh'),
    logits: valuesOf('head.out'),
    ...(layer === undefined ? {} : { states: valuesOf(`states.${layer}`) }),
  };
}

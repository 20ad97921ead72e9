/** The worker that runs an encoder. It takes one task at a time, and loads one model once. */
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { writeOnnxModel } from '../ort/onnx-writer.ts';
import { buildBertGraph, readBertWeight } from './bert-graph.ts';
import { type BertShape, readBertShape } from './bert-shape.ts';
import { type Library, loadOrt } from './library.ort.ts';
import type { EncoderFiles, EncoderNews, EncoderTask, Encoding } from './messages.ts';
import { openSafetensors } from './safetensors.ts';

let encode: ((ids: readonly number[]) => Promise<Encoding>) | undefined;

globalThis.addEventListener('message', ({ data: task }: MessageEvent<EncoderTask>) => void answer(task));

async function answer(task: EncoderTask): Promise<void> {
  globalThis.postMessage(await perform(task));
}

async function perform(task: EncoderTask): Promise<EncoderNews> {
  try {
    if (task.type === 'load') return await load(task.files, task.threads);
    if (encode === undefined) throw new Error('No encoder is loaded.');
    return ok(await encode(task.ids));
  } catch (cause) {
    return err(errorOf(cause, task.type));
  }
}

async function load(files: EncoderFiles, threads: number): Promise<Result<BertShape, EngineError>> {
  const tensors = await openSafetensors(files.weights);
  if (!tensors.ok) return err(failure('load-failed', tensors.error.message, tensors.error.remedy));
  const shape = await readBertShape(files, tensors.value.tensors);
  if (!shape.ok) return shape;
  const ort = await loadOrt(threads);
  const graph = buildBertGraph(shape.value);
  const externalData: { path: string; data: Uint8Array }[] = [];
  for (const { name } of graph.weights) {
    const values = await readBertWeight(tensors.value, shape.value, name);
    externalData.push({ path: name, data: new Uint8Array(values.buffer) });
  }
  const session = await ort.InferenceSession.create(writeOnnxModel(graph), {
    executionProviders: ['wasm'],
    externalData,
  });
  encode = (ids) => run(ort, session, ids);
  return shape;
}

async function run(ort: typeof Library, session: Library.InferenceSession, ids: readonly number[]): Promise<Encoding> {
  const { vector, logits } = await session.run({ ids: new ort.Tensor('int32', Int32Array.from(ids), [1, ids.length]) });
  return { vector: valuesOf(vector), logits: valuesOf(logits) };
}

function valuesOf(tensor: Library.Tensor | undefined): Float32Array {
  return tensor === undefined ? new Float32Array() : (tensor.data as Float32Array);
}

/** The library throws numbers and strings too: addresses of exceptions inside it. */
function errorOf(cause: unknown, during: EncoderTask['type']): EngineError {
  const message = messageOf(cause);
  if (/alloc|out of memory|memory access/i.test(message))
    return failure(
      'out-of-memory',
      'There is not enough memory for this model.',
      'Close other tabs, or load a smaller model.',
    );
  return during === 'load'
    ? failure('load-failed', `ONNX Runtime could not load the model: ${message}`)
    : failure('engine-crashed', `ONNX Runtime failed: ${message}`, 'Load the model again.');
}

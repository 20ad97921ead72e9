import { loadOrt } from '../encoder/library.ort.ts';
import { readEmbedding } from '../ort/embedding.ts';
import { createGpuDecoder } from '../ort/gpu/gpu-decoder.ort.ts';
import { buildGpuGraph } from '../ort/gpu/gpu-graph.ts';
import { chooseBitsIn, readGpuWeights } from '../ort/gpu/gpu-weights.ts';
import { DamagedWeights } from '../ort/llama-weights.ts';
import { writeOnnxModel } from '../ort/onnx-writer.ts';
import type { DecoderSession } from './decoder.ts';
import { openDecoderSession } from './decoder-session.ort.ts';
import { openGpuDevice } from './gpu-device.ort.ts';
import { loadOrtGpu } from './library-gpu.ort.ts';
import type { GpuStart, OnnxStart } from './messages.ts';

export interface OpenedDecoder {
  readonly session: DecoderSession;
  /** Of the graphics processor. */
  readonly lost?: Promise<unknown>;
}

interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

export async function openOnnxFile(start: OnnxStart): Promise<OpenedDecoder> {
  const externalData: ExternalData[] = [];
  for (const [path, file] of start.data) externalData.push({ path, data: await readBytes(file) });
  const graph = await readBytes(start.graph);
  const device = start.device === 'gpu' ? await openGpuDevice() : undefined;
  const ort = device === undefined ? await loadOrt(start.threads) : await loadOrtGpu();
  const session = await ort.InferenceSession.create(graph, {
    externalData,
    ...(device === undefined
      ? { executionProviders: ['wasm'] }
      : // Caches stay where they are computed; logits are fetched.
        { executionProviders: [{ name: 'webgpu', device }], preferredOutputLocation: 'gpu-buffer' as const }),
  });
  const opened = openDecoderSession({ session, Tensor: ort.Tensor }, start.sizes);
  if (!opened.ok) throw new DamagedWeights(opened.error.message);
  return { session: opened.value, ...(device !== undefined && { lost: device.lost }) };
}

export async function openGgufOnGpu(start: GpuStart): Promise<OpenedDecoder> {
  const { file, tensors, shape, contextTokens } = start;
  const device = await openGpuDevice();
  const ort = await loadOrtGpu();
  const graph = buildGpuGraph(shape, contextTokens, chooseBitsIn(tensors));
  const externalData: ExternalData[] = [];
  for await (const weight of readGpuWeights(file, tensors, shape, graph, contextTokens)) externalData.push(weight);
  const entry = tensors.get('token_embd.weight');
  if (entry === undefined) throw new Error('There is no embedding.');
  const { embed } = await readEmbedding(file, entry);
  const session = await ort.InferenceSession.create(writeOnnxModel(graph.model), {
    executionProviders: [{ name: 'webgpu', device }],
    externalData,
  });
  const decoder = createGpuDecoder({ session, Tensor: ort.Tensor, device, shape, contextTokens, embed });
  return { session: decoder, lost: device.lost };
}

async function readBytes(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

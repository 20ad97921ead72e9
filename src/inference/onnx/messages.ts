import type { TensorTable } from '../gguf/gguf-tensors.ts';
import type { LlamaShape } from '../ort/llama-shape.ts';
import type { DecoderSizes } from './decoder-plan.ts';

export type ComputeDevice = 'cpu' | 'gpu';

/** A decoder given as an ONNX file. */
export interface OnnxStart {
  readonly type: 'start';
  readonly source: 'onnx';
  readonly graph: Blob;
  /** Weights outside the graph, by the names it has for them. */
  readonly data: ReadonlyMap<string, Blob>;
  readonly sizes: DecoderSizes;
  readonly device: ComputeDevice;
  readonly threads: number;
}

/** A decoder of the Llama family from a GGUF file, on the graphics processor. */
export interface GpuStart {
  readonly type: 'start';
  readonly source: 'gguf';
  readonly file: Blob;
  readonly tensors: TensorTable;
  readonly shape: LlamaShape;
  readonly contextTokens: number;
}

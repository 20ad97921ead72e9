import type { EngineKind, ModelFormat } from '../model.ts';

export interface ModelShape {
  readonly parameters: number;
  /** All weights as they are in the model's files. */
  readonly weightsBytes: number;
  readonly format: ModelFormat;
  readonly contextTokens: number;
  readonly layers?: number;
  /** Numbers a layer keeps of a token as its key, and as many again as its value. */
  readonly keyValueWidth?: number;
  /** Parameters of the table of tokens: vocabulary times width. */
  readonly embeddingParameters?: number;
}

/**
 * How ONNX Runtime holds weights: eight bits or 32 on the processor, where it cannot compute with fewer, and as they are on
 * the graphics processor.
 */
export type OrtWeights = 'u8' | 'f32' | 'gpu';

/**
 * Beyond weights and state: the library itself, room to compute in, and what loading takes at its highest. Measured with the
 * default model and 2,048 tokens: wllama takes 261 MB of the tab's process, 322 MB while it loads, of which 146 are
 * weights and state.
 */
const WASM_OVERHEAD_BYTES = 155e6;
/** The catalogue of web-llm says 879 MB for Llama 3.2 1B (695 + 134 of weights and state), 5,001 MiB for Llama 3.1 8B. */
const GPU_OVERHEAD_BYTES = 100e6;

/** Share of the table of tokens where it is not known: that of small models, in which it weighs most (135M and 1B: 0.21). */
const EMBEDDING_SHARE = 0.21;

/**
 * What a model takes, by the engines that read its format; an estimate on the high side. ONNX Runtime is reckoned on the
 * processor with eight-bit weights. wllama also keeps the state of earlier prompts, up to 512 MiB, before it is replaced;
 * that is not counted, since a tight heap only ends it earlier.
 */
export function estimateMemoryBytes(shape: ModelShape): Partial<Record<EngineKind, number>> {
  switch (shape.format) {
    case 'gguf':
      return {
        wllama: Math.round(shape.weightsBytes + stateBytes(shape, 2) + WASM_OVERHEAD_BYTES),
        ort: estimateOrtMemoryBytes(shape, 'u8'),
      };
    case 'onnx':
      return { ort: Math.round(shape.weightsBytes + stateBytes(shape, 4) + WASM_OVERHEAD_BYTES) };
    case 'safetensors':
      // Encoders: computed in 32 bits whatever the file holds, and nothing is kept between tokens.
      return { ort: Math.round(4 * shape.parameters + WASM_OVERHEAD_BYTES) };
    case 'mlc':
      return { webllm: Math.round(shape.weightsBytes + stateBytes(shape, 2) + GPU_OVERHEAD_BYTES) };
  }
}

/** A GGUF model behind a graph of our own. The processor needs its table of tokens a second time, in 32 bits, to look them up. */
export function estimateOrtMemoryBytes(shape: ModelShape, weights: OrtWeights): number {
  const table = 4 * (shape.embeddingParameters ?? shape.parameters * EMBEDDING_SHARE);
  switch (weights) {
    case 'u8':
      return Math.round(shape.parameters + table + stateBytes(shape, 4) + WASM_OVERHEAD_BYTES);
    case 'f32':
      return Math.round(4 * shape.parameters + table + stateBytes(shape, 4) + WASM_OVERHEAD_BYTES);
    case 'gpu':
      return Math.round(shape.weightsBytes + table + stateBytes(shape, 4) + GPU_OVERHEAD_BYTES);
  }
}

/** Keys and values of a full context. */
function stateBytes(shape: ModelShape, bytesPerNumber: number): number {
  const { layers, keyValueWidth, contextTokens } = shape;
  const numbers =
    layers === undefined || keyValueWidth === undefined ? guessState(shape.parameters) : 2 * layers * keyValueWidth;
  return numbers * bytesPerNumber * contextTokens;
}

/**
 * Numbers of state a token where a model's shape is not known. Grows slower than the model: 11,520 in SmolLM2 135M, 16,384
 * in Llama 3.2 1B, 65,536 in Llama 3.1 8B; those that keep more (multi-head attention) are older.
 */
function guessState(parameters: number): number {
  return 12_000 * Math.sqrt(parameters / 135e6);
}

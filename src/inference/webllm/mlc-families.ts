/** Kinds of weights: `q4` in four bits, `q0` as they are; the shaders count in `f16` or `f32`. */
export type Quantisation = 'q4f16_1' | 'q4f32_1' | 'q0f16' | 'q0f32';

/** A model of web-llm's own list in all its kinds of weights. */
export interface MlcFamily {
  /** What the names of its files begin with. */
  readonly stem: string;
  /** What a person calls it. */
  readonly name: string;
  /** To three digits. */
  readonly parameters: number;
  readonly licence: string;
  /** What the name of its model library begins with, where it shares one with another model. */
  readonly library?: string;
  /** Default 4,096. */
  readonly contextTokens?: number;
  /** web-llm says that phones and small computers can run it. */
  readonly isLight: boolean;
  /** Memory of the graphics processor by kind of weights, in MB, with the whole context. */
  readonly memoryMb: Readonly<Partial<Record<Quantisation, number>>>;
}

/** Chat models of 0.1 to 8 thousand million parameters. Left out are others' older versions, and what is not for chat. */
export const mlcFamilies: readonly MlcFamily[] = [
  {
    stem: 'SmolLM2-135M-Instruct',
    name: 'SmolLM2 135M Instruct',
    parameters: 1.35e8,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q0f16: 359.69, q0f32: 719.38 },
  },
  {
    stem: 'SmolLM2-360M-Instruct',
    name: 'SmolLM2 360M Instruct',
    parameters: 3.62e8,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 376.06, q4f32_1: 579.61, q0f16: 871.99, q0f32: 1743.99 },
  },
  {
    stem: 'SmolLM2-1.7B-Instruct',
    name: 'SmolLM2 1.7B Instruct',
    parameters: 1.71e9,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 1774.19, q4f32_1: 2692.38 },
  },
  {
    stem: 'Qwen2.5-0.5B-Instruct',
    name: 'Qwen2.5 0.5B Instruct',
    parameters: 4.94e8,
    licence: 'Apache-2.0',
    library: 'Qwen2-0.5B-Instruct',
    isLight: true,
    memoryMb: { q4f16_1: 944.62, q4f32_1: 1060.2, q0f16: 1624.12, q0f32: 2654.75 },
  },
  {
    stem: 'Qwen2.5-1.5B-Instruct',
    name: 'Qwen2.5 1.5B Instruct',
    parameters: 1.54e9,
    licence: 'Apache-2.0',
    library: 'Qwen2-1.5B-Instruct',
    isLight: true,
    memoryMb: { q4f16_1: 1629.75, q4f32_1: 1888.97 },
  },
  {
    stem: 'Qwen2.5-3B-Instruct',
    name: 'Qwen2.5 3B Instruct',
    parameters: 3.09e9,
    licence: 'Qwen Research License',
    isLight: true,
    memoryMb: { q4f16_1: 2504.76, q4f32_1: 2893.64 },
  },
  {
    stem: 'Qwen2.5-7B-Instruct',
    name: 'Qwen2.5 7B Instruct',
    parameters: 7.62e9,
    licence: 'Apache-2.0',
    library: 'Qwen2-7B-Instruct',
    isLight: false,
    memoryMb: { q4f16_1: 5106.67, q4f32_1: 5900.09 },
  },
  {
    stem: 'Qwen2.5-Coder-0.5B-Instruct',
    name: 'Qwen2.5 Coder 0.5B Instruct',
    parameters: 4.94e8,
    licence: 'Apache-2.0',
    library: 'Qwen2-0.5B-Instruct',
    isLight: true,
    memoryMb: { q4f16_1: 944.62, q4f32_1: 1060.2, q0f16: 1624.12, q0f32: 2654.75 },
  },
  {
    stem: 'Qwen2.5-Coder-1.5B-Instruct',
    name: 'Qwen2.5 Coder 1.5B Instruct',
    parameters: 1.54e9,
    licence: 'Apache-2.0',
    library: 'Qwen2-1.5B-Instruct',
    isLight: false,
    memoryMb: { q4f16_1: 1629.75, q4f32_1: 1888.97 },
  },
  {
    stem: 'Qwen2.5-Coder-3B-Instruct',
    name: 'Qwen2.5 Coder 3B Instruct',
    parameters: 3.09e9,
    licence: 'Qwen Research License',
    library: 'Qwen2.5-3B-Instruct',
    isLight: true,
    memoryMb: { q4f16_1: 2504.76, q4f32_1: 2893.64 },
  },
  {
    stem: 'Qwen2.5-Coder-7B-Instruct',
    name: 'Qwen2.5 Coder 7B Instruct',
    parameters: 7.62e9,
    licence: 'Apache-2.0',
    library: 'Qwen2-7B-Instruct',
    isLight: false,
    memoryMb: { q4f16_1: 5106.67, q4f32_1: 5900.09 },
  },
  {
    stem: 'Qwen3-0.6B',
    name: 'Qwen3 0.6B, thinks first',
    parameters: 5.96e8,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 1403.34, q4f32_1: 1924.98, q0f16: 2220.38, q0f32: 3843.25 },
  },
  {
    stem: 'Qwen3-1.7B',
    name: 'Qwen3 1.7B, thinks first',
    parameters: 1.72e9,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 2036.66, q4f32_1: 2635.44 },
  },
  {
    stem: 'Qwen3-4B',
    name: 'Qwen3 4B, thinks first',
    parameters: 4.02e9,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 3431.59, q4f32_1: 4327.71 },
  },
  {
    stem: 'Qwen3-8B',
    name: 'Qwen3 8B, thinks first',
    parameters: 8.19e9,
    licence: 'Apache-2.0',
    isLight: false,
    memoryMb: { q4f16_1: 5695.78, q4f32_1: 6852.55 },
  },
  {
    stem: 'Llama-3.2-1B-Instruct',
    name: 'Llama 3.2 1B Instruct',
    parameters: 1.24e9,
    licence: 'Llama 3.2 Community License',
    isLight: true,
    memoryMb: { q4f16_1: 879.04, q4f32_1: 1128.82, q0f16: 2573.13, q0f32: 5106.26 },
  },
  {
    stem: 'Llama-3.2-3B-Instruct',
    name: 'Llama 3.2 3B Instruct',
    parameters: 3.21e9,
    licence: 'Llama 3.2 Community License',
    isLight: true,
    memoryMb: { q4f16_1: 2263.69, q4f32_1: 2951.51 },
  },
  {
    stem: 'Llama-3.1-8B-Instruct',
    name: 'Llama 3.1 8B Instruct',
    parameters: 8.03e9,
    licence: 'Llama 3.1 Community License',
    library: 'Llama-3_1-8B-Instruct',
    isLight: false,
    memoryMb: { q4f16_1: 5001, q4f32_1: 6101.01 },
  },
  {
    stem: 'Hermes-3-Llama-3.2-3B',
    name: 'Hermes 3 3B (Llama 3.2)',
    parameters: 3.21e9,
    licence: 'Llama 3.2 Community License',
    library: 'Llama-3.2-3B-Instruct',
    isLight: true,
    memoryMb: { q4f16_1: 2263.69, q4f32_1: 2951.51 },
  },
  {
    stem: 'Hermes-3-Llama-3.1-8B',
    name: 'Hermes 3 8B (Llama 3.1)',
    parameters: 8.03e9,
    licence: 'Llama 3.1 Community License',
    library: 'Llama-3_1-8B-Instruct',
    isLight: false,
    memoryMb: { q4f16_1: 4876.13, q4f32_1: 5779.27 },
  },
  {
    stem: 'gemma3-1b-it',
    name: 'Gemma 3 1B',
    parameters: 1e9,
    licence: 'Gemma Terms of Use',
    isLight: true,
    memoryMb: { q4f16_1: 711.07 },
  },
  {
    stem: 'gemma-2-2b-it',
    name: 'Gemma 2 2B',
    parameters: 2.61e9,
    licence: 'Gemma Terms of Use',
    isLight: false,
    memoryMb: { q4f16_1: 1895.3, q4f32_1: 2508.75 },
  },
  {
    stem: 'Phi-3.5-mini-instruct',
    name: 'Phi-3.5 mini (3.8B)',
    parameters: 3.82e9,
    licence: 'MIT',
    isLight: false,
    memoryMb: { q4f16_1: 3672.07, q4f32_1: 5483.12 },
  },
  {
    stem: 'Phi-4-mini-instruct',
    name: 'Phi-4 mini (3.8B)',
    parameters: 3.84e9,
    licence: 'MIT',
    isLight: false,
    memoryMb: { q4f16_1: 3437.58, q4f32_1: 4220.59 },
  },
  {
    stem: 'OLMo-2-0425-1B-Instruct',
    name: 'OLMo 2 1B Instruct',
    parameters: 1.48e9,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 1776.75, q4f32_1: 2453.51 },
  },
  {
    stem: 'OLMo-2-1124-7B-Instruct',
    name: 'OLMo 2 7B Instruct',
    parameters: 7.3e9,
    licence: 'Apache-2.0',
    isLight: false,
    memoryMb: { q4f16_1: 6479.01, q4f32_1: 9086.02 },
  },
  {
    stem: 'Ministral-3-3B-Instruct-2512-BF16',
    name: 'Ministral 3 3B Instruct',
    parameters: 3.43e9,
    licence: 'Apache-2.0',
    isLight: true,
    memoryMb: { q4f16_1: 2863.69, q4f32_1: 3532.37 },
  },
  {
    stem: 'Mistral-7B-Instruct-v0.3',
    name: 'Mistral 7B Instruct v0.3',
    parameters: 7.25e9,
    licence: 'Apache-2.0',
    isLight: false,
    memoryMb: { q4f16_1: 4573.39, q4f32_1: 5619.27 },
  },
  {
    stem: 'TinyLlama-1.1B-Chat-v1.0',
    name: 'TinyLlama 1.1B Chat',
    parameters: 1.1e9,
    licence: 'Apache-2.0',
    contextTokens: 2048,
    isLight: true,
    memoryMb: { q4f16_1: 697.24, q4f32_1: 839.98 },
  },
];

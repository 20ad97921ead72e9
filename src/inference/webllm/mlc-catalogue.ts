import { type MlcFamily, type Quantisation, mlcFamilies } from './mlc-families.ts';

/** A model that web-llm can run, before its files are looked up. */
export interface MlcEntry {
  /** web-llm's own name of it. */
  readonly id: string;
  readonly name: string;
  readonly purpose: 'chat' | 'embedding';
  readonly parameters: number;
  readonly licence: string;
  readonly needsF16: boolean;
  readonly memoryMb: number;
  readonly isLight: boolean;
  readonly contextTokens: number;
  /** On the Hugging Face hub. */
  readonly repository: string;
  /** Path of the model library in the repository `LIBRARY_REPOSITORY` on GitHub. */
  readonly libraryPath: string;
}

export const LIBRARY_REPOSITORY = 'mlc-ai/binary-mlc-llm-libs';
/** Libraries are compiled for one version of web-llm. */
const libraryFolder = 'web-llm-models/v0_2_86/base';

const kindNames: Readonly<Record<Quantisation, string>> = {
  q4f16_1: '4 bits, f16',
  q4f32_1: '4 bits, f32',
  q0f16: '16 bits, f16',
  q0f32: '32 bits, f32',
};

function entriesOf(family: MlcFamily): MlcEntry[] {
  const { stem, name, parameters, licence, library = stem, contextTokens = 4_096, isLight, memoryMb } = family;
  return (Object.entries(memoryMb) as [Quantisation, number][]).map(([kind, memory]) => ({
    id: `${stem}-${kind}-MLC`,
    name: `${name} (${kindNames[kind]})`,
    purpose: 'chat',
    parameters,
    licence,
    needsF16: kind.includes('f16'),
    memoryMb: memory,
    isLight,
    contextTokens,
    repository: `mlc-ai/${stem}-${kind}-MLC`,
    libraryPath: `${libraryFolder}/${library}-${kind}_cs1k-webgpu.wasm`,
  }));
}

/** Encoders, in the version that takes four texts at once: the other one takes thirty-two and three times the memory. */
const encoders = (
  [
    ['s', 3.32e7, 238.71],
    ['m', 1.09e8, 539.4],
  ] as const
).map(([size, parameters, memoryMb]): MlcEntry => ({
  id: `snowflake-arctic-embed-${size}-q0f32-MLC-b4`,
  name: `Snowflake Arctic Embed ${size.toUpperCase()} (32 bits, f32)`,
  purpose: 'embedding',
  parameters,
  licence: 'Apache-2.0',
  needsF16: false,
  memoryMb,
  isLight: true,
  contextTokens: 512,
  repository: `mlc-ai/snowflake-arctic-embed-${size}-q0f32-MLC`,
  libraryPath: `${libraryFolder}/snowflake-arctic-embed-${size}-q0f32-ctx512_cs512_batch4-webgpu.wasm`,
}));

/** All models for web-llm, without the library itself. */
export const mlcCatalogue: readonly MlcEntry[] = [...mlcFamilies.flatMap(entriesOf), ...encoders];

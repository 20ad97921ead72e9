import { packGguf } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import { ortBackend } from '../../../src/inference/ort/backend.ort.ts';
import type { Precision } from '../../../src/inference/ort/llama-graph.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { describeEngine } from '../../contracts/engine.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';

const precisions: readonly Precision[] = ['float32', 'int8'];
for (const precision of precisions)
  describeEngine(`ONNX Runtime with a random model of 0.4 MB in ${precision}`, async () => ({
    engine: createServedEngine(ortBackend({ precision }), systemClock),
    load: {
      modelId: asModelId('tiny'),
      engine: 'ort',
      model: packGguf(writeTinyGguf()),
      threads: 1,
      contextTokens: 512,
    },
  }));

import { expect, test } from 'vitest';
import { asModelId, systemClock } from '#vocabulary';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { webllmBackend } from '../../../src/inference/webllm/backend.webllm.ts';
import { describeEngine } from '../../contracts/engine.ts';
import { fetchMinilib } from './minilib.ts';
import { writeTinyMlc } from './tiny-mlc.ts';

test('R40: what follows runs on the software adapter, through real shaders', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter?.info.architecture).toBe('swiftshader');
});

describeEngine('web-llm with a self-written library', async () => ({
  engine: createServedEngine(webllmBackend(), systemClock),
  load: {
    modelId: asModelId('tiny'),
    engine: 'webllm',
    model: writeTinyMlc(await fetchMinilib()),
    threads: 1,
    contextTokens: 512,
  },
}));

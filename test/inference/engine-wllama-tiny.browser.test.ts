import { createAnyEngine, packGguf } from '#inference';
import { asModelId } from '#vocabulary';
import { describeEngine } from '../contracts/engine.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

describeEngine('wllama with a random model of 0.4 MB', async () => ({
  engine: createAnyEngine(),
  load: {
    modelId: asModelId('tiny'),
    engine: 'wllama',
    model: packGguf(writeTinyGguf()),
    threads: 1,
    contextTokens: 512,
  },
}));

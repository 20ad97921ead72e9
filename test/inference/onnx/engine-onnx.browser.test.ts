import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, type LoadRequest, packGguf } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import { onnxBackend } from '../../../src/inference/onnx/backend.ort.ts';
import { ortBackend } from '../../../src/inference/ort/backend.ort.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { describeEngine, read, valueOf } from '../../contracts/engine.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { packTinyDecoder } from './onnx-package.ts';

const load = { modelId: asModelId('tiny'), engine: 'ort', threads: 1, contextTokens: 512 } as const;

describeEngine('ONNX Runtime with an exported decoder', async () => ({
  engine: createServedEngine(onnxBackend({ device: 'cpu' }), systemClock),
  load: { ...load, model: await packTinyDecoder() },
}));

const messages = [{ role: 'user', content: 'Why is the sky blue?' }] as const;
const greedy = { messages, maxTokens: 40, temperature: 0, topP: 1, seed: 1, logProbabilities: true };

describe('an exported decoder', () => {
  let exported: Engine;
  let twin: Engine;
  beforeAll(async () => {
    exported = createServedEngine(onnxBackend({ device: 'cpu' }), systemClock);
    twin = createServedEngine(ortBackend({ precision: 'float32' }), systemClock);
    valueOf(await twin.load({ ...load, model: packGguf(writeTinyGguf()) }));
  });
  afterAll(() => Promise.all([exported.unload(), twin.unload()]));

  test.for([true, false])('R89: it says what its GGUF twin says (position_ids: %s)', async (hasPositions) => {
    valueOf(await exported.load({ ...load, model: await packTinyDecoder({ hasPositions }) }));
    const [ours, theirs] = [await read(exported, greedy), await read(twin, greedy)];
    expect(ours.text).toBe(theirs.text);
    expect(ours.end).toEqual(theirs.end);
    const request = {
      prompt: messages,
      continuations: ['the thing', 'a longer one, with commas and é', ''].map((text) => ({ text, ends: true })),
    };
    const [scores, wanted] = [valueOf(await exported.score(request)), valueOf(await twin.score(request))];
    for (const [index, { tokens, logProbabilities }] of scores.entries()) {
      expect(tokens).toEqual(wanted[index]?.tokens);
      for (const [place, value] of logProbabilities.entries())
        expect(value).toBeCloseTo(wanted[index]?.logProbabilities[place] ?? Number.NaN, 3);
    }
    const guess = { prompt: messages, candidates: ['the', 'a'] };
    const [first, second] = [valueOf(await exported.predict(guess)), valueOf(await twin.predict(guess))];
    for (const [index, value] of first.logProbabilities.entries())
      expect(value).toBeCloseTo(second.logProbabilities[index] ?? Number.NaN, 3);
  });

  test('R4: a reply does not depend on what was read before', async () => {
    valueOf(await exported.load({ ...load, model: await packTinyDecoder() }));
    const heated = { ...greedy, temperature: 1.2 };
    const alone = await read(exported, heated);
    for (const content of ['Why is the sky', 'Why is the sky blue? Why?', 'Why'])
      await read(exported, { ...greedy, messages: [{ role: 'user', content }], maxTokens: 5 });
    await exported.score({ prompt: messages, continuations: [{ text: alone.text.slice(0, 9), ends: false }] });
    expect((await read(exported, heated)).text).toBe(alone.text);
  });

  test('R89: what it cannot run is refused', async () => {
    const model = await packTinyDecoder();
    const changed = async (name: string, file: Blob | undefined): Promise<string> => {
      const files = new Map(model.files);
      if (file === undefined) files.delete(name);
      else files.set(name, file);
      const loaded = await exported.load({ ...load, model: { ...model, files } } satisfies LoadRequest);
      return loaded.ok ? 'none' : loaded.error.type;
    };
    const graph = model.files.get('onnx/model.onnx') ?? new Blob();
    expect(await changed('onnx/other.onnx', graph)).toBe('load-failed');
    expect(await changed('onnx/model.onnx', undefined)).toBe('load-failed');
    expect(await changed('onnx/model.onnx', graph.slice(0, 1000))).toBe('load-failed');
    expect(await changed('onnx/model.onnx', new Blob(['no graph']))).toBe('load-failed');
    expect(await changed('config.json', new Blob(['{}']))).toBe('load-failed');
    expect(await changed('tokenizer.json', undefined)).toBe('load-failed');
    expect(exported.facts()).toBeUndefined();
  });
});

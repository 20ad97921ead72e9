import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, packGguf } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import { onnxBackend, ortGpuBackend } from '../../../src/inference/onnx/backend.ort.ts';
import { ortBackend } from '../../../src/inference/ort/backend.ort.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { describeEngine, read, valueOf } from '../../contracts/engine.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { packTinyDecoder } from './onnx-package.ts';

const load = { modelId: asModelId('tiny'), engine: 'ort', threads: 1, contextTokens: 512 } as const;
const loadGguf = { ...load, model: packGguf(writeTinyGguf()) };

describeEngine('ONNX Runtime on the graphics processor', () =>
  Promise.resolve({ engine: createServedEngine(ortGpuBackend(), systemClock), load: loadGguf }),
);

describe('the graphics processor', () => {
  let twin: Engine;
  beforeAll(async () => {
    twin = createServedEngine(ortBackend({ precision: 'float32' }), systemClock);
    valueOf(await twin.load(loadGguf));
  });
  afterAll(() => twin.unload());

  const messages = [{ role: 'user', content: 'Why is the sky blue?' }] as const;
  const expectTwin = async (engine: Engine): Promise<void> => {
    const greedy = { messages, maxTokens: 16, temperature: 0, topP: 1, seed: 1 };
    expect((await read(engine, greedy)).text).toBe((await read(twin, greedy)).text);
    const request = { prompt: messages, continuations: [{ text: 'the thing is on', ends: true }] };
    const [[ours], [theirs]] = [valueOf(await engine.score(request)), valueOf(await twin.score(request))];
    for (const [place, value] of (ours?.logProbabilities ?? []).entries())
      expect(value).toBeCloseTo(theirs?.logProbabilities[place] ?? Number.NaN, 3);
    expect(ours?.logProbabilities).toHaveLength(theirs?.logProbabilities.length ?? -1);
  };

  test('R88: it says what the processor says, of a GGUF file', async () => {
    const engine = createServedEngine(ortGpuBackend(), systemClock);
    expect(valueOf(await engine.load(loadGguf))).toMatchObject({ device: 'gpu', stateLayers: 2 });
    await expectTwin(engine);
    const wanted = { prompt: messages, continuation: 'the thing', layer: 1 };
    const [ours, theirs] = [valueOf(await engine.states(wanted)), valueOf(await twin.states(wanted))];
    for (const [index, value] of ours.mean.entries()) expect(value).toBeCloseTo(theirs.mean[index] ?? Number.NaN, 3);
    for (const [index, value] of ours.last.entries()) expect(value).toBeCloseTo(theirs.last[index] ?? Number.NaN, 3);
    await engine.unload();
  });

  test('R88: taken away in the middle of a reply, it is asked for again, and the reply goes on', async () => {
    const startWorker = (): Worker => new Worker(new URL('./breakable-worker.ts', import.meta.url), { type: 'module' });
    const engine = createServedEngine(ortGpuBackend({ startWorker }), systemClock);
    valueOf(await engine.load(loadGguf));
    const request = { messages, maxTokens: 24, temperature: 0, topP: 1, seed: 1 };
    const whole = await read(engine, request);
    const channel = new BroadcastChannel('break the device');
    let text = '';
    let pieces = 0;
    for await (const event of engine.generate(request)) {
      if (event.type === 'error') throw new Error(event.error.message);
      if (event.type !== 'text') continue;
      text += event.text;
      if (++pieces === 3) channel.postMessage('now');
    }
    expect(pieces).toBeGreaterThan(3);
    expect(text).toBe(whole.text);
    channel.close();
    await engine.unload();
  });

  test('R89: it says what the processor says, of an exported decoder', async () => {
    const engine = createServedEngine(onnxBackend({ device: 'gpu' }), systemClock);
    valueOf(await engine.load({ ...load, model: await packTinyDecoder() }));
    await expectTwin(engine);
    await engine.unload();
  });
});

import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Engine, GenerateEvent, ModelPackage } from '#inference';
import { read, valueOf } from '../../contracts/engine.ts';
import { fetchMinilib } from './minilib.ts';
import { createWebllmEngine, loadOf } from './tiny-engine.ts';
import { type TinyMlcOptions, withFile, writeTinyMlc } from './tiny-mlc.ts';

const messages = [{ role: 'user', content: 'the rain' }] as const;
const request = { messages, maxTokens: 40, temperature: 0.8, topP: 1, seed: 3 };
const startWorker = (): Worker => new Worker(new URL('./breakable-worker.ts', import.meta.url), { type: 'module' });
const breakDevice = (): void => new BroadcastChannel('break the device').postMessage('now');

describe('web-llm in trouble', () => {
  let library: Blob;
  let engine: Engine = createWebllmEngine();
  const modelOf = (options?: TinyMlcOptions): ModelPackage => writeTinyMlc(library, options);
  beforeAll(async () => {
    library = await fetchMinilib();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await engine.unload();
  });

  /** A list of weights that says something else. */
  const withIndex = async (model: ModelPackage, change: (index: string) => string): Promise<ModelPackage> => {
    const index = (await model.files.get('tensor-cache.json')?.text()) ?? '';
    return withFile(model, 'tensor-cache.json', new Blob([change(index)]));
  };

  test('R41: damaged, short, missing and wrong files are refused by a typed error', async () => {
    const model = modelOf();
    const shard = model.files.get('params_shard_1.bin') as Blob;
    const noNumbers = new Blob([new Float32Array(shard.size / 4).fill(Number.NaN)]);
    const empty = new Blob([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)]);
    const needed = [...model.files.keys()].filter((name) => name !== 'tokenizer_config.json');
    const damaged: readonly ModelPackage[] = [
      ...needed.flatMap((name) => [withFile(model, name, undefined), withFile(model, name, new Blob(['<html>']))]),
      withFile(model, 'params_shard_1.bin', shard.slice(0, shard.size - 4)),
      withFile(model, 'params_shard_1.bin', noNumbers),
      withFile(model, 'model.wasm', library.slice(0, 10_000)),
      withFile(model, 'model.wasm', empty),
      await withIndex(model, (index) => index.replace('head.weight', 'other.weight')),
      await withIndex(model, (index) => index.replace('"shape":[512]', '"shape":[256,2]')),
      await withIndex(model, (index) => index.replace('"byteOffset":65536', '"byteOffset":65540')),
      { ...model, format: 'gguf' },
    ];
    for (const [index, wrong] of damaged.entries()) {
      const loaded = await engine.load(loadOf(wrong));
      expect([index, loaded]).toMatchObject([index, { ok: false, error: { type: 'load-failed' } }]);
      expect(engine.facts()).toBeUndefined();
    }
    expect((await engine.load(loadOf(model))).ok).toBe(true);
  });

  test('R41: a model of 16-bit numbers is refused where the processor has none, naming what to choose', async () => {
    const loaded = await engine.load(loadOf(modelOf({ quantization: 'q4f16_1' })));
    expect(loaded).toMatchObject({ ok: false, error: { type: 'unsupported', remedy: expect.stringContaining('f32') } });
  });

  test('R41: a browser without WebGPU is told so', async () => {
    const gpuless = (): Worker => new Worker(new URL('./gpuless-worker.ts', import.meta.url), { type: 'module' });
    engine = createWebllmEngine({ startWorker: gpuless });
    expect(await engine.load(loadOf(modelOf()))).toMatchObject({ ok: false, error: { type: 'unsupported' } });
    engine = createWebllmEngine();
  });

  test('R41: a cache that does not fit the memory is `out-of-memory`', async () => {
    const model = modelOf();
    const config = (await model.files.get('mlc-chat-config.json')?.text()) ?? '';
    const endless = config.replace('"context_window_size":512', `"context_window_size":${12 * 2 ** 20}`);
    const loaded = await engine.load(
      loadOf(withFile(model, 'mlc-chat-config.json', new Blob([endless])), 12 * 2 ** 20),
    );
    expect(loaded).toMatchObject({ ok: false, error: { type: 'out-of-memory' } });
    expect((await engine.load(loadOf(model))).ok).toBe(true);
  });

  test('R1: a load can be stopped midway', async () => {
    const abort = new AbortController();
    const loading = engine.load({ ...loadOf(modelOf()), signal: abort.signal });
    setTimeout(() => abort.abort(), 150);
    expect(await loading).toMatchObject({ ok: false, error: { type: 'aborted' } });
    valueOf(await engine.load(loadOf(modelOf())));
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R23: a device lost in mid-stream changes nothing of the reply', async () => {
    engine = createWebllmEngine({ startWorker });
    const facts = valueOf(await engine.load(loadOf(modelOf({ endBias: -30 }))));
    const undisturbed = await read(engine, request);
    const events: GenerateEvent[] = [];
    for await (const event of engine.generate(request)) {
      events.push(event);
      if (events.length === 5) breakDevice();
    }
    expect(events.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe(undisturbed.text);
    expect(events.at(-1)).toEqual(undisturbed.end);
    expect(engine.facts()).toEqual(facts);
  });

  test('R23: a device lost between and during scores is replaced', async () => {
    engine = createWebllmEngine({ startWorker });
    valueOf(await engine.load(loadOf(modelOf())));
    const scoring = { prompt: messages, continuations: [{ text: 'the train is on '.repeat(12), ends: true }] };
    const before = valueOf(await engine.score(scoring));
    breakDevice();
    expect(valueOf(await engine.score(scoring))[0]?.logProbabilities).toEqual(before[0]?.logProbabilities);
    let breaks = 0;
    const onProgress = (done: number): void => {
      if (done === 5 && breaks++ === 0) breakDevice();
    };
    const disturbed = await engine.score({ ...scoring, onProgress });
    expect(breaks).toBe(2);
    expect(valueOf(disturbed)[0]?.logProbabilities).toEqual(before[0]?.logProbabilities);
    await engine.load(loadOf(modelOf()));
    expect(valueOf(await engine.score(scoring))[0]?.logProbabilities).toEqual(before[0]?.logProbabilities);
  });

  test('R1: a worker that cannot start or dies leaves no model', async () => {
    engine = createWebllmEngine({ startWorker: () => new Worker('/no-such-file.js', { type: 'module' }) });
    expect(await engine.load(loadOf(modelOf()))).toMatchObject({ ok: false, error: { type: 'load-failed' } });
    let worker: Worker | undefined;
    engine = createWebllmEngine({ startWorker: () => (worker = startWorker()) });
    valueOf(await engine.load(loadOf(modelOf({ endBias: -30 }))));
    const events: GenerateEvent[] = [];
    for await (const event of engine.generate(request)) {
      events.push(event);
      if (events.length === 3) worker?.dispatchEvent(new ErrorEvent('error', { message: 'out of stack' }));
    }
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'engine-crashed' } });
    expect(engine.facts()).toBeUndefined();
  });

  test('R6: a storm of aborts leaves the engine as it was', async () => {
    engine = createWebllmEngine();
    valueOf(await engine.load(loadOf(modelOf())));
    const baseline = await read(engine, request);
    const storm = Array.from({ length: 40 }, async (_, index) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), index * 7);
      if (index % 2 === 0)
        return (await read(engine, { ...request, maxTokens: 300, signal: abort.signal })).events.at(-1);
      const continuations = [{ text: 'the rain is on the train '.repeat(8), ends: true }];
      return engine.score({ prompt: [{ role: 'user', content: `${index}` }], continuations, signal: abort.signal });
    });
    for (const outcome of await Promise.all(storm)) expect(JSON.stringify(outcome)).not.toContain('crashed');
    expect(await read(engine, request)).toEqual(baseline);
  });

  test('R9: bytes that are no text become a mark of their own and do not end a reply', async () => {
    valueOf(await engine.load(loadOf(modelOf({ byteBias: 4 }))));
    const reply = await read(engine, { ...request, logProbabilities: true });
    expect(reply.text).toContain('\ufffd');
    expect(reply.text.isWellFormed()).toBe(true);
    expect(reply.end).toMatchObject({ reason: 'length', tokens: 40 });
    const [score] = valueOf(await engine.score({ prompt: messages, continuations: [{ text: 'é漢😀', ends: true }] }));
    expect(score?.logProbabilities).toHaveLength(2 + 3 + 4 + 1);
    expect(score?.unreadTokens).toBeUndefined();
  });

  test('R7: a model that never stops ends at its limit and at the end of the context', async () => {
    valueOf(await engine.load(loadOf(modelOf({ endBias: -1e6 }), 96)));
    const limited = await read(engine, { ...request, maxTokens: 20 });
    expect(limited.end).toMatchObject({ reason: 'length', tokens: 20 });
    const endless = await read(engine, { ...request, maxTokens: 10_000 });
    expect(endless.end?.reason).toBe('length');
    expect((endless.end?.promptTokens ?? 0) + (endless.end?.tokens ?? 0)).toBe(96);
  });

  test('R3: a model that stops at once writes an empty reply', async () => {
    valueOf(await engine.load(loadOf(modelOf({ endBias: 100 }))));
    expect(await read(engine, request)).toMatchObject({ text: '', end: { reason: 'stop', tokens: 0 } });
  });

  test('R10: nothing is written to the console', async () => {
    const methods = (['debug', 'log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    valueOf(await engine.load(loadOf(modelOf())));
    await read(engine, request);
    await engine.load(loadOf(withFile(modelOf(), 'model.wasm', library.slice(0, 10_000))));
    for (const method of methods) expect(method).not.toHaveBeenCalled();
  });
});

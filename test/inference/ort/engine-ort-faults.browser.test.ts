import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Engine, type LoadRequest, packGguf } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import { ortBackend } from '../../../src/inference/ort/backend.ort.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { read, valueOf } from '../../contracts/engine.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';

const messages = [{ role: 'user', content: 'the rain' }] as const;
const request = { messages, maxTokens: 40, temperature: 0.8, topP: 1, seed: 3 };
const tiny = new Uint8Array(await writeTinyGguf().arrayBuffer());
const loadOf = (bytes: Uint8Array = tiny): LoadRequest => ({
  modelId: asModelId('tiny'),
  engine: 'ort',
  model: packGguf(new Blob([bytes as BlobPart])),
  threads: 1,
  contextTokens: 512,
});

/** The file with a text in its header replaced by one of the same length. */
function renamed(from: string, to: string): Uint8Array {
  const bytes = tiny.slice();
  const text = new TextDecoder('latin1').decode(bytes);
  expect(from).toHaveLength(to.length);
  expect(text).toContain(from);
  bytes.set(new TextEncoder().encode(to), text.indexOf(from));
  return bytes;
}

describe('ONNX Runtime in trouble', () => {
  const engine: Engine = createServedEngine(ortBackend(), systemClock);
  afterEach(async () => {
    vi.restoreAllMocks();
    await engine.unload();
  });

  test('R30: files that cannot be run are refused, each saying why, and a good one loads after them', async () => {
    const notANumber = tiny.slice();
    notANumber.set(new Uint8Array(Float32Array.of(Number.NaN).buffer), tiny.length - 4);
    const narrow = tiny.slice();
    const places = new TextDecoder('latin1').decode(narrow);
    const name = 'blk.1.ffn_up.weight';
    new DataView(narrow.buffer).setBigUint64(places.indexOf(name) + name.length + 4, 32n, true);
    for (const [bytes, why] of [
      [tiny.slice(0, tiny.length - 1000), 'ends inside its weights'],
      [tiny.slice(0, 50_000), 'ends inside'],
      [renamed('llama', 'lhama'), 'lhama'],
      [renamed('blk.1.ffn_up.weight', 'blk.1.ffn_xx.weight'), 'blk.1.ffn_up.weight'],
      [renamed('llama.block_count', 'llama.block_xxxxx'), 'sizes'],
      [narrow, '32 x 128 instead of 64 x 128'],
      [notANumber, 'no number'],
      [new TextEncoder().encode('<html>'), 'GGUF'],
      [new Uint8Array(), 'GGUF'],
    ] as const) {
      const loaded = await engine.load(loadOf(bytes));
      expect(loaded).toMatchObject({ ok: false, error: { type: 'load-failed' } });
      expect(loaded.ok ? '' : loaded.error.message).toContain(why);
      expect(engine.facts()).toBeUndefined();
    }
    valueOf(await engine.load(loadOf()));
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R33: what does not fit the memory is refused before it is read', async () => {
    const small = createServedEngine(ortBackend({ availableBytes: 1000 }), systemClock);
    const started = vi.spyOn(globalThis, 'Worker');
    expect(await small.load(loadOf())).toMatchObject({ ok: false, error: { type: 'out-of-memory' } });
    expect(started).not.toHaveBeenCalled();
  });

  test('R1: a load can be stopped midway, and another one follows', async () => {
    const abort = new AbortController();
    const loading = engine.load({ ...loadOf(), signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    expect(await loading).toMatchObject({ ok: false, error: { type: 'aborted' } });
    valueOf(await engine.load(loadOf()));
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R1: after the worker died no model is loaded, and it can be loaded again', async () => {
    const workers: Worker[] = [];
    vi.stubGlobal(
      'Worker',
      class extends Worker {
        constructor(...parameters: ConstructorParameters<typeof Worker>) {
          super(...parameters);
          workers.push(this);
        }
      },
    );
    valueOf(await engine.load(loadOf()));
    vi.unstubAllGlobals();
    const events = [];
    for await (const event of engine.generate({ ...request, maxTokens: 200 })) {
      events.push(event);
      if (events.length === 2) workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'unreachable' }));
    }
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'engine-crashed' } });
    expect(engine.facts()).toBeUndefined();
    expect(await read(engine, request)).toMatchObject({ error: { type: 'not-loaded' } });
    valueOf(await engine.load(loadOf()));
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R1: threads are used where memory may be shared, and write the same', async () => {
    valueOf(await engine.load(loadOf()));
    const alone = await read(engine, { ...request, temperature: 0 });
    const facts = valueOf(await engine.load({ ...loadOf(), threads: 2 }));
    expect(facts.threads).toBe(crossOriginIsolated ? 2 : 1);
    expect((await read(engine, { ...request, temperature: 0 })).text).toBe(alone.text);
  });

  test('R24: a schema is refused, not passed over', async () => {
    valueOf(await engine.load(loadOf()));
    expect(await read(engine, { ...request, schema: '{}' })).toMatchObject({ error: { type: 'unsupported' } });
  });

  test('R6: a storm of aborts leaves an engine that works', async () => {
    valueOf(await engine.load(loadOf()));
    const calm = (await read(engine, request)).text;
    const storm = Array.from({ length: 12 }, async (_, index) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), index * 7);
      if (index % 2 === 0) return read(engine, { ...request, maxTokens: 300, signal: abort.signal });
      const continuations = [{ text: 'the rain is on the train '.repeat(8), ends: true }];
      return engine.score({ prompt: messages, continuations, signal: abort.signal });
    });
    await Promise.all(storm);
    expect((await read(engine, request)).text).toBe(calm);
  });

  test('R9: a model that writes broken bytes writes text all the same', async () => {
    valueOf(await engine.load({ ...loadOf(), model: packGguf(writeTinyGguf({ byteBias: 8 })) }));
    const reply = await read(engine, request);
    expect(reply.error).toBeUndefined();
    expect(reply.end?.tokens).toBeGreaterThan(0);
    expect(reply.text).toContain('\ufffd');
    expect(reply.text.isWellFormed()).toBe(true);
  });

  test('R34: long and many texts score as they do alone', async () => {
    valueOf(await engine.load(loadOf()));
    const texts = ['the rain '.repeat(30), 'a', 'the train is on ', 'the rain '.repeat(30).slice(0, 40), ''];
    const score = async (some: readonly string[]) =>
      valueOf(await engine.score({ prompt: messages, continuations: some.map((text) => ({ text, ends: true })) }));
    const together = await score(texts);
    for (const [index, text] of texts.entries()) {
      const [alone] = await score([text]);
      expect(together[index]?.tokens).toEqual(alone?.tokens);
      for (const [place, value] of (alone?.logProbabilities ?? []).entries())
        expect(Math.abs(value - (together[index]?.logProbabilities[place] as number))).toBeLessThan(0.001);
    }
  });

  test('R10: nothing is written to the console', async () => {
    const methods = (['debug', 'log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    valueOf(await engine.load(loadOf()));
    await read(engine, request);
    await engine.load(loadOf(tiny.slice(0, 50_000)));
    for (const method of methods) expect(method).not.toHaveBeenCalled();
  });
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Engine, type LoadRequest, createAnyEngine, packGguf } from '#inference';
import { asModelId } from '#vocabulary';
import { read, valueOf } from '../contracts/engine.ts';
import { type TinyGgufOptions, writeTinyGguf } from './tiny-gguf.ts';

const messages = [{ role: 'user', content: 'the rain' }] as const;
const request = { messages, maxTokens: 40, temperature: 0.8, topP: 1, seed: 3 };
const loadOf = (options?: TinyGgufOptions): LoadRequest => ({
  modelId: asModelId('tiny'),
  engine: 'wllama',
  model: packGguf(writeTinyGguf(options)),
  threads: 1,
  contextTokens: 512,
});

describe('wllama in trouble', () => {
  const engine: Engine = createAnyEngine();
  afterEach(async () => {
    vi.restoreAllMocks();
    await engine.unload();
  });

  test('R9: bytes that are no text do not end a reply', async () => {
    valueOf(await engine.load(loadOf({ byteBias: 3 })));
    const posted = vi.spyOn(Worker.prototype, 'postMessage');
    const reply = await read(engine, request);
    const completions = posted.mock.calls.filter(([message]) => message.args?.[0] === 'completion');
    // It happened: the library had to be asked again.
    expect(completions.length).toBeGreaterThan(1);
    expect(reply.error).toBeUndefined();
    expect(reply.end?.tokens).toBeGreaterThan(0);
    expect(reply.text.isWellFormed()).toBe(true);
    expect((await read(engine, request)).text).toBe(reply.text);
  });

  test('R8: where the likeliest token is no text, the token is counted as unread and the next ones are scored', async () => {
    valueOf(await engine.load(loadOf({ byteBias: 1.2 })));
    const text = 'the rain is on the train and the thing is to be on the train';
    const [score] = valueOf(await engine.score({ prompt: messages, continuations: [{ text, ends: true }] }));
    const all = valueOf(engine.countTokens(text)) + 1;
    expect(score?.unreadTokens).toBeGreaterThan(0);
    expect(score?.tokens.length).toBeGreaterThan(0);
    expect((score?.tokens.length ?? 0) + (score?.unreadTokens ?? 0)).toBe(all);
  });

  test('R1: a damaged file is refused', async () => {
    const weights = writeTinyGguf();
    for (const damaged of [weights.slice(0, 50_000), new Blob(['GGUF']), new Blob(['<html>']), new Blob([])]) {
      const loaded = await engine.load({ ...loadOf(), model: packGguf(damaged) });
      expect(loaded).toMatchObject({ ok: false, error: { type: 'load-failed' } });
      expect(engine.facts()).toBeUndefined();
    }
    expect(await engine.load(loadOf({ withTemplate: false }))).toMatchObject({ error: { type: 'load-failed' } });
    expect((await engine.load(loadOf())).ok).toBe(true);
  });

  test('R1: a load can be stopped midway', async () => {
    const abort = new AbortController();
    const loading = engine.load({ ...loadOf(), signal: abort.signal });
    abort.abort();
    expect(await loading).toMatchObject({ ok: false, error: { type: 'aborted' } });
    valueOf(await engine.load(loadOf()));
    abort.abort();
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R1: after a crash of the library no model is loaded, and it can be loaded again', async () => {
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
    const crash = { verb: 'signal.abort', args: ['abort', 'RuntimeError: unreachable', '', null] };
    const events = [];
    for await (const event of engine.generate({ ...request, maxTokens: 200 })) {
      events.push(event);
      if (events.length === 2) workers[0]?.dispatchEvent(new MessageEvent('message', { data: crash }));
    }
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'engine-crashed' } });
    expect(engine.facts()).toBeUndefined();
    expect(await read(engine, request)).toMatchObject({ error: { type: 'not-loaded' } });
    valueOf(await engine.load(loadOf()));
    expect((await read(engine, request)).end?.tokens).toBeGreaterThan(0);
  });

  test('R1: threads are used where memory may be shared, else one', async () => {
    const facts = valueOf(await engine.load({ ...loadOf(), threads: 2 }));
    expect(facts.threads).toBe(crossOriginIsolated ? 2 : 1);
    expect((await read(engine, { ...request, maxTokens: 3 })).end?.tokens).toBeGreaterThan(0);
  });

  test('R9: a library that hoards the state of old prompts is replaced between requests', async () => {
    const frugal = createAnyEngine({ wllama: { keptStateLimitBytes: 1 } });
    const facts = valueOf(await frugal.load(loadOf()));
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    const replies = [await read(frugal, request)];
    const second = read(frugal, request);
    expect(frugal.facts()).toEqual(facts);
    replies.push(await second);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(replies[1]?.text).toBe(replies[0]?.text);
    expect(frugal.facts()).toEqual(facts);
    await frugal.unload();
  });

  test('R10: nothing is written to the console', async () => {
    const methods = (['debug', 'log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    valueOf(await engine.load(loadOf({ byteBias: 3 })));
    await read(engine, request);
    await engine.load({ ...loadOf(), model: packGguf(writeTinyGguf().slice(0, 50_000)) });
    for (const method of methods) expect(method).not.toHaveBeenCalled();
  });
});

test('R24: llama.cpp follows a schema even with random weights', async () => {
  const engine = createAnyEngine();
  try {
    valueOf(await engine.load(loadOf()));
    const schema = JSON.stringify({ type: 'object', properties: { n: { enum: [1, 2] } }, required: ['n'] });
    const reply = await read(engine, {
      messages: [{ role: 'user', content: 'One or two?' }],
      maxTokens: 40,
      temperature: 1,
      topP: 1,
      seed: 3,
      schema,
    });
    expect(JSON.parse(reply.text)).toMatchObject({ n: expect.toBeOneOf([1, 2]) });
  } finally {
    await engine.unload();
  }
});

import { describe, expect, test } from 'vitest';
import { type Engine, type GenerateRequest, type LoadRequest, packGguf } from '#inference';
import { asModelId, err, failure, ok, systemClock } from '#vocabulary';
import type { Backend } from '../../../src/inference/serving/backend.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { read, valueOf } from '../../contracts/engine.ts';

const load: LoadRequest = {
  modelId: asModelId('letters'),
  engine: 'wllama',
  model: packGguf(new Blob()),
  threads: 1,
  contextTokens: 64,
};
const ask: GenerateRequest = {
  messages: [{ role: 'user', content: 'abc' }],
  maxTokens: 10,
  temperature: 0,
  topP: 1,
  seed: 1,
};
const lost = failure('device-lost', 'The graphics processor was lost.');
const text = 'rain falls';

/** A library whose tokens are characters; `lossAt[n]` is how many characters its n-th start writes before its device goes. */
function openLetters(lossAt: readonly number[], textOfStart: (start: number) => string = () => text) {
  const starts: { exited: boolean }[] = [];
  const engine = createServedEngine(async () => {
    const start = starts.length;
    const state = { exited: false };
    starts.push(state);
    let isLost = false;
    const lose = () => {
      isLost = true;
      return lost;
    };
    const backend: Backend = {
      facts: {
        kind: 'wllama',
        engine: 'letters',
        device: 'gpu',
        threads: 1,
        contextTokens: load.contextTokens,
        vocabularySize: 256,
        canEmbed: false,
        stateLayers: 0,
        memoryBytes: 0,
      },
      language: {
        tokeniser: ok({
          encode: (plain) => [...plain].map((letter) => letter.charCodeAt(0)),
          encodePrompt: (plain) => [...plain].map((letter) => letter.charCodeAt(0)),
          bytesOf: (token) => Uint8Array.of(token),
          longestToken: 1,
        }),
        template: {
          render: (prompt) => ok('plain' in prompt ? prompt.plain : prompt.map(({ content }) => content).join('|')),
        },
        endToken: 0,
      },
      async generate(_, { maxTokens }, signal, emit) {
        const letters = [...textOfStart(start)].slice(0, maxTokens);
        for (const [index, letter] of letters.entries()) {
          if (index === lossAt[start]) return emit({ type: 'error', error: lose() });
          if (signal.aborted) return emit({ type: 'end', reason: 'aborted', promptTokens: 3, tokens: index });
          emit({ type: 'text', text: letter, tokens: index + 1 });
        }
        emit({ type: 'end', reason: 'stop', promptTokens: 3, tokens: letters.length });
      },
      score: async (_, texts) =>
        lossAt[start] === undefined
          ? ok(texts.map(({ tokens }) => ({ tokens, logProbabilities: tokens.map(() => -1), evaluatedTokens: 1 })))
          : err(lose()),
      predict: async () => err(failure('unsupported', 'No.')),
      isDead: () => false,
      mustBeReplaced: () => isLost,
      exit: async () => void (state.exited = true),
    };
    return ok(backend);
  }, systemClock);
  return { engine, starts };
}

async function loaded(
  ...[lossAt, textOfStart]: Parameters<typeof openLetters>
): Promise<ReturnType<typeof openLetters>> {
  const letters = openLetters(lossAt, textOfStart);
  valueOf(await letters.engine.load(load));
  return letters;
}

const score = (engine: Engine) =>
  engine.score({ prompt: { plain: 'a' }, continuations: [{ text: 'bc', ends: false }] });

describe('a lost device', () => {
  test('R23: a reply goes on where it broke, without a word twice', async () => {
    const { engine, starts } = await loaded([4]);
    const reply = await read(engine, ask);
    expect(reply.text).toBe(text);
    expect(reply.end).toMatchObject({ reason: 'stop', tokens: text.length });
    expect(starts).toEqual([{ exited: true }, { exited: false }]);
  });

  test('R23: a second reply that begins otherwise is an error, not a mixture', async () => {
    const { engine } = await loaded([4], (start) => (start === 0 ? text : 'snow falls'));
    const reply = await read(engine, ask);
    expect(reply.error?.type).toBe('device-lost');
    expect(reply.text).toBe('rain');
  });

  test('R23: the requests behind it are served by the new backend', async () => {
    const { engine, starts } = await loaded([2]);
    const [first, second, third] = await Promise.all([read(engine, ask), score(engine), read(engine, ask)]);
    expect([first.text, third.text]).toEqual([text, text]);
    expect(valueOf(second)[0]?.tokens).toHaveLength(2);
    expect(starts).toHaveLength(2);
    expect(engine.facts()?.modelId).toBe(load.modelId);
  });

  test('R23: a score is read once more; lost again, it fails and the model stays', async () => {
    const once = await loaded([0]);
    expect((await score(once.engine)).ok).toBe(true);
    const twice = await loaded([0, 0]);
    expect(await score(twice.engine)).toMatchObject({ ok: false, error: { type: 'device-lost' } });
    expect((await score(twice.engine)).ok).toBe(true);
    expect(twice.starts.map(({ exited }) => exited)).toEqual([true, true, false]);
  });

  test('R23: a reply that loses its device twice ends with that error', async () => {
    const { engine } = await loaded([4, 6]);
    expect(await read(engine, ask)).toMatchObject({ text: 'rain f', error: { type: 'device-lost' } });
  });
});

test('R1: a request that needs what the backend lacks is refused and leaves the model', async () => {
  const { engine } = await loaded([]);
  const states = { prompt: { plain: 'a' }, continuation: 'b', layer: 1 };
  expect(await engine.states(states)).toMatchObject({ ok: false, error: { type: 'unsupported' } });
  expect(await engine.embed(['a'])).toMatchObject({ ok: false, error: { type: 'unsupported' } });
  expect((await read(engine, ask)).text).toBe(text);
});

test('R10: with each load speed is unknown again', async () => {
  let starts = 0;
  const engine = createServedEngine(async (_, gauge) => {
    if (starts++ === 0) gauge.recordDecode(10, 100);
    return err(failure('load-failed', 'No.'));
  }, systemClock);
  await engine.load(load);
  expect(engine.speed().decodeTokensPerSecond).toBeCloseTo(100);
  await engine.load(load);
  expect(engine.speed().decodeTokensPerSecond).toBeUndefined();
});

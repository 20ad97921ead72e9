import { expect, test } from 'vitest';
import { packGguf } from '#inference';
import { asModelId, createVirtualClock, failure, systemClock } from '#vocabulary';
import { createScriptedEngine } from '../contracts/engine.scripted.ts';
import { describeEngine, read, valueOf } from '../contracts/engine.ts';

const load = {
  modelId: asModelId('scripted'),
  engine: 'wllama' as const,
  model: packGguf(new Blob([])),
  threads: 1,
  contextTokens: 256,
};
const request = {
  messages: [{ role: 'user', content: 'Why?' }],
  maxTokens: 50,
  temperature: 0,
  topP: 1,
  seed: 0,
} as const;

describeEngine('scripted', async () => ({ engine: createScriptedEngine({ clock: systemClock }), load }));

test('R21: the script says what is said, what is likely and how long it takes', async () => {
  const clock = createVirtualClock();
  const engine = createScriptedEngine({
    clock,
    reply: () => 'one two three',
    logProbability: (_prompt, before, word) => (word === ' two' ? -0.5 : -1 - before.length),
    prefillTokensPerSecond: 8,
    decodeTokensPerSecond: 2,
  });
  valueOf(await engine.load(load));
  let isDone = false;
  const reply = read(engine, request).finally(() => (isDone = true));
  await clock.advance(2499);
  expect(isDone).toBe(false);
  await clock.advance(1);
  expect((await reply).text).toBe('one two three');
  const scoring = engine.score({ prompt: request.messages, continuations: [{ text: 'a two', ends: true }] });
  await clock.advance(10_000);
  expect(valueOf(await scoring)[0]?.logProbabilities).toEqual([-1, -0.5, -3]);
});

test('R21: a script may refuse to load', async () => {
  const loadError = failure('out-of-memory', 'No.');
  const engine = createScriptedEngine({ clock: systemClock, loadError });
  expect(await engine.load(load)).toEqual({ ok: false, error: loadError });
});

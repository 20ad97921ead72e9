import { beforeAll, describe, expect, test } from 'vitest';
import { createAnyEngine, defaultModel, packGguf } from '#inference';
import { describeEngine, read, valueOf } from '../contracts/engine.ts';
import { startRuntime } from '../../src/inference/wllama/runtime.wllama.ts';
import { fetchRealModel, realModelIsHere } from './real-model.ts';
import reference from './reference-scores.json' with { type: 'json' };

const open = async () => ({
  engine: createAnyEngine(),
  load: {
    modelId: defaultModel.id,
    engine: 'wllama' as const,
    model: packGguf(await fetchRealModel()),
    threads: 1,
    contextTokens: 512,
  },
});

test.runIf(!realModelIsHere)(`${defaultModel.name} is tried`, (context) => {
  context.skip('The model file is not here; "npm start" fetches it.');
});

describe.runIf(realModelIsHere)('with the default model', () => {
  describeEngine(`wllama with ${defaultModel.name}`, open, { isSlow: true });

  let subject: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    subject = await open();
    valueOf(await subject.engine.load(subject.load));
    return () => subject.engine.unload();
  });

  test('R3: it answers in English', async () => {
    const reply = await read(subject.engine, {
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
      maxTokens: 10,
      temperature: 0,
      topP: 1,
      seed: 0,
    });
    expect(reply.text).toContain('The capital of France is Paris');
    expect(reply.end?.promptTokens).toBe(37);
  });

  test('R8: log probabilities agree with an independent forward pass within quantisation', async () => {
    for (const { prompt, continuations } of reference.cases) {
      const scores = valueOf(
        await subject.engine.score({
          prompt: [{ role: 'user', content: prompt }],
          continuations: continuations.map(({ text }) => ({ text, ends: true })),
        }),
      );
      for (const [index, { tokens, logProbabilities }] of continuations.entries()) {
        expect(scores[index]?.tokens).toEqual(tokens);
        const difference = (place: number): number =>
          Math.abs((scores[index]?.logProbabilities[place] as number) - (logProbabilities[place] as number));
        const differences = tokens.map((_, place) => difference(place));
        const mean = sum(differences) / differences.length;
        expect(mean).toBeLessThan(reference.tolerance.meanNats);
        expect(Math.max(...differences)).toBeLessThan(reference.tolerance.tokenNats);
      }
    }
  });

  test('R8: a token that is part of a character is left out, and the text after it is scored', async () => {
    const [score] = valueOf(
      await subject.engine.score({
        prompt: [{ role: 'user', content: 'Say hello.' }],
        continuations: [{ text: 'Hello 😀! Good day.', ends: true }],
      }),
    );
    expect(score?.unreadTokens).toBe(2);
    expect(score?.tokens).toEqual([19556, 17, 6422, 1194, 30, 2]);
  });

  test('R8: tokens are forced by their ids: the same text as a grammar of text would be another figure', async () => {
    const plain = 'Question: What is the capital of Spain?\nAnswer:';
    const text = ' Madrid';
    const [score] = valueOf(await subject.engine.score({ prompt: { plain }, continuations: [{ text, ends: false }] }));
    const byIds = sum(score?.logProbabilities ?? []);

    const runtime = await startRuntime({
      weights: await fetchRealModel(),
      threads: 1,
      contextTokens: 512,
      keptStateLimitBytes: 2 ** 29,
    });
    if (!runtime.ok) throw new Error(runtime.error.message);
    try {
      const written: number[] = [];
      await runtime.value.run(
        { prompt: plain, grammar: `root ::= "${text}"`, max_tokens: 20, temperature: 0, logprobs: 1, n_probs: 1 },
        new AbortController().signal,
        (chunk) => written.push(...(chunk.choices[0]?.logprobs?.content ?? []).map(({ logprob }) => logprob)),
      );
      // The sampler takes the likeliest token that begins the text, not those that the model was trained to write it with.
      expect(written.length).toBeGreaterThan(score?.tokens.length ?? 0);
      expect(Math.abs(sum(written) - byIds)).toBeGreaterThan(3);
    } finally {
      await runtime.value.exit();
    }
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

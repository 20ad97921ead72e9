import { describe, expect, test } from 'vitest';
import { err, failure, ok } from '#vocabulary';
import { lookUpWords } from '../../../src/judging/readings/word-lifts.ts';
import { createScriptedScorer } from '../scorer.scripted.ts';

describe('looking words up', () => {
  test('R24: a lift is what the question adds to the likelihood of a word', async () => {
    const scorer = createScriptedScorer({ lift: (word) => (word === 'Paris' ? 5 : 0) });
    const looked = await lookUpWords(scorer, 'What is the capital of France?', ['Paris', 'Lyon']);
    expect(looked).toMatchObject({ ok: true, value: { evaluatedTokens: 20 } });
    expect(looked.ok && [...looked.value.lifts]).toEqual([
      ['Paris', 5],
      ['Lyon', 0],
    ]);
    expect(scorer.predictions).toHaveLength(2);
  });

  test('R24: a number is looked up after the blank before it', async () => {
    const scorer = createScriptedScorer({ lift: (word) => (word === '54' ? 3 : word === '' ? 1 : 0) });
    const looked = await lookUpWords(scorer, 'What is 9 times 6?', ['54', '45', 'about']);
    expect(looked.ok && [...looked.value.lifts]).toEqual([
      ['54', 4],
      ['45', 1],
      ['about', 0],
    ]);
    expect(scorer.predictions.map(({ candidates }) => candidates)).toEqual([
      [' ', ' about'],
      ['54', '45'],
      [' ', ' about'],
      ['54', '45'],
    ]);
  });

  test('R24: what the model does not even report counts as its least likely token', async () => {
    const scorer = createScriptedScorer({
      predicted: ({ candidates }) => {
        const logProbabilities = candidates.map((word) => (word === ' Paris' ? -1 : undefined));
        return ok({ logProbabilities, floor: -9, evaluatedTokens: 3 });
      },
    });
    const looked = await lookUpWords(scorer, 'Where?', ['Paris', 'Lyon']);
    expect(looked.ok && looked.value.lifts.get('Lyon')).toBe(0);
  });

  test.each([
    ['NaN', ok({ logProbabilities: [0, Number.NaN], floor: -9, evaluatedTokens: 1 })],
    ['a probability above one', ok({ logProbabilities: [-1, 1], floor: -9, evaluatedTokens: 1 })],
    ['too few values', ok({ logProbabilities: [-1], floor: -9, evaluatedTokens: 1 })],
    ['an endless floor', ok({ logProbabilities: [-1, -1], floor: Number.NEGATIVE_INFINITY, evaluatedTokens: 1 })],
    ['its own failure', err(failure('out-of-memory', 'No memory.'))],
  ])('R14: a scorer that gives %s fails with a typed error', async (_, reply) => {
    const looked = await lookUpWords(createScriptedScorer({ predicted: () => reply }), 'Where?', ['Paris']);
    expect(looked).toMatchObject({ ok: false, error: { message: expect.stringMatching(/./u) } });
  });
});

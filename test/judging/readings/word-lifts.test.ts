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

  test('R24: of a word that is likely to begin an answer the rest is looked at too, and counts by a fifth', async () => {
    const lift = (word: string): number => ({ sleep: 3, sleeped: 3, '54': 4, cat: 1 })[word] ?? 0;
    const scorer = createScriptedScorer({ lift, restOf: (word) => (word === 'sleeped' ? -1 : -0.1) });
    const looked = await lookUpWords(scorer, 'What is the past of sleep?', ['sleep', 'sleeped', 'cat', '54']);
    const lifts = looked.ok ? looked.value.lifts : new Map<string, number>();
    // The scripted model has a token a character, the blank before a word included.
    expect(lifts.get('sleep')).toBeCloseTo(3 - 0.2 * 5 * 0.1);
    expect(lifts.get('sleeped')).toBeCloseTo(3 - 0.2 * 7);
    expect(lifts.get('54')).toBeCloseTo(4 - 0.2 * 0.1);
    expect(lifts.get('cat')).toBe(1);
    expect(scorer.wholes.map(({ continuations }) => continuations.map(({ text }) => text))).toEqual([
      ['54'],
      [' sleep', ' sleeped'],
    ]);
  });

  test('R24: a word of more than 12 tokens is as unlikely as can be and never scored', async () => {
    const word = 'Donaudampfschiff';
    const scorer = createScriptedScorer({ lift: () => 6 });
    const looked = await lookUpWords(scorer, 'Which ship?', [word]);
    expect(looked.ok && looked.value.lifts.get(word)).toBe(6 - 5);
    expect(scorer.wholes).toEqual([]);
  });

  test("R17: a word that the engine cannot read counts by its beginning; R14: other failures are the engine's", async () => {
    const lookUp = (whole: NonNullable<Parameters<typeof createScriptedScorer>[0]>['whole'] & object) =>
      lookUpWords(createScriptedScorer({ lift: () => 4, whole }), 'Who?', ['Bohr']);
    const liftIn = async (whole: Parameters<typeof lookUp>[0]): Promise<number | undefined> => {
      const looked = await lookUp(whole);
      return looked.ok ? looked.value.lifts.get('Bohr') : undefined;
    };
    const unread = { tokens: [1], logProbabilities: [-1], unreadTokens: 1, evaluatedTokens: 2 };
    expect(await liftIn(() => ok([unread]))).toBe(4);
    expect(await liftIn(() => err(failure('unsupported', 'Not this text.')))).toBe(4);
    const scored = { tokens: [1, 2], logProbabilities: [-1, Number.NEGATIVE_INFINITY], evaluatedTokens: 2 };
    expect(await liftIn(() => ok([scored]))).toBe(4 - 5);
    expect(await lookUp(() => err(failure('engine-crashed', 'Gone.')))).toMatchObject({ error: { message: 'Gone.' } });
    for (const scores of [
      [],
      [{ ...scored, logProbabilities: [-1, Number.NaN] }],
      [{ ...scored, logProbabilities: [-1, 2] }],
    ])
      expect(await lookUp(() => ok(scores))).toMatchObject({ ok: false, error: { type: 'malformed' } });
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

import { describe, expect, test } from 'vitest';
import { answerWords, readAgreement, readCloze } from '../../../src/judging/readings/cloze.ts';

const QUESTION = 'What is the capital of France?';
const lifts = new Map(Object.entries({ Paris: 6, Lyon: 2, capital: 0, France: 1, fine: -2 }));

describe('cloze', () => {
  test('R24: the words that may answer are those with a meaning of their own, as written, each once', () => {
    expect(answerWords(QUESTION, 'The capital of France is Paris, and Paris is fine.')).toEqual([
      'capital',
      'France',
      'Paris',
      'fine',
    ]);
    expect(answerWords('法国的首都？', '巴黎。')).toEqual(['巴', '黎']);
    expect(answerWords(QUESTION, 'It is the one that is.')).toEqual([]);
  });

  test('R24: what repeats the question word for word has no words, so that restating it earns nothing', () => {
    expect(answerWords(QUESTION, `You ask: WHAT IS THE CAPITAL OF FRANCE? Paris.`)).toEqual(['ask', 'Paris']);
    expect(answerWords(QUESTION, `${QUESTION} ${QUESTION}`)).toEqual([]);
  });

  test('R24: a list of guesses has no more chances than the first 24 words', () => {
    const guesses = Array.from({ length: 500 }, (_, index) => `guess${index}`);
    expect(answerWords(QUESTION, guesses.join(' '))).toEqual(guesses.slice(0, 24));
  });

  test('R24: read is the best lift of any word, and of those that the question lacks', () => {
    const read = (answer: string) => readCloze(QUESTION, answer, lifts);
    expect(read('The capital of France is Lyon.')).toEqual({ any: 2, fresh: 2 });
    expect(read('The capital of France is fine.')).toEqual({ any: 1, fresh: -2 });
    expect(read('It is in France.')).toEqual({ any: 1, fresh: -4 });
    expect(read('It is what it is.')).toEqual({ any: -4, fresh: -4 });
  });

  test('R24: a list of words is read as all of them, so that guessing more does not pay', () => {
    const list = readCloze(QUESTION, 'Paris, Lyon, fine, Rome, Berlin, Bonn, Bern, Oslo', lifts);
    expect(list.any).toBeCloseTo((6 + 2 - 2 - 5 * 4) / 8, 12);
    // Sentences with commas are none.
    const prose = 'Paris, the capital of France, is old, large, lively, and, as many say, fine.';
    expect(readCloze(QUESTION, prose, lifts).any).toBe(6);
  });
});

describe('agreement', () => {
  const read = (answers: string[][], others: string[][] = []): number[] => readAgreement(answers, others, lifts);

  test('R25: answers agree as far as they share words that may answer', () => {
    const [paris, alsoParis, lyon] = read([['Paris', 'fine'], ['Paris', 'capital'], ['Lyon']]) as [
      number,
      number,
      number,
    ];
    expect(paris).toBeGreaterThan(lyon);
    expect(alsoParis).toBeGreaterThan(lyon);
    expect(lyon).toBe(0);
    // Sharing a word that cannot be the answer is worth next to nothing.
    expect(
      read([
        ['Paris', 'fine'],
        ['Lyon', 'fine'],
      ])[0],
    ).toBeLessThan(0.05);
  });

  test('R25: agreement is 1 for the same words, 0 for a lone answer, and says nothing about two answers', () => {
    expect(read([['Paris'], ['paris']])).toEqual([1, 1]);
    expect(read([['Paris']])).toEqual([0]);
    expect(read([[], []])).toEqual([0, 0]);
    const [a, b] = read([
      ['Paris', 'fine'],
      ['Lyon', 'fine'],
    ]);
    expect(a).toBe(b);
  });

  test('R25: answers of the round that are not judged here count too', () => {
    expect(read([['Paris'], ['Lyon']], [['Lyon'], ['Lyon']])).toEqual([0, expect.closeTo(2 / 3, 12)]);
  });

  test('R8: the order of answers changes no bit', () => {
    const answers = [
      ['Paris', 'fine'],
      ['Lyon', 'France'],
      ['Paris', 'Lyon'],
      ['capital', 'Paris', 'France'],
    ];
    const straight = read(answers);
    const turned = read(answers.toReversed());
    expect(turned.toReversed()).toEqual(straight);
  });
});

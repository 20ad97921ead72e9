import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { type CheckableQuestion, extractFinalAnswer } from '../../../src/judging/gold/checkable.ts';
import { questionFamilies } from '../../../src/judging/gold/families/registry.ts';
import { arbitraryHostileText } from '../hostile-text.arbitrary.ts';

const SEEDS = ['one', 'two', 'three', 'four'];
const COUNT = 120;
const made = (family: (typeof questionFamilies)[number]['family'], seed: string): CheckableQuestion[] =>
  family.make(createSeededRandom(seed), COUNT);

describe.each(questionFamilies.map((registered) => [registered.family.name, registered.family] as const))(
  '%s',
  (name, family) => {
    test('R20: right answers are extracted as right, slips as wrong', () => {
      for (const seed of SEEDS)
        for (const question of made(family, seed)) {
          const wrong = question.slips.map((slip) => extractFinalAnswer(question, slip));
          const isSound =
            question.family === name &&
            extractFinalAnswer(question, question.right) === question.answer &&
            wrong.every((answer) => answer !== undefined && answer !== question.answer) &&
            new Set(wrong).size === wrong.length &&
            wrong.length >= 2 &&
            wrong.length <= 4;
          expect({ isSound, ...question, wrong }).toEqual({ isSound: true, ...question, wrong });
        }
    });

    test('R20: same seed, same questions, none twice', () => {
      for (const seed of SEEDS) {
        const questions = made(family, seed);
        expect(JSON.stringify(made(family, seed))).toBe(JSON.stringify(questions));
        expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
        expect(questions.length).toBeGreaterThanOrEqual(20);
      }
      expect(made(family, 'one')).not.toEqual(made(family, 'two'));
    });

    test('how long an answer is does not tell whether it is right', () => {
      let [right, wrong, shorter, longer] = [0, 0, 0, 0];
      for (const question of SEEDS.flatMap((seed) => made(family, seed)))
        for (const slip of question.slips) {
          right += question.right.length;
          wrong += slip.length;
          shorter += slip.length < question.right.length ? 1 : 0;
          longer += slip.length > question.right.length ? 1 : 0;
        }
      expect(Math.abs(right / wrong - 1)).toBeLessThan(0.04);
      expect(Math.abs(shorter - longer) / (shorter + longer + 1)).toBeLessThan(0.5);
    });

    test('R20: any text gets a final answer or none, and soon', () => {
      const [question] = made(family, 'one') as [CheckableQuestion];
      fc.assert(
        fc.property(arbitraryHostileText, fc.nat(300), (text, times) => {
          const answer = extractFinalAnswer(question, (text + question.right).repeat(times));
          expect(['string', 'undefined']).toContain(typeof answer);
        }),
        { numRuns: 30 },
      );
    });
  },
);

test('R20: the worst texts are read within a second', () => {
  const worst = [
    '"',
    "'",
    '`',
    '[',
    '[[',
    '**',
    '1,',
    '1 ',
    '1.1.',
    'a ',
    'a, ',
    'a-',
    'a. ',
    '? ',
    '?"',
    '1. x\n',
    'ﷺ',
    '𝟙',
    'so ',
    'is ',
    'is is a ',
    'not the ',
    'hundred and ',
    '\ud800',
    '\u0301',
    '  ',
  ];
  const questions = questionFamilies.map(({ family }) => made(family, 'one')[0] as CheckableQuestion);
  for (const piece of worst)
    for (const question of questions) {
      const text = piece.repeat(Math.ceil(3_300 / piece.length));
      // Catastrophic backtracking takes minutes every time, a busy machine seconds now and then.
      const isSoon = [1, 2, 3, 4].some(() => {
        const started = performance.now();
        extractFinalAnswer(question, text);
        return performance.now() - started < 1_000;
      });
      expect({ piece, isSoon }).toEqual({ piece, isSoon: true });
    }
});

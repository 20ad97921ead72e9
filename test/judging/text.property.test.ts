import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { screenAnswer } from '../../src/judging/screening/screening.ts';
import {
  MAX_ANSWER_BYTES,
  MAX_QUESTION_BYTES,
  backwardPrompt,
  clozePrompt,
  forwardPrompt,
  prepareText,
  unpromptedPrompt,
  yesNoPrompt,
} from '../../src/judging/readings/prompts.ts';
import { arbitraryHostileText } from './hostile-text.arbitrary.ts';
import { messagesOf } from './scorer.scripted.ts';
import { capText, neutraliseText, templateMarksOf } from '../../src/judging/text.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('hostile text', () => {
  test('R5: no template mark, control character or lone surrogate reaches a prompt', () => {
    fc.assert(
      fc.property(arbitraryHostileText, (text) => {
        const neutral = neutraliseText(text);
        expect(templateMarksOf(neutral)).toEqual([]);
        expect(neutral).not.toMatch(/<\||\|>/u);
        expect(neutral).not.toMatch(/(?![\t\n])\p{Cc}|\p{Bidi_Control}/u);
        expect(neutral.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('R5: ordinary text passes unchanged', () => {
    for (const text of [
      'The capital is Paris.',
      'if (a < b || c > d)\n\treturn;',
      'می‌خواهم',
      '👩‍👩‍👧 family',
      'naïve — “quoted”',
      '日本語',
    ])
      expect(neutraliseText(text)).toBe(text);
  });

  test('R6: a cut is the longest beginning that fits, between code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, maxBytes) => {
        const { text: cut, capped } = capText(text, maxBytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(bytesOf(cut)).toBeLessThanOrEqual(maxBytes);
        expect(capped).toBe(cut !== text);
        const next = [...text.slice(cut.length)][0];
        if (next !== undefined) expect(bytesOf(cut + next)).toBeGreaterThan(maxBytes);
      }),
    );
  });

  test('R6: prompts are bounded whatever the question and answer', () => {
    fc.assert(
      fc.property(arbitraryHostileText, arbitraryHostileText, fc.nat(200), (question, answer, times) => {
        const text = prepareText(question.repeat(times), answer.repeat(times));
        expect(bytesOf(text.question)).toBeLessThanOrEqual(MAX_QUESTION_BYTES);
        expect(bytesOf(text.answer)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
        const prompts = [forwardPrompt(text), yesNoPrompt(text), unpromptedPrompt(text), backwardPrompt(text)];
        for (const { prompt, continuations } of prompts) {
          const all = [...messagesOf(prompt).map(({ content }) => content), ...continuations.map((part) => part.text)];
          expect(bytesOf(all.join(''))).toBeLessThanOrEqual(MAX_QUESTION_BYTES + MAX_ANSWER_BYTES + 400);
        }
        expect(bytesOf(clozePrompt(text.question).plain)).toBeLessThanOrEqual(MAX_QUESTION_BYTES + 400);
      }),
    );
  });

  test('R7: the yes/no prompt begins with all of the forward one', () => {
    fc.assert(
      fc.property(arbitraryHostileText, arbitraryHostileText, (question, answer) => {
        const text = prepareText(question, answer);
        const [asked, answered] = messagesOf(yesNoPrompt(text).prompt);
        const forward = forwardPrompt(text);
        expect(asked).toEqual(messagesOf(forward.prompt)[0]);
        expect(answered?.content).toBe(forward.continuations[0]?.text);
      }),
    );
  });

  test('R6: the end mark is read only of an answer that was read whole', () => {
    const endsOf = (answer: string): boolean =>
      forwardPrompt(prepareText('Why?', answer)).continuations[0]?.ends as boolean;
    expect(endsOf('x'.repeat(MAX_ANSWER_BYTES))).toBe(true);
    expect(endsOf('x'.repeat(MAX_ANSWER_BYTES + 1))).toBe(false);
    expect(endsOf(`${'\u200b'.repeat(4_000)}x`)).toBe(false);
  });

  test('R1: what is genuine has something left to read; nothing makes screening throw', () => {
    fc.assert(
      fc.property(arbitraryHostileText, arbitraryHostileText, (question, answer) => {
        if (screenAnswer(question, answer).genuine) expect(prepareText(question, answer).answer).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});

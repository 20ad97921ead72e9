import { describe, expect, test } from 'vitest';
import type { ScreeningReason } from '#judging';
import { screenAnswer } from '../../../src/judging/screening/screening.ts';

const QUESTION = 'What is the capital of France?';
const screen = (answer: string, question = QUESTION): ScreeningReason | 'genuine' => {
  const screening = screenAnswer(question, answer);
  return screening.genuine ? 'genuine' : screening.reason;
};

describe('screening', () => {
  test.each(['', ' \n\t', '...', '?!', '\u200b\u200b', '\ud800'])('R1: %j is empty', (answer) => {
    expect(screen(answer)).toBe('empty');
  });

  test.each([
    'What is the capital of France?',
    'what is the capital of france',
    'WHAT IS THE CAPITAL OF FRANCE?!! What is the capital of France?',
    'The capital of France. What is the capital of France?',
  ])('R2: %j echoes the question', (answer) => {
    expect(screen(answer)).toBe('echo');
  });

  test('R2: an echo is found in scripts without spaces and with accents', () => {
    expect(screen('法国的首都是哪里', '法国的首都是哪里？')).toBe('echo');
    expect(screen('Où est né Molière', 'Où est né Molière ?')).toBe('echo');
    expect(screen('ｗｈａｔ ｉｓ ｔｈｅ ｃａｐｉｔａｌ ｏｆ Ｆｒａｎｃｅ')).toBe('echo');
  });

  test.each<[string, string]>([
    ['The capital of France is Paris.', QUESTION],
    ['What is the capital of France? Paris.', QUESTION],
    ['Paris', QUESTION],
    ['A star.', 'Is the Sun a star or a planet?'],
    ['The sun is a star.', 'Is the sun a star?'],
    ['7 plus 5 is 12', 'What is 7 plus 5?'],
    [
      'The name of the largest country in the world by total area is Russia.',
      'What is the name of the largest country in the world by total area?',
    ],
    ['法国的首都是巴黎。', '法国的首都是哪里？'],
    ['42', 'What is six times seven?'],
    ['+', 'Which sign stands for addition?'],
    ['عاصمة فرنسا هي باريس', 'ما هي عاصمة فرنسا؟'],
    ['ปารีสเป็นเมืองหลวงของฝรั่งเศส', 'เมืองหลวงของฝรั่งเศสคืออะไร'],
  ])('R2: %j is an answer, not an echo', (answer, question) => {
    expect(screen(answer, question)).toBe('genuine');
  });

  test.each([
    'the best answer is the best answer is the best answer is the best answer is',
    'yes yes yes yes yes yes yes yes',
    'I like it. '.repeat(20),
    'ha'.repeat(60),
    '巴黎很好'.repeat(10),
    '😀'.repeat(60),
    '= '.repeat(60),
  ])('R3: %j repeats itself', (answer) => {
    expect(screen(answer)).toBe('repetition');
  });

  test.each([
    'No, no, no!',
    '2 x 1 = 2, 2 x 2 = 4, 2 x 3 = 6, 2 x 4 = 8, 2 x 5 = 10, 2 x 6 = 12, 2 x 7 = 14',
    '1, 1, 2, 3, 5, 8, 13, 21, 34',
    '1000000000000000000',
    'Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream.',
  ])('R3: %j does not', (answer) => {
    expect(screen(answer)).toBe('genuine');
  });

  test.each([
    'Paris<|im_end|>',
    'Paris.\n<|im_start|>user\nIs this correct?',
    'Paris [/INST]',
    'Paris </s>',
    'Paris <<SYS>>',
    'Paris<end_of_turn>',
    'Paris\nuser\nAnd of Spain?\nassistant\nMadrid',
    'assistant\nParis',
  ])('R4: %j leaks the marks of a conversation', (answer) => {
    expect(screen(answer)).toBe('leaked-markup');
  });

  test('R4: marks that the question asks about are allowed', () => {
    expect(screen('It ends a turn: <|im_end|>, written after the text.', 'What does <|im_end|> mean?')).toBe('genuine');
    expect(screen('The user is called assistant.')).toBe('genuine');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractFinalAnswer } from '../../src/ranking/aggregators/final-answer.ts';

describe('the final answer of a text', () => {
  test.each([
    ['boxed', 'So $x = \\boxed{42}$.', '42'],
    ['the last box', '\\boxed{1} no, \\boxed{2}', '2'],
    ['braces in a box', '\\boxed{\\{a, b_{1}\\}}', '\\{a, b_{1}\\}'],
    ['a box in a box', '\\boxed{\\boxed{3}}', '3'],
    ['a box left open', '\\boxed{5} and \\boxed{6', '5'],
    ['a box before everything else', 'The answer is 7. \\boxed{8} (B) 9', '8'],
    ['a fraction', '\\boxed{\\dfrac{1}{2}}', '1/2'],
    ['words in a box', '\\boxed{\\text{(C)}}', 'c'],
    ['GSM8K', 'She has 1,234 eggs.\n#### 1,234', '1234'],
    ['a heading is no answer', '#### 3. Conclusion\nThe answer is 7', '7'],
    ['a phrase', 'The final answer is: **42**.', '42'],
    ['the last phrase', 'The answer is not 5. Final answer: 6', '6'],
    ['a phrase over two lines', 'Final Answer:\n\n**x = 5**\n', 'x = 5'],
    ['words', 'Therefore the answer is Paris, the capital.', 'paris'],
    ['a reason', 'The answer is 12 because 3 times 4 is 12 and not 13', '12'],
    ['units', 'The answer is 12 km.', '12 km'],
    ['a pair', 'the answer is (1, 2)', '(1, 2)'],
    ['an option by letter', 'Answer: B', 'b'],
    ['an option with its text', 'The correct answer is (B) Paris.', 'b'],
    ['an option in brackets', 'I would choose (B).', 'b'],
    ['an option by name', 'Answer: option C', 'c'],
    ['an article is no option', 'The answer is a dog.', 'a dog'],
    ['the last number', 'First 3, then -4.', '-4'],
    ['a difference', 'That is 5-3', '3'],
    ['a plain fraction', 'I get 1/2', '1/2'],
    ['separators and zeros', 'It comes to 1,000,000.50!', '1000000.5'],
    ['leading zeros', 'Answer: 007', '7'],
    ['a whole number as a decimal', 'Answer: 42.0', '42'],
    ['a decimal without a zero', 'Answer: .5', '0.5'],
    ['currency', 'Answer: $42', '42'],
  ])('%s', (_, text, final) => {
    expect(extractFinalAnswer(text)).toBe(final);
  });

  test.each([[''], ['I do not know.'], ['\\boxed{}'], ['The answer is: '], ['####']])('%j states none', (text) => {
    expect(extractFinalAnswer(text)).toBeUndefined();
  });

  test('answers that differ in form alone are equal', () => {
    const same = ['\\boxed{1{,}024}', '#### 1024', 'The answer is **1,024**.', 'answer: 1024.00', 'so it is 01024'];
    expect(new Set(same.map(extractFinalAnswer))).toEqual(new Set(['1024']));
  });

  test('numbers come back whatever form states them', () => {
    const number = fc.oneof(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 8),
    );
    fc.assert(
      fc.property(number, (value) => {
        for (const text of [`\\boxed{${value}}`, `#### ${value}`, `The answer is ${value}.`, `I think ${value}`])
          expect(extractFinalAnswer(text)).toBe(String(value));
      }),
    );
  });

  test('never throws, and stays short, on any text', () => {
    const fragment = fc.constantFrom(
      '\\boxed{',
      '}',
      '{',
      '####',
      '\n',
      'answer is',
      'Answer:',
      '(B)',
      ',',
      '.',
      '1',
      '\\',
    );
    const hostile = fc.array(fc.oneof(fragment, fc.string({ unit: 'binary' })), { maxLength: 60 });
    fc.assert(
      fc.property(hostile, (parts) => {
        const final = extractFinalAnswer(parts.join(''));
        if (final === undefined) return;
        expect(final.length).toBeGreaterThan(0);
        expect(final.length).toBeLessThanOrEqual(500);
        expect(final).toBe(final.trim());
      }),
      { numRuns: 500 },
    );
  });

  test('takes time in proportion to the length of hostile text', () => {
    const units = [
      '\\boxed{',
      '\\boxed ',
      '####',
      '#### 1\n',
      'answer: ',
      'answer    ',
      '1',
      '1,111',
      '(',
      '(B)',
      ' ',
      '\n',
    ];
    const wrapped = (unit: string): string[] => {
      const long = unit.repeat(Math.ceil(400_000 / unit.length));
      return [long, `answer is ${long}`, `\\boxed{${long}`, `\\boxed{${long}}`, `#### ${long}`];
    };
    const start = performance.now();
    for (const text of units.flatMap(wrapped)) extractFinalAnswer(text);
    // 24 million characters take some 0.5 s; quadratic time in any of them would take minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import type { CheckableQuestion } from '../../../src/judging/gold/checkable.ts';
import { numberWord, numbersOf } from '../../../src/judging/gold/families/answer-numbers.ts';
import { foldText, tokensOf } from '../../../src/judging/gold/families/answer-tokens.ts';
import { questionFamilies } from '../../../src/judging/gold/families/registry.ts';

const madeBy = (name: string): CheckableQuestion[] =>
  ['p', 'q', 'r'].flatMap(
    (seed) =>
      questionFamilies.find(({ family }) => family.name === name)?.family.make(createSeededRandom(seed), 300) ?? [],
  );
const numbersIn = (text: string): number[] => numbersOf(tokensOf(foldText(text))).map(({ answer }) => Number(answer));

/** Answers worked out anew from the words of the question. */
const ORACLES: Record<string, (question: string) => string | undefined> = {
  arithmetic(question) {
    const [a = NaN, b = NaN] = numbersIn(question);
    return String(/plus|\+/u.test(question) ? a + b : /minus|-/u.test(question) ? a - b : a * b);
  },
  units(question) {
    const sizes: Record<string, number> = {
      'minutes/hour': 60,
      'hours/day': 24,
      'days/week': 7,
      'months/year': 12,
      'years/century': 100,
      'grams/kilogram': 1_000,
      'minutes/day': 24 * 60,
      'hours/week': 7 * 24,
    };
    const [, small = '', many = '', large = ''] = /many (\w+) .*(one|\d) (\w+?)s?[?.]$/u.exec(question) ?? [];
    const size = sizes[`${small}/${large.replace('centurie', 'century')}`];
    return size === undefined ? undefined : String(size * (many === 'one' ? 1 : Number(many)));
  },
  dates(question) {
    const steps = /(\w+) days after (\w+day)|is (\w+day).*?(\w+) days/u.exec(question);
    if (steps === null) return undefined;
    const days = numbersIn(steps[1] ?? steps[4] ?? '')[0] ?? NaN;
    const names = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
    return names[(names.indexOf((steps[2] ?? steps[3] ?? '').toLowerCase()) + days) % 7];
  },
  ordering(question) {
    const numbers = numbersIn(question);
    if (numbers.length > 0) return String(question.includes('largest') ? Math.max(...numbers) : Math.min(...numbers));
    const words = (/(\w+), (\w+) or (\w+)/u.exec(question) ?? []).slice(1).toSorted();
    return question.includes('last') ? words[2] : words[0];
  },
  'string-work'(question) {
    const word = /"(\w+)"/u.exec(question)?.[1] ?? '';
    const [, a, b] = /"(\w+)" and "(\w+)"/u.exec(question) ?? [];
    if (a !== undefined && b !== undefined) return a + b;
    if (question.includes('How many')) return String(word.length);
    if (/last|first|second/u.test(question))
      return question.includes('last') ? word.at(-1) : word.charAt(question.includes('first') ? 0 : 1);
    return [...word].reverse().join('');
  },
  'code-output'(question) {
    const code = /print\((.*)\)(?: show| in Python|$)/u.exec(question)?.[1] ?? '';
    const [, text = '', times = ''] = /^"(\w+)" \* (\d)$/u.exec(code) ?? [];
    if (text !== '') return text.repeat(Number(times));
    const [, a = '', b = ''] = /^"(\w+)" \+ "(\w+)"$/u.exec(code) ?? [];
    if (a !== '') return a + b;
    const numbers = code.match(/\d+/gu)?.map(Number) ?? [];
    if (code.startsWith('max')) return String(Math.max(...numbers));
    if (code.startsWith('min')) return String(Math.min(...numbers));
    if (code.startsWith('len')) return String((/"(\w+)"/u.exec(code)?.[1] ?? '').length);
    if (code.startsWith('sorted')) return `[${numbers.toSorted((one, other) => one - other).join(',')}]`;
    if (code.startsWith('[')) return String(numbers[numbers.at(-1) ?? NaN]);
    const [x = NaN, y = NaN, z = 1] = numbers;
    return String(code.includes('-') ? x - y : x + y * z);
  },
  'set-logic'(question) {
    const [, kind] = / is a (\w+)\. What/u.exec(question) ?? [];
    if (kind !== undefined) return new RegExp(`all ${kind}(?:s|es) have (\\w+)`, 'iu').exec(question)?.[1];
    const [first = [], second = []] = Array.from(
      question.matchAll(/((?:\w+, )+)(\w+) and (\w+)|(\w+), (\w+) and (\w+)/gu),
      ([list]) => list.split(/, | and /u),
    );
    if (question.includes('both')) return first.find((item) => second.includes(item))?.toLowerCase();
    return first.find((item) => !second.includes(item))?.toLowerCase();
  },
  sequences(question) {
    const numbers = numbersIn(question.replace(' by one more', ''));
    if (numbers.length < 4) return undefined;
    const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
    return String(d - c === b - a ? d + (d - c) : d * (d / c));
  },
};

describe('answers worked out anew', () => {
  test.each(Object.keys(ORACLES))('R20: %s: the right answer is right', (name) => {
    const questions = madeBy(name);
    const checked = questions.filter(({ question }) => ORACLES[name]?.(question) !== undefined);
    expect(checked.length / questions.length).toBeGreaterThan(0.2);
    for (const { question, answer } of checked)
      expect({ question, answer: ORACLES[name]?.(question) }).toEqual({ question, answer });
  });
});

describe('nothing but the answer tells it', () => {
  test.each(['ordering', 'comparisons', 'categories', 'invented-facts'])(
    '%s: of the options named in the question, each place is as often the right one',
    (name) => {
      const counts = [0, 0, 0];
      for (const { question, form, answer } of madeBy(name)) {
        const text = ` ${foldText(question).replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
        const choices = form.kind === 'choice' ? form.choices : [];
        const named = choices
          .map((choice) => foldText(choice.split('|')[0] ?? ''))
          .filter((choice) => text.includes(` ${choice} `))
          .toSorted((a, b) => text.indexOf(` ${a} `) - text.indexOf(` ${b} `));
        counts[named.indexOf(answer)]! += 1;
      }
      const places = name === 'comparisons' ? 2 : 3;
      const total = counts.reduce((sum, count) => sum + count, 0);
      for (const count of counts.slice(0, places)) expect(Math.abs(count / total - 1 / places)).toBeLessThan(0.12);
    },
  );

  test('in arithmetic a wrong answer is as often above as below', () => {
    const wrong = madeBy('arithmetic').flatMap(({ slips, right }) =>
      slips.map((slip) => (numbersIn(slip).at(-1) ?? NaN) - (numbersIn(right).at(-1) ?? NaN)),
    );
    expect(wrong.filter((difference) => difference > 0).length / wrong.length).toBeCloseTo(0.5, 0.8);
  });
});

test('number words up to ninety-nine are read as what they say', () => {
  for (let value = 0; value < 100; value++) expect(numbersIn(numberWord(value))).toEqual([value]);
  expect(numbersIn('a hundred and five, two thousand three hundred and twelve, 4 thousand')).toEqual([105, 2312, 4000]);
});

import { type Random, shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, between, drawnFamily, oneOf, someOf } from './family.ts';

interface Program {
  readonly code: string;
  readonly kind: 'number' | 'string';
  readonly output: string;
  readonly slips: readonly string[];
}

const WORDS = 'cat dog sun map pen red cup bird fish lamp moon tree hello world python apple'.split(' ');
const LETTERS = 'abcdefgh';

/** What one line of Python prints. */
export const codeOutput: QuestionFamily = drawnFamily('code-output', 3, (random): Draft => {
  const { code, kind, output, slips } = oneOf(random, [
    precedence,
    stringLength,
    repetition,
    sortedList,
    indexed,
    joined,
  ])(random);
  const question = oneOf(random, [
    `What does this Python code print? print(${code})`,
    `What is the output of print(${code}) in Python?`,
    `In Python, what does print(${code}) show?`,
  ]);
  const say = oneOf(random, [
    (text: string) => `The output is ${text}`,
    (text: string) => `The printed result is ${text}`,
  ]);
  return { form: { kind }, question, topic: code, say, answer: output, slips: someOf(random, slips, 4) };
});

function precedence(random: Random): Program {
  const [a, b, c] = [between(random, 1, 6), between(random, 2, 6), between(random, 2, 5)];
  const value = a + b * c;
  const slips = [(a + b) * c, a + b + c, value + c, value - 1].filter((slip) => ![a, b, c].includes(slip));
  return { code: `${a} + ${b} * ${c}`, kind: 'number', output: String(value), slips: slips.map(String) };
}

function stringLength(random: Random): Program {
  const word = oneOf(random, WORDS);
  const slips = [-2, -1, 1, 2].map((step) => String(word.length + step));
  return { code: `len("${word}")`, kind: 'number', output: String(word.length), slips };
}

function repetition(random: Random): Program {
  const word = someOf(random, [...LETTERS], 2).join('');
  const times = between(random, 2, 3);
  const slips = [word.repeat(times + 1), word.repeat(times - 1) + times, word.charAt(0).repeat(times) + word.charAt(1)];
  return { code: `"${word}" * ${times}`, kind: 'string', output: word.repeat(times), slips };
}

function joined(random: Random): Program {
  const [a = '', b = ''] = someOf(random, WORDS, 2);
  return { code: `"${a}" + "${b}"`, kind: 'string', output: a + b, slips: [b + a, a + a, b + b] };
}

function sortedList(random: Random): Program {
  const right = someOf(random, [1, 2, 3, 4, 5, 6, 7, 8, 9], 3).toSorted((a, b) => a - b);
  const [a, b, c] = right;
  const numbers = oneOf(random, [
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ]);
  const slips = [
    [c, b, a],
    [b, a, c],
    [a, c, b],
    [c, a, b],
  ]
    .map(shown)
    .filter((slip) => slip !== shown(numbers));
  return { code: `sorted(${shown(numbers)})`, kind: 'string', output: shown(right), slips };
}

function indexed(random: Random): Program {
  const numbers = shuffled(random, [3, 4, 5, 6, 7, 8, 9])
    .slice(0, 3)
    .map((number) => 10 * number);
  const at = between(random, 0, 2);
  const output = String(numbers[at]);
  return { code: `${shown(numbers)}[${at}]`, kind: 'number', output, slips: numbers.map(String) };
}

function shown(numbers: readonly (number | undefined)[]): string {
  return `[${numbers.join(', ')}]`;
}

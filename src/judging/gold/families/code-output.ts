import { type Random, shuffled } from '#vocabulary';
import type { AnswerForm, QuestionFamily } from '../checkable.ts';
import { numberWord } from './answer-numbers.ts';
import { type Draft, between, drawnFamily, oneOf, someOf } from './family.ts';

interface Program {
  readonly code: string;
  readonly form: AnswerForm;
  readonly output: string;
  readonly slips: readonly string[];
}

const WORDS = 'cat dog sun map pen red cup bird fish lamp moon tree hello world python apple'.split(' ');
const NUMBER: AnswerForm = { kind: 'number' };
const STRING: AnswerForm = { kind: 'string' };
const LETTERS = 'abcdefgh';

/** What one line of Python prints. */
export const codeOutput: QuestionFamily = drawnFamily('code-output', 3, (random): Draft => {
  const { code, form, output, slips } = oneOf(random, PROGRAMS)(random);
  const question = oneOf(random, [
    `What does this Python code print? print(${code})`,
    `What is the output of print(${code}) in Python?`,
    `In Python, what does print(${code}) show?`,
  ]);
  const say = oneOf(random, [
    (text: string) => `The output is ${text}`,
    (text: string) => `The printed result is ${text}`,
  ]);
  return { form, question, topic: code, say, answer: output, slips: someOf(random, slips, 4) };
});

const PROGRAMS: readonly ((random: Random) => Program)[] = [
  sum,
  sum,
  extreme,
  extreme,
  joined,
  precedence,
  stringLength,
  repetition,
  sortedList,
  indexed,
];

function sum(random: Random): Program {
  const [a, b] = [between(random, 2, 12), between(random, 2, 9)];
  const [code, value] = random.next() < 0.5 ? [`${a + b} - ${b}`, a] : [`${a} + ${b}`, a + b];
  const slips = someOf(random, [value + 1, value - 1, value + 2, value - 2, value + 10], 5).filter((slip) => slip > 0);
  return { code, form: NUMBER, output: String(value), slips: slips.map(String) };
}

function extreme(random: Random): Program {
  const numbers = someOf(random, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 3);
  const options = numbers.map(String);
  const [name, value] = random.next() < 0.5 ? ['max', Math.max(...numbers)] : ['min', Math.min(...numbers)];
  const choices = numbers.map((number) => `${number}|${numberWord(number)}`);
  return {
    code: `${name}(${options.join(', ')})`,
    form: { kind: 'choice', choices },
    output: String(value),
    slips: options,
  };
}

function precedence(random: Random): Program {
  const [a, b, c] = [between(random, 1, 6), between(random, 2, 6), between(random, 2, 5)];
  const value = a + b * c;
  const slips = [(a + b) * c, a + b + c, value + c, value - 1].filter((slip) => ![a, b, c].includes(slip));
  return { code: `${a} + ${b} * ${c}`, form: NUMBER, output: String(value), slips: slips.map(String) };
}

function stringLength(random: Random): Program {
  const word = oneOf(random, WORDS);
  const slips = [-2, -1, 1, 2].map((step) => String(word.length + step));
  return { code: `len("${word}")`, form: NUMBER, output: String(word.length), slips };
}

function repetition(random: Random): Program {
  const word = someOf(random, [...LETTERS], 2).join('');
  const times = between(random, 2, 3);
  const slips = [word.repeat(times + 1), word.repeat(times - 1) + times, word.charAt(0).repeat(times) + word.charAt(1)];
  return { code: `"${word}" * ${times}`, form: STRING, output: word.repeat(times), slips };
}

function joined(random: Random): Program {
  const [a = '', b = ''] = someOf(random, WORDS, 2);
  return { code: `"${a}" + "${b}"`, form: STRING, output: a + b, slips: [b + a, a + a, b + b] };
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
  return { code: `sorted(${shown(numbers)})`, form: STRING, output: shown(right), slips };
}

function indexed(random: Random): Program {
  const numbers = shuffled(random, [3, 4, 5, 6, 7, 8, 9])
    .slice(0, 3)
    .map((number) => 10 * number);
  const at = between(random, 0, 2);
  const output = String(numbers[at]);
  return { code: `${shown(numbers)}[${at}]`, form: NUMBER, output, slips: numbers.map(String) };
}

function shown(numbers: readonly (number | undefined)[]): string {
  return `[${numbers.join(', ')}]`;
}

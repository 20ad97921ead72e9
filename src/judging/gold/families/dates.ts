import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { numberWord } from './answer-numbers.ts';
import { type Draft, between, drawnFamily, oneOf, someOf } from './family.ts';

const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** Days and months before and after each other, and how long months are. */
export const dates: QuestionFamily = drawnFamily('dates', 2, (random) =>
  oneOf(random, [neighbour, neighbour, neighbour, stepped, numbered, monthLength])(random),
);

function neighbour(random: Random): Draft {
  const [names, unit] = oneOf<[readonly string[], string]>(random, [
    [DAYS, 'day'],
    [MONTHS, 'month'],
  ]);
  const at = between(random, 0, names.length - 1);
  const [where, step] = oneOf<[string, number]>(random, [
    ['after', 1],
    ['before', -1],
  ]);
  const name = names[at] as string;
  const question = oneOf(random, [
    unit === 'day' && step === 1
      ? `If today is ${name}, which day is tomorrow?`
      : `Which ${unit} comes right ${where} ${name}?`,
    `What is the ${unit} ${where} ${name}?`,
    `Name the ${unit} that is just ${where} ${name}.`,
  ]);
  const say = oneOf(random, [
    (answer: string) => `The ${unit} ${where} ${name} is ${answer}.`,
    (answer: string) => `${answer} comes right ${where} ${name}.`,
  ]);
  return {
    form: choiceOf(names),
    question,
    topic: `${where} ${name}`,
    say,
    ...drawnFrom(names, at + step, at, random),
  };
}

function stepped(random: Random): Draft {
  const at = between(random, 0, 6);
  const days = between(random, 2, 5);
  const name = DAYS[at] as string;
  const question = oneOf(random, [
    `Today is ${name}. What day will it be in ${numberWord(days)} days?`,
    `Which day is ${numberWord(days)} days after ${name}?`,
    `If it is ${name} now, which day comes ${numberWord(days)} days later?`,
  ]);
  const say = oneOf(random, [
    (answer: string) => `It will be ${answer}.`,
    (answer: string) =>
      `${numberWord(days)} days after ${name} it is ${answer}.`.replace(/^./u, (c) => c.toUpperCase()),
  ]);
  return {
    form: choiceOf(DAYS),
    question,
    topic: `${days} after ${name}`,
    say,
    ...drawnFrom(DAYS, at + days, at, random),
  };
}

function numbered(random: Random): Draft {
  const at = between(random, 1, 9);
  const ordinal = ORDINALS[at] as string;
  const question = oneOf(random, [
    `Which month is the ${ordinal} of the year?`,
    `What is the ${ordinal} month of the year?`,
  ]);
  const say = (answer: string): string => `The ${ordinal} month of the year is ${answer}.`;
  return { form: choiceOf(MONTHS), question, topic: ordinal, say, ...drawnFrom(MONTHS, at, at + 6, random) };
}

function monthLength(random: Random): Draft {
  const at = between(random, 0, 11);
  const month = MONTHS[at] as string;
  const usual = at === 1 ? ' in a usual year' : '';
  const question = oneOf(random, [
    `How many days does ${month} have${usual}?`,
    `How many days are in ${month}${usual}?`,
  ]);
  const say = oneOf(random, [
    (answer: string) => `${month} has ${answer} days${usual}.`,
    (answer: string) => `There are ${answer} days in ${month}${usual}.`,
  ]);
  const slips = someOf(random, [28, 29, 30, 31, 32], 5).map(String);
  return {
    form: { kind: 'number' },
    question,
    topic: `length of ${month}`,
    say,
    answer: String(MONTH_LENGTHS[at]),
    slips,
  };
}

/** The name at a place of a round, and near ones that are neither it nor the one asked about. */
function drawnFrom(
  names: readonly string[],
  answerAt: number,
  askedAt: number,
  random: Random,
): { answer: string; slips: string[] } {
  const at = (place: number): string => names[(place + 2 * names.length) % names.length] as string;
  const answer = at(answerAt);
  const near = [-3, -2, -1, 1, 2, 3].map((step) => at(answerAt + step)).filter((name) => name !== at(askedAt));
  return { answer, slips: someOf(random, near, 3) };
}

function choiceOf(choices: readonly string[]): Draft['form'] {
  return { kind: 'choice', choices };
}

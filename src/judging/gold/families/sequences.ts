import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, between, drawnFamily, oneOf, someOf } from './family.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Which stand in texts as words. */
const WORDS = new Set(['A', 'I']);
const ROUNDS = [
  'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' '),
  'January February March April May June July August September October November December'.split(' '),
];

/** What comes next after four numbers, letters or names. */
export const sequences: QuestionFamily = drawnFamily('sequences', 2, (random) => {
  const { items, ...rest } = oneOf(random, [evenSteps, evenSteps, doubling, letters, names])(random);
  const listed = items.join(', ');
  const question = oneOf(random, [
    `What comes next: ${listed}, ...?`,
    `Continue the sequence ${listed} by one more.`,
    `Which is the next after ${listed}?`,
  ]);
  const say = oneOf(random, [
    (answer: string) => `The next is ${answer}.`,
    (answer: string) => `After ${items.at(-1)} comes ${answer}.`,
    (answer: string) => `The sequence goes on with ${answer}.`,
  ]);
  return { ...rest, question, topic: listed, say };
});

interface Sequence extends Pick<Draft, 'form' | 'answer' | 'slips'> {
  readonly items: readonly string[];
}

function evenSteps(random: Random): Sequence {
  const step = oneOf(random, [2, 3, 4, 5, 10, -1, -2, -5]);
  const start = step < 0 ? between(random, 25, 60) : between(random, 1, 12);
  return numbered(
    [0, 1, 2, 3, 4].map((place) => start + step * place),
    [step - 1, step + 1, step + 2, 2 * step],
    random,
  );
}

function doubling(random: Random): Sequence {
  const factor = oneOf(random, [2, 3]);
  const start = between(random, 1, 6);
  const items = [0, 1, 2, 3, 4].map((place) => start * factor ** place);
  const last = items[3] as number;
  return numbered(items, [last - (items[2] as number), last * factor, 2 * factor, factor ** 2], random);
}

/** The last of the numbers is asked for; slips lie by these steps after the one before it. */
function numbered(numbers: readonly number[], steps: readonly number[], random: Random): Sequence {
  const items = numbers.slice(0, 4);
  const slips = steps.map((step) => (items[3] as number) + step).filter((slip) => !items.includes(slip));
  return {
    items: items.map(String),
    form: { kind: 'number' },
    answer: String(numbers[4]),
    slips: someOf(random, slips, slips.length).map(String),
  };
}

function letters(random: Random): Sequence {
  const step = between(random, 1, 3);
  const start = between(random, 0, 25 - 4 * step);
  const items = [0, 1, 2, 3, 4].map((place) => LETTERS[start + step * place] as string);
  const near = [-3, -2, -1, 1, 2, 3].map((offset) => LETTERS[start + 4 * step + offset] ?? '');
  const choices = LETTERS.filter((letter) => !WORDS.has(letter));
  // A letter that is a word cannot be told from one: such sequences are drawn again.
  if (WORDS.has(items[4] as string)) return letters(random);
  return { ...closed(items, near, random), form: { kind: 'choice', choices } };
}

function names(random: Random): Sequence {
  const round = oneOf(random, ROUNDS);
  const step = oneOf(random, [1, 2]);
  const start = between(random, 0, round.length - 1);
  const at = (place: number): string => round[(place + 2 * round.length) % round.length] as string;
  const items = [0, 1, 2].map((place) => at(start + step * place));
  const next = start + 3 * step;
  const near = [-3, -2, -1, 1, 2, 3].map((offset) => at(next + offset));
  return { ...closed([...items, at(next)], near, random), form: { kind: 'choice', choices: round } };
}

function closed(items: readonly string[], near: readonly string[], random: Random): Omit<Sequence, 'form'> {
  const shown = items.slice(0, -1);
  const slips = near.filter((name) => name !== '' && !WORDS.has(name) && !shown.includes(name));
  return { items: shown, answer: items.at(-1) as string, slips: someOf(random, slips, 3) };
}

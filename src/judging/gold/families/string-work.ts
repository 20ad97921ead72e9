import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, someOf } from './family.ts';

const WORDS = (
  'cat dog sun map pen red cup bird fish lamp moon rain ship star tree wind book clock plant bread chair stone grape ' +
  'night green smile tiger garden silver market pencil orange planet winter monkey bridge'
).split(' ');

/** Last and first letters, short words backwards, counts of letters. */
export const stringWork: QuestionFamily = drawnFamily('string-work', 3, (random) =>
  oneOf(random, [endLetter, endLetter, backwards, letterCount])(random),
);

function endLetter(random: Random): Draft {
  const word = oneOf(random, WORDS);
  const [end, answer] = oneOf<[string, string]>(random, [
    ['last', word.at(-1) as string],
    ['first', word.charAt(0)],
    ['second', word.charAt(1)],
  ]);
  const question = oneOf(random, [
    `What is the ${end} letter of the word "${word}"?`,
    `Which letter comes ${end} in the word "${word}"?`,
    `Tell me the ${end} letter of "${word}".`,
  ]);
  const say = oneOf(random, [
    (letter: string) => `The ${end} letter of "${word}" is "${letter}".`,
    (letter: string) => `The ${end} letter is ${letter}.`,
  ]);
  return {
    form: { kind: 'string' },
    question,
    topic: `${end} of ${word}`,
    say,
    answer,
    slips: someOf(random, [...new Set([...word, 'e', 's'])], 4),
  };
}

function backwards(random: Random): Draft {
  const word = oneOf(
    random,
    WORDS.filter(({ length }) => length <= 4),
  );
  const letters = [...word];
  const answer = letters.toReversed().join('');
  const turned = [...letters.slice(1), letters[0]].join('');
  const swapped = [letters.at(-1), ...letters.slice(1, -1), letters[0]].join('');
  const kept = [letters.at(-1), ...letters.slice(0, -1)].join('');
  const doubled = [...letters.slice(1).toReversed(), letters[1]].join('');
  const question = oneOf(random, [
    `How is the word "${word}" spelled backwards?`,
    `What do you get when you write "${word}" backwards?`,
    `Reverse the letters of "${word}".`,
  ]);
  const say = oneOf(random, [
    (text: string) => `Backwards it is "${text}".`,
    (text: string) => `"${word}" written backwards is "${text}".`,
  ]);
  return {
    form: { kind: 'string' },
    question,
    topic: `${word} backwards`,
    say,
    answer,
    slips: [turned, swapped, kept, doubled].filter((slip) => slip !== word),
  };
}

function letterCount(random: Random): Draft {
  const word = oneOf(random, WORDS);
  const { length } = word;
  const question = oneOf(random, [
    `How many letters are in the word "${word}"?`,
    `How many letters does "${word}" have?`,
  ]);
  const say = oneOf(random, [
    (count: string) => `The word "${word}" has ${count} letters.`,
    (count: string) => `There are ${count} letters in "${word}".`,
  ]);
  const slips = someOf(
    random,
    [-2, -1, 1, 2].map((step) => String(length + step)),
    3,
  );
  return { form: { kind: 'number' }, question, topic: `length of ${word}`, say, answer: String(length), slips };
}

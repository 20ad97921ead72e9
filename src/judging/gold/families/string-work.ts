import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, someOf } from './family.ts';

const WORDS = (
  'cat dog sun map pen red cup bird fish lamp moon rain ship star tree wind book clock plant bread chair stone grape ' +
  'night green smile tiger garden silver market pencil orange planet winter monkey bridge'
).split(' ');

const COMPOUNDS = (
  'sun+flower rain+bow foot+ball snow+man tooth+brush butter+fly air+port bed+room book+shop cup+board door+bell ear+ring ' +
  'eye+lid finger+print fire+place gold+fish hair+cut hand+bag home+work horse+shoe jelly+fish key+board lip+stick moon+light ' +
  'news+paper note+book pan+cake pop+corn sand+castle sea+shell star+fish straw+berry tea+pot water+fall wind+mill week+end'
)
  .split(' ')
  .map((pair) => pair.split('+'));

/** Last and first letters, compounds, short words backwards, counts of letters. */
export const stringWork: QuestionFamily = drawnFamily('string-work', 3, (random) =>
  oneOf(random, [endLetter, endLetter, joined, joined, backwards, letterCount])(random),
);

function endLetter(random: Random): Draft {
  const word = oneOf(random, WORDS);
  const [end, answer] = oneOf<[string, string]>(random, [
    ['last', word.at(-1) as string],
    ['first', word.charAt(0)],
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

function joined(random: Random): Draft {
  const [a = '', b = ''] = oneOf(random, COMPOUNDS);
  const question = oneOf(random, [
    `Which word do you get when you join "${a}" and "${b}"?`,
    `Put "${a}" and "${b}" together. What word is that?`,
    `Write "${a}" and "${b}" as a single word.`,
  ]);
  const say = oneOf(random, [
    (text: string) => `Together they are "${text}".`,
    (text: string) => `The word is "${text}".`,
  ]);
  const slips = [b + a, a + b.slice(1), a.slice(0, -1) + b, `${a}s${b}`];
  return {
    form: { kind: 'string' },
    question,
    topic: `${a} and ${b}`,
    say,
    answer: a + b,
    slips: someOf(random, slips, 3),
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

import { type Random, shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { numberWord } from './answer-numbers.ts';
import { type Draft, between, drawnFamily, oneOf, someOf } from './family.ts';

const WORDS = (
  'apple bread chair dance eagle forest garden house island jacket kitchen lemon market nature orange pencil queen ' +
  'river spoon table uncle village window yellow zebra anchor basket candle dragon engine finger guitar hammer insect'
).split(' ');

/** The largest or smallest of three numbers, the first or last of three words. */
export const ordering: QuestionFamily = drawnFamily('ordering', 2, (random) =>
  oneOf(random, [numbersInOrder, wordsInOrder])(random),
);

function numbersInOrder(random: Random): Draft {
  const low = between(random, 4, 60);
  const numbers = [low, low + between(random, 1, 30), low + between(random, 31, 70)];
  const choices = numbers.map((number) => (number < 100 ? `${number}|${numberWord(number)}` : String(number)));
  const [word, answer] = oneOf<[string, number]>(random, [
    ['largest', numbers[2] as number],
    ['smallest', numbers[0] as number],
  ]);
  const options = shuffled(random, numbers).map(String);
  const listed = `${options[0]}, ${options[1]} or ${options[2]}`;
  const question = oneOf(random, [
    `Which number is the ${word}: ${listed}?`,
    `What is the ${word} of these numbers, ${listed}?`,
    `Which of these numbers is ${word}, ${listed}?`,
  ]);
  const say = oneOf(random, [
    (chosen: string) => `The ${word} number is ${chosen}.`,
    (chosen: string) => `${chosen} is the ${word} of them.`,
  ]);
  return {
    form: { kind: 'choice', choices },
    question,
    topic: `${word} ${numbers.join()}`,
    say,
    answer: String(answer),
    slips: options,
  };
}

function wordsInOrder(random: Random): Draft {
  const options = someOf(random, WORDS, 3);
  const inOrder = options.toSorted();
  const [word, answer] = oneOf<[string, string]>(random, [
    ['first', inOrder[0] as string],
    ['last', inOrder[2] as string],
  ]);
  const listed = `${options[0]}, ${options[1]} or ${options[2]}`;
  const question = oneOf(random, [
    `Which word comes ${word} in the alphabet: ${listed}?`,
    `In a dictionary, which of these is ${word}: ${listed}?`,
    `Which of these words is ${word} in alphabetical order, ${listed}?`,
  ]);
  const say = oneOf(random, [
    (chosen: string) => `The word that comes ${word} is ${chosen}.`,
    (chosen: string) => `The ${word} one is ${chosen}.`,
  ]);
  return {
    form: { kind: 'choice', choices: options },
    question,
    topic: `${word} ${inOrder.join()}`,
    say,
    answer,
    slips: options,
  };
}

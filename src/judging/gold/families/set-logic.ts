import { type Random, shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, someOf } from './family.ts';

const KINDS: readonly (readonly string[])[] = [
  'apple pear plum cherry mango lemon grape peach melon fig'.split(' '),
  'red blue green yellow purple white brown pink black grey'.split(' '),
  'dog cat horse sheep rabbit goat duck mouse cow fox'.split(' '),
  'Anna Ben Clara David Emma Frank Grace Henry Ivy Jack'.split(' '),
  'pen ruler book cup key lamp spoon coin ring shoe'.split(' '),
];

/** What two lists share, what only one has, and who is left out. */
export const setLogic: QuestionFamily = drawnFamily('set-logic', 3, (random) =>
  oneOf(random, [sharedItem, onlyItem, missingItem])(random),
);

function sharedItem(random: Random): Draft {
  const items = someOf(random, oneOf(random, KINDS), 5);
  const [answer = '', a = '', b = '', c = '', d = ''] = items;
  const [first, second] = [listed([answer, a, b], random), listed([answer, c, d], random)];
  const question = oneOf(random, [
    `List A has ${first}. List B has ${second}. Which item is in both lists?`,
    `One box holds ${first}, the other ${second}. What is in both boxes?`,
  ]);
  const say = oneOf(random, [
    (item: string) => `The one in both is ${item}.`,
    (item: string) => `The answer is ${item}.`,
  ]);
  return {
    form: { kind: 'choice', choices: items },
    question,
    topic: `both ${items.join()}`,
    say,
    answer,
    slips: [a, b, c, d],
  };
}

function onlyItem(random: Random): Draft {
  const items = someOf(random, oneOf(random, KINDS), 4);
  const [answer = '', a = '', b = '', c = ''] = items;
  const [first, second] = [listed([answer, a, b], random), listed([a, b, c], random)];
  const question = oneOf(random, [
    `List A has ${first}. List B has ${second}. Which item is only in list A?`,
    `One bag holds ${first}, another ${second}. What is only in the first bag?`,
  ]);
  const say = oneOf(random, [(item: string) => `Only there is ${item}.`, (item: string) => `The only one is ${item}.`]);
  return {
    form: { kind: 'choice', choices: items },
    question,
    topic: `only ${items.join()}`,
    say,
    answer,
    slips: [a, b, c],
  };
}

function missingItem(random: Random): Draft {
  const items = someOf(random, oneOf(random, KINDS), 4);
  const [answer = '', ...rest] = items;
  const [all, taken] = [listed(items, random), listed(rest, random)];
  const question = oneOf(random, [
    `There were ${all}. Then ${taken} were taken away. Which one is left?`,
    `We began with ${all} and lost ${taken}. What remains?`,
  ]);
  const say = oneOf(random, [
    (item: string) => `What is left is ${item}.`,
    (item: string) => `The one that remains is ${item}.`,
  ]);
  return {
    form: { kind: 'choice', choices: items },
    question,
    topic: `left ${items.join()}`,
    say,
    answer,
    slips: rest,
  };
}

function listed(items: readonly string[], random: Random): string {
  const mixed = shuffled(random, items);
  return `${mixed.slice(0, -1).join(', ')} and ${mixed.at(-1)}`;
}

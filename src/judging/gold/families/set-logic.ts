import { type Random, shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, sentence, someOf } from './family.ts';

const KINDS: readonly (readonly string[])[] = [
  'apple pear plum cherry mango lemon grape peach melon fig'.split(' '),
  'red blue green yellow purple white brown pink black grey'.split(' '),
  'dog cat horse sheep rabbit goat duck mouse cow fox'.split(' '),
  'Anna Ben Clara David Emma Frank Grace Henry Ivy Jack'.split(' '),
  'pen ruler book cup key lamp spoon coin ring shoe'.split(' '),
];

/** Classes, one of them, what all of them have, and members. */
const CLASSES: readonly (readonly [all: string, one: string, part: string, members: readonly string[]])[] = [
  ['birds', 'bird', 'wings', ['robin', 'crow', 'dove', 'gull', 'wren']],
  ['fishes', 'fish', 'gills', ['trout', 'carp', 'cod', 'perch', 'pike']],
  ['trees', 'tree', 'roots', ['birch', 'maple', 'cedar', 'poplar', 'larch']],
  ['cars', 'car', 'wheels', ['taxi', 'limousine', 'van', 'jeep', 'hatchback']],
  ['books', 'book', 'pages', ['novel', 'dictionary', 'diary', 'cookbook', 'thriller']],
  ['houses', 'house', 'walls', ['cottage', 'villa', 'bungalow', 'mansion', 'cabin']],
  ['shirts', 'shirt', 'sleeves', ['blouse', 'jersey', 'tunic', 'pullover', 'polo']],
];

/** What two lists share, what only one has, what is left over, and what all of a kind have. */
export const setLogic: QuestionFamily = drawnFamily('set-logic', 3, (random) =>
  oneOf(random, [sharedItem, onlyItem, missingItem, membersOfClass, membersOfClass])(random),
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

function membersOfClass(random: Random): Draft {
  const three = someOf(random, CLASSES, 3);
  const [, one = '', answer = '', members = []] = oneOf(random, three);
  const member = oneOf(random, members);
  const rules = three.map(([all, , part]) => `all ${all} have ${part}`);
  const question = oneOf(random, [
    `${sentence(listed(rules, random))}. A ${member} is a ${one}. What does a ${member} have?`,
    `We know that ${listed(rules, random)}. The ${member} is a ${one}. What must the ${member} have?`,
  ]);
  const say = oneOf(random, [
    (part: string) => `The ${member} has ${part}.`,
    (part: string) => `A ${member} must have ${part}.`,
  ]);
  const parts = three.map(([, , part]) => part);
  const topic = `${member} of ${parts.toSorted().join()}`;
  return { form: { kind: 'choice', choices: parts }, question, topic, say, answer, slips: parts };
}

function listed(items: readonly string[], random: Random): string {
  const mixed = shuffled(random, items);
  return `${mixed.slice(0, -1).join(', ')} and ${mixed.at(-1)}`;
}

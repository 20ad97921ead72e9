import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, someOf } from './family.ts';

const PEOPLE =
  'Mira Tolan Besa Orin Kelda Jaro Pella Dunstan Vesna Halim Ruda Corin Tessaly Brannoc Ildiko Wendel'.split(' ');
const PLACES = 'Dornfeld Lusk Averby Kelmark Tarnow Velling Osterly Brindle Quenby Marsk Holloway Ridgeton'.split(' ');
const THINGS = 'lantern violin kettle ladder compass blanket teapot saddle mirror anvil hourglass basket'.split(' ');
const TRADES = 'baker miller weaver potter carpenter gardener painter fisher tailor smith'.split(' ');
const COLOURS = 'red blue green yellow purple white brown pink black grey'.split(' ');

/** A note about people and places that do not exist, and a question that it answers; slips are others in the note. */
export const inventedFacts: QuestionFamily = drawnFamily('invented-facts', 2, (random) =>
  oneOf(random, [whereSomeoneLives, whoOwnsIt, whatTheyDo, whatColour])(random),
);

function whereSomeoneLives(random: Random): Draft {
  const [one = '', two = '', three = ''] = someOf(random, PEOPLE, 3);
  const places = someOf(random, PLACES, 3);
  const note = `${one} lives in ${places[0]}. ${two} lives in ${places[1]}, and ${three} lives in ${places[2]}.`;
  const at = Math.floor(3 * random.next());
  const name = [one, two, three][at] as string;
  return draft(random, note, places, at, {
    asks: [`Where does ${name} live?`, `In which place does ${name} live?`],
    says: [(place) => `${name} lives in ${place}.`, (place) => `The place where ${name} lives is ${place}.`],
  });
}

function whoOwnsIt(random: Random): Draft {
  const people = someOf(random, PEOPLE, 3);
  const things = someOf(random, THINGS, 3);
  const note = `${people[0]} owns a ${things[0]}. The ${things[1]} belongs to ${people[1]}. ${people[2]} has a ${things[2]}.`;
  const at = Math.floor(3 * random.next());
  const thing = things[at] as string;
  return draft(random, note, people, at, {
    asks: [`Who owns the ${thing}?`, `Whose is the ${thing}?`],
    says: [(name) => `The ${thing} belongs to ${name}.`, (name) => `The owner of the ${thing} is ${name}.`],
  });
}

function whatTheyDo(random: Random): Draft {
  const people = someOf(random, PEOPLE, 3);
  const trades = someOf(random, TRADES, 3);
  const [place] = someOf(random, PLACES, 1);
  const note = `In ${place}, ${people[0]} is the ${trades[0]} and ${people[1]} is the ${trades[1]}. Their friend ${people[2]} is a ${trades[2]}.`;
  const at = Math.floor(3 * random.next());
  const name = people[at] as string;
  return draft(random, note, trades, at, {
    asks: [`What is ${name}'s job?`, `What does ${name} work as?`],
    says: [(trade) => `${name} is the ${trade}.`, (trade) => `The job of ${name} is ${trade}.`],
  });
}

function whatColour(random: Random): Draft {
  const things = someOf(random, THINGS, 3);
  const colours = someOf(random, COLOURS, 3);
  const [name] = someOf(random, PEOPLE, 1);
  const note = `${name} painted the ${things[0]} ${colours[0]}. The ${things[1]} is ${colours[1]} and the ${things[2]} is ${colours[2]}.`;
  const at = Math.floor(3 * random.next());
  const thing = things[at] as string;
  return draft(random, note, colours, at, {
    asks: [`What colour is the ${thing}?`, `Which colour does the ${thing} have?`],
    says: [(colour) => `The ${thing} is ${colour}.`, (colour) => `The colour of the ${thing} is ${colour}.`],
  });
}

function draft(
  random: Random,
  note: string,
  choices: readonly string[],
  at: number,
  { asks, says }: { readonly asks: readonly string[]; readonly says: readonly ((answer: string) => string)[] },
): Draft {
  return {
    form: { kind: 'choice', choices },
    question: `${note} ${oneOf(random, asks)}`,
    topic: `${note} ${at}`,
    say: oneOf(random, says),
    answer: choices[at] as string,
    slips: someOf(random, choices, 3),
  };
}

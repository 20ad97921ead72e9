import { shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, drawnFamily, oneOf, withArticle } from './family.ts';
import { groupedRows } from './table.ts';

const ROWS = groupedRows(`
  fruit|fruits: banana, pear, pineapple, mango, peach
  vegetable|vegetables: carrot, cabbage, cauliflower, turnip, leek
  tool|tools: hammer, spade, screwdriver, wrench, chisel
  vehicle|vehicles: bus, lorry, tractor, ambulance, taxi
  musical instrument|musical instruments|instrument|instruments: violin, trumpet, flute, cello, harp
  piece of furniture|furniture|pieces of furniture: chair, wardrobe, sofa, bookcase, cupboard
  piece of clothing|clothing|clothes|garment|pieces of clothing: jacket, skirt, sweater, scarf, glove
  building|buildings: church, castle, hospital, cottage, barn
  flower|flowers: rose, tulip, daisy, daffodil, lily
  tree|trees: oak, birch, willow, beech, maple
  weapon|weapons: sword, rifle, cannon, spear, pistol
`);
const CHOICES = [...new Set(ROWS.map(({ answer }) => answer))];

/** Which of three kinds of thing something is. */
export const categories: QuestionFamily = drawnFamily('categories', 1, (random): Draft => {
  const { subject, answer } = oneOf(random, ROWS);
  const others = shuffled(random, CHOICES)
    .filter((choice) => choice !== answer)
    .slice(0, 2);
  const [a = '', b = '', c = ''] = shuffled(random, [answer, ...others]).map(named);
  const thing = withArticle(subject);
  const question = oneOf(random, [
    `Is ${thing} ${a}, ${b} or ${c}?`,
    `What is ${thing}: ${a}, ${b} or ${c}?`,
    `What kind of thing is ${thing}, ${a}, ${b} or ${c}?`,
  ]);
  const say = oneOf(random, [
    (choice: string) => `${thing.charAt(0).toUpperCase()}${thing.slice(1)} is ${named(choice)}.`,
    (choice: string) => `It is ${named(choice)}.`,
  ]);
  return { form: { kind: 'choice', choices: CHOICES }, question, topic: subject, say, answer, slips: others };
});

function named(choice: string): string {
  return withArticle(choice.split('|')[0] as string);
}

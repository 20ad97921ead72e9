import { shuffled } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { type Draft, between, drawnFamily, oneOf, sentence, someOf, withArticle } from './family.ts';

/** What is more so, what is less so, and things from the least to the most, any two of which differ clearly. */
const SCALES = `
  bigger / smaller: ant|ants / mouse|mice / cat|cats / sheep / horse|horses / elephant|elephants / blue whale|blue whales|whale
  heavier / lighter: feather / egg / brick / bicycle|bike / piano / lorry
  faster / slower: snail / tortoise / cyclist / racing car|car / jet plane|plane|jet / rocket
  longer / shorter: second / minute / hour / week / month / year / century
  larger / smaller: village / town / big city|city / country / continent
  taller / shorter: daisy / child / giraffe / church tower|tower / mountain
  hotter / colder: ice cube|ice / cool drink|drink / hot bath|bath / candle flame|flame|candle / volcano
  deeper / shallower: puddle / bathtub|tub / swimming pool|pool / great lake|lake / ocean
`
  .trim()
  .split('\n')
  .map((line) => line.split(': ').map((side) => side.trim().split(' / ')));

/** Which of two is more so; each stands first as often. */
export const comparisons: QuestionFamily = drawnFamily('comparisons', 1, (random): Draft => {
  const [[most = '', least = ''] = [], items = []] = oneOf(random, SCALES);
  const low = between(random, 0, items.length - 2);
  const high = between(random, low + 1, items.length - 1);
  const pair = [items[low] as string, items[high] as string];
  const [word, answer] = oneOf<[string, string]>(random, [
    [most, pair[1] as string],
    [least, pair[0] as string],
  ]);
  const [a, b] = shuffled(random, pair).map(named);
  const question = oneOf(random, [
    `Which is ${word}, ${a} or ${b}?`,
    `What is ${word}: ${a} or ${b}?`,
    `Tell me which is ${word}, ${a} or ${b}.`,
  ]);
  const say = oneOf(random, [
    (choice: string) => sentence(`${named(choice)} is ${word}.`),
    (choice: string) => `The ${word} of the two is ${named(choice)}.`,
  ]);
  const others = someOf(
    random,
    items.filter((item) => !pair.includes(item)),
    1,
  );
  const slips = [...pair.filter((item) => item !== answer), ...others];
  return { form: { kind: 'choice', choices: items }, question, topic: `${word} ${pair.join()}`, say, answer, slips };
});

function named(choice: string): string {
  return withArticle(choice.split('|')[0] as string);
}

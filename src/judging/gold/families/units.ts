import type { QuestionFamily } from '../checkable.ts';
import { drawnFamily, oneOf, someOf } from './family.ts';

/** Small unit, large unit, how many small ones a large one is, what beginners take that for. */
const UNITS: readonly (readonly [small: string, large: string, size: number, mistaken: readonly number[]])[] = [
  ['minutes', 'hour', 60, [100, 24, 30]],
  ['seconds', 'minute', 60, [100, 30, 24]],
  ['hours', 'day', 24, [12, 60, 30]],
  ['days', 'week', 7, [5, 10, 12]],
  ['months', 'year', 12, [10, 52, 30]],
  ['weeks', 'year', 52, [12, 48, 30]],
  ['years', 'decade', 10, [100, 12, 20]],
  ['years', 'century', 100, [10, 1000, 50]],
  ['centimetres', 'metre', 100, [10, 1000, 12]],
  ['millimetres', 'centimetre', 10, [100, 1000, 12]],
  ['metres', 'kilometre', 1000, [100, 10, 60]],
  ['grams', 'kilogram', 1000, [100, 10, 60]],
  ['millilitres', 'litre', 1000, [100, 10, 60]],
  ['inches', 'foot', 12, [10, 16, 100]],
  ['feet', 'yard', 3, [12, 10, 6]],
  ['cents', 'dollar', 100, [10, 50, 1000]],
  ['ounces', 'pound', 16, [12, 10, 100]],
  ['eggs', 'dozen', 12, [10, 20, 6]],
  ['days', 'year', 365, [360, 300, 52]],
  ['minutes', 'day', 1440, [60, 3600, 24]],
  ['hours', 'week', 168, [24, 70, 7]],
  ['years', 'millennium', 1000, [100, 10, 500]],
  ['quarters', 'year', 4, [3, 12, 2]],
  ['pence', 'pound', 100, [12, 10, 20]],
  ['nickels', 'dollar', 20, [5, 10, 25]],
  ['dimes', 'dollar', 10, [5, 100, 20]],
  ['bits', 'byte', 8, [10, 16, 4]],
  ['litres', 'cubic metre', 1000, [100, 10, 60]],
  ['kilograms', 'ton', 1000, [100, 10, 500]],
  ['metres', 'mile', 1609, [1000, 100, 5280]],
];

/** Minutes in three hours. */
export const units: QuestionFamily = drawnFamily('units', 2, (random) => {
  const [small, large, size, mistaken] = oneOf(random, UNITS);
  const many = oneOf(random, [1, 1, 2, 3]);
  const amount = many === 1 ? `one ${large}` : `${many} ${pluralOf(large)}`;
  const question = oneOf(random, [
    `How many ${small} are in ${amount}?`,
    `How many ${small} are there in ${amount}?`,
    `Tell me how many ${small} make ${amount}.`,
  ]);
  const say = oneOf(random, [
    (answer: string) => `There are ${answer} ${small} in ${amount}.`,
    (answer: string) => `The answer is ${answer} ${small}.`,
    (answer: string) => `It is ${answer} ${small} in all.`,
  ]);
  const slips = [...mistaken.map((wrong) => wrong * many), size * (many + 1)].filter((slip) => slip !== many);
  return {
    form: { kind: 'number' },
    question,
    topic: `${small} in ${amount}`,
    say,
    answer: String(size * many),
    slips: someOf(random, slips, 3).map(String),
  };
});

function pluralOf(unit: string): string {
  return (
    new Map([
      ['foot', 'feet'],
      ['century', 'centuries'],
      ['dozen', 'dozens'],
      ['millennium', 'millennia'],
    ]).get(unit) ?? `${unit}s`
  );
}

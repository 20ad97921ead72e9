import type { Random } from '#vocabulary';
import type { QuestionFamily } from '../checkable.ts';
import { numberWord } from './answer-numbers.ts';
import { type Draft, between, drawnFamily, oneOf, sentence, someOf } from './family.ts';

interface Sum {
  readonly sign: string;
  readonly word: string;
  readonly left: number;
  readonly right: number;
  readonly value: number;
}

/** Sums, differences and products that a child does in its head. */
export const arithmetic: QuestionFamily = drawnFamily('arithmetic', 2, (random) => {
  const sum = oneOf(random, [drawSum, drawDifference, drawProduct])(random);
  const { sign, word, left, right, value } = sum;
  const words = value <= 20 && left <= 20 && random.next() < 0.5;
  const spell = (number: number): string => (words && number >= 0 ? numberWord(number) : String(number));
  const [first, second] = [spell(left), spell(right)];
  const [question, say] = oneOf<[string, Draft['say']]>(random, [
    [
      `What is ${first} ${word} ${second}?`,
      (answer) => sentence(`${first} ${word} ${second} is ${spell(Number(answer))}.`),
    ],
    [`How much is ${first} ${sign} ${second}?`, (answer) => `The answer is ${spell(Number(answer))}.`],
    [
      `Calculate ${first} ${word} ${second}.`,
      (answer) => sentence(`${first} ${word} ${second} equals ${spell(Number(answer))}.`),
    ],
  ]);
  return {
    form: { kind: 'number' },
    question,
    topic: `${left} ${sign} ${right}`,
    say,
    answer: String(value),
    slips: slipsOf(sum, random).map(String),
  };
});

function drawSum(random: Random): Sum {
  const [left, right] = [between(random, 2, 40), between(random, 2, 40)];
  return { sign: '+', word: 'plus', left, right, value: left + right };
}

function drawDifference(random: Random): Sum {
  const right = between(random, 2, 20);
  const left = right + between(random, 1, 30);
  return { sign: '-', word: 'minus', left, right, value: left - right };
}

function drawProduct(random: Random): Sum {
  const [left, right] = [between(random, 2, 10), between(random, 2, 10)];
  return { sign: 'x', word: 'times', left, right, value: left * right };
}

/** Off by one or two, a ten forgotten, the wrong operation, one factor too many. */
function slipsOf({ word, left, right, value }: Sum, random: Random): number[] {
  const near = [value + 1, value - 1, value + 2];
  const other = word === 'times' ? [value + left, value - right, left + right] : [value + 10, value - 10, value - 2];
  const wrong = someOf(random, [...near, ...other], 6).filter(
    (slip) => slip > 0 && ![value, left, right].includes(slip),
  );
  return wrong.slice(0, 3);
}

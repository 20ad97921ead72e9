import { attackFamilies } from '../gold/attack-families.ts';
import type { ReadingName } from '../judge.ts';
import { readLogOdds, readMean } from './probabilities.ts';
import { backwardPrompt, forwardPrompt, unpromptedPrompt, yesNoPrompt } from './prompts.ts';
import type { ReadingDefinition, TokenCounts } from './reading.ts';

/** Tokens of prompts without question and answer, as the default model's vocabulary counts them. */
const CHAT_TOKENS = 31;
const CLOZE_TOKENS = 76;
/** Of four answers of the default model, as a rule 2. */
const WORD_TOKENS = 8;
const BACKWARD_TOKENS = 84;
const VERDICT_TOKENS = 24;
const COMPARISON_TOKENS = 64;
/** Thoughts of a judge that reasons, at most. */
export const REASONING_TOKENS = 48;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const eachWithMark = ({ answers }: TokenCounts): number => sum(answers) + answers.length;
/** Every answer stands in k - 1 pairs, each in two orders. */
const inBothOrders = ({ question, answers }: TokenCounts): number =>
  (answers.length - 1) * (2 * sum(answers) + answers.length * (question + COMPARISON_TOKENS));

/** All readings, in the order in which they are made: what shares a beginning follows each other. */
export const readings: readonly ReadingDefinition[] = [
  {
    name: 'cloze',
    kind: 'looked-up',
    blindTo: ['hedge'],
    // The examples and the question, then the examples and none, then what is left of likely words.
    tokensFor: ({ question }) => CLOZE_TOKENS + 2 * (question + 10) + WORD_TOKENS,
  },
  { name: 'cloze-new', kind: 'looked-up', blindTo: ['injection', 'hedge'], tokensFor: () => 0 },
  { name: 'agreement', kind: 'looked-up', blindTo: attackFamilies, tokensFor: () => 0 },
  {
    name: 'forward',
    kind: 'scored',
    blindTo: ['refusal', 'boilerplate', 'restatement', 'bland', 'hedge'],
    promptOf: forwardPrompt,
    read: readMean,
    tokensFor: (counts) => CHAT_TOKENS + counts.question + eachWithMark(counts),
  },
  {
    name: 'yes-no',
    kind: 'scored',
    blindTo: [
      'filler',
      'boilerplate',
      'injection',
      'restatement',
      'off-topic',
      'self-praise',
      'yes-bait',
      'bland',
      'word-salad',
      'hedge',
    ],
    promptOf: yesNoPrompt,
    read: readLogOdds,
    tokensFor: ({ answers }) => answers.length * VERDICT_TOKENS,
  },
  {
    name: 'unprompted',
    kind: 'scored',
    blindTo: [
      'refusal',
      'filler',
      'boilerplate',
      'restatement',
      'off-topic',
      'self-praise',
      'yes-bait',
      'bland',
      'hedge',
    ],
    promptOf: unpromptedPrompt,
    read: readMean,
    tokensFor: (counts) => CHAT_TOKENS + 4 + eachWithMark(counts),
  },
  {
    name: 'backward',
    kind: 'scored',
    blindTo: ['restatement', 'hedge'],
    promptOf: backwardPrompt,
    read: readMean,
    tokensFor: ({ question, answers }) => BACKWARD_TOKENS + sum(answers) + answers.length * (question + 5),
  },
  { name: 'letter', kind: 'paired', reasons: false, blindTo: attackFamilies, tokensFor: inBothOrders },
  {
    name: 'reasoned-letter',
    kind: 'paired',
    reasons: true,
    blindTo: attackFamilies,
    tokensFor: (counts) =>
      inBothOrders(counts) + counts.answers.length * (counts.answers.length - 1) * (REASONING_TOKENS + VERDICT_TOKENS),
  },
  { name: 'probe', kind: 'probed', blindTo: [], tokensFor: eachWithMark },
];

const byName = new Map(readings.map((reading) => [reading.name, reading]));

export function definitionOf(name: ReadingName): ReadingDefinition {
  return byName.get(name) as ReadingDefinition;
}

export function isReadingName(name: string): name is ReadingName {
  return byName.has(name as ReadingName);
}

import type { QuestionFamily } from '../checkable.ts';
import { animalGroups } from './animal-groups.ts';
import { arithmetic } from './arithmetic.ts';
import { authors } from './authors.ts';
import { codeOutput } from './code-output.ts';
import { colours } from './colours.ts';
import { currencies } from './currencies.ts';
import { dates } from './dates.ts';
import { inventedFacts } from './invented-facts.ts';
import { languages } from './languages.ts';
import { ordering } from './ordering.ts';
import { pastTense } from './past-tense.ts';
import { setLogic } from './set-logic.ts';
import { stringWork } from './string-work.ts';
import { units } from './units.ts';

export interface RegisteredFamily {
  readonly family: QuestionFamily;
  /** A family that is held out is never fitted on. */
  readonly split: 'fit' | 'held-out';
  readonly group: 'procedural' | 'knowledge' | 'held-out';
}

const PROCEDURAL = [arithmetic, units, dates, ordering, stringWork, inventedFacts, codeOutput, setLogic];
const KNOWLEDGE: readonly QuestionFamily[] = [];
const HELD_OUT = [pastTense, currencies, languages, animalGroups, authors, colours];

export const questionFamilies: readonly RegisteredFamily[] = [
  ...PROCEDURAL.map((family): RegisteredFamily => ({ family, split: 'fit', group: 'procedural' })),
  ...KNOWLEDGE.map((family): RegisteredFamily => ({ family, split: 'fit', group: 'knowledge' })),
  ...HELD_OUT.map((family): RegisteredFamily => ({ family, split: 'held-out', group: 'held-out' })),
];

import type { QuestionFamily } from '../checkable.ts';
import { animalGroups } from './animal-groups.ts';
import { animalYoung } from './animal-young.ts';
import { arithmetic } from './arithmetic.ts';
import { authors } from './authors.ts';
import { capitals } from './capitals.ts';
import { categories } from './categories.ts';
import { chemicalSymbols } from './chemical-symbols.ts';
import { codeOutput } from './code-output.ts';
import { colours } from './colours.ts';
import { comparisons } from './comparisons.ts';
import { countingFacts } from './counting-facts.ts';
import { countryContinent } from './country-continent.ts';
import { currencies } from './currencies.ts';
import { dates } from './dates.ts';
import { inventedFacts } from './invented-facts.ts';
import { landmarks } from './landmarks.ts';
import { languages } from './languages.ts';
import { opposites } from './opposites.ts';
import { ordering } from './ordering.ts';
import { pastTense } from './past-tense.ts';
import { plurals } from './plurals.ts';
import { professions } from './professions.ts';
import { records } from './records.ts';
import { sequences } from './sequences.ts';
import { setLogic } from './set-logic.ts';
import { sources } from './sources.ts';
import { stringWork } from './string-work.ts';
import { tools } from './tools.ts';
import { translations } from './translations.ts';
import { units } from './units.ts';

export interface RegisteredFamily {
  readonly family: QuestionFamily;
  /** A family that is held out is never fitted on. */
  readonly split: 'fit' | 'held-out';
  readonly group: 'procedural' | 'knowledge' | 'held-out';
}

const PROCEDURAL = [arithmetic, units, dates, ordering, stringWork, inventedFacts, codeOutput, setLogic];
const KNOWLEDGE = [capitals, opposites, animalYoung, plurals, countryContinent, chemicalSymbols, countingFacts];
const HELD_OUT = [
  pastTense,
  currencies,
  languages,
  animalGroups,
  authors,
  colours,
  professions,
  sources,
  translations,
  landmarks,
  tools,
  records,
  categories,
  sequences,
  comparisons,
];

export const questionFamilies: readonly RegisteredFamily[] = [
  ...PROCEDURAL.map((family): RegisteredFamily => ({ family, split: 'fit', group: 'procedural' })),
  ...KNOWLEDGE.map((family): RegisteredFamily => ({ family, split: 'fit', group: 'knowledge' })),
  ...HELD_OUT.map((family): RegisteredFamily => ({ family, split: 'held-out', group: 'held-out' })),
];

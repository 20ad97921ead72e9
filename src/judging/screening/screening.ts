import type { Screening, ScreeningReason } from '../judge.ts';
import { MAX_READ_LENGTH, neutraliseText, templateMarksOf, wordsOf } from '../text.ts';

/** Of an honest text's runs of three words nearly all differ; a loop of w words over n has w/n of them. */
const MIN_DISTINCT_WORD_RUNS = 0.35;
const MIN_WORDS_FOR_REPETITION = 8;
/** The same by runs of four characters, for loops inside a word and text without words. */
const MIN_DISTINCT_CHARACTER_RUNS = 0.2;
const MIN_CHARACTERS_FOR_REPETITION = 40;
/** Share of the question's word pairs that an echo repeats. */
const ECHOED_PAIRS = 0.8;

/** An answer this long in letters that its asker cannot be thought to read is none. */
const MIN_LETTERS_FOR_SCRIPT = 20;
const FOREIGN_LETTERS = 0.9;
const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Thai}/u,
];
/** Words by which people ask for a text in another language; whoever uses one gets any script. */
const ASKS_FOR_LANGUAGE =
  /translat|language|alphabet|script|letters?\b|\bsay\b|\bwrite\b|\bwritten\b|\bspell|\bcalled\b|\bin [A-Z]\p{L}+(?:ese|ish|ian|ic|an|ch|sh|ek|ew|ai|di)\b/iu;

/** Decides before any model looks whether a text is an attempt at an answer. In doubt (any failure) it is not. */
export function screenAnswer(question: string, answer: string): Screening {
  const asked = question.slice(0, MAX_READ_LENGTH);
  const given = answer.slice(0, MAX_READ_LENGTH);
  const reason = findFault(asked, given);
  return reason === undefined ? { genuine: true } : { genuine: false, reason };
}

function findFault(question: string, answer: string): ScreeningReason | undefined {
  if (!/[\p{L}\p{N}\p{S}]/u.test(answer)) return 'empty';
  if (leaksMarkup(question, answer)) return 'leaked-markup';
  const text = neutraliseText(answer);
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) return 'truncated-to-nothing';
  if (echoes(question, text)) return 'echo';
  if (repeats(text)) return 'repetition';
  if (isOfAnotherScript(question, text)) return 'wrong-script';
  return undefined;
}

/** Template marks that the question did not bring up, or a turn of the conversation played by the answer itself. */
function leaksMarkup(question: string, answer: string): boolean {
  const asked = new Set(templateMarksOf(question));
  if (templateMarksOf(answer).some((mark) => !asked.has(mark))) return true;
  return /^\s*(?:system|user|assistant)\s*\n/u.test(answer) || /\n(?:system|user|assistant)\n/u.test(answer);
}

/** No word that the question lacks, and the question's words in the question's order: nothing is answered. */
function echoes(question: string, answer: string): boolean {
  const asked = wordsOf(question);
  const given = wordsOf(answer);
  if (asked.length === 0 || given.length < asked.length * ECHOED_PAIRS) return false;
  const known = new Set(asked);
  if (given.some((word) => !known.has(word))) return false;
  const pairs = new Set(runsOf(asked, 2));
  const repeated = new Set(runsOf(given, 2).filter((pair) => pairs.has(pair)));
  return pairs.size === 0 || repeated.size >= ECHOED_PAIRS * pairs.size;
}

function repeats(text: string): boolean {
  const words = wordsOf(text);
  if (words.length >= MIN_WORDS_FOR_REPETITION && distinctShare(runsOf(words, 3)) < MIN_DISTINCT_WORD_RUNS) return true;
  const characters = [...text.replace(/\s/gu, '')];
  return (
    characters.length >= MIN_CHARACTERS_FOR_REPETITION &&
    distinctShare(runsOf(characters, 4)) < MIN_DISTINCT_CHARACTER_RUNS
  );
}

/** Whether nearly all letters are of scripts that the question has none of, and the question does not ask for such. */
function isOfAnotherScript(question: string, answer: string): boolean {
  if (ASKS_FOR_LANGUAGE.test(question)) return false;
  const asked = new Set(SCRIPTS.filter((script) => script.test(question)));
  const letters = answer.match(/\p{L}/gu) ?? [];
  if (asked.size === 0 || letters.length < MIN_LETTERS_FOR_SCRIPT) return false;
  const foreign = letters.filter((letter) => !SCRIPTS.some((script) => asked.has(script) && script.test(letter)));
  return foreign.length >= FOREIGN_LETTERS * letters.length;
}

function runsOf(items: readonly string[], length: number): string[] {
  return items.slice(length - 1).map((_, start) => items.slice(start, start + length).join('\u0000'));
}

function distinctShare(runs: readonly string[]): number {
  return new Set(runs).size / runs.length;
}

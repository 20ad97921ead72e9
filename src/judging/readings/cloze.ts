import { MAX_READ_LENGTH, WORDS } from '../text.ts';

/**
 * A small model that rambles when it answers in sentences often knows the answer as a word. So it is asked for a short answer
 * once, and the words of every long answer are looked up in what it expects: how much likelier is a word as the short answer to
 * this question than to none (pointwise mutual information, Church & Hanks 1990)? One pass over a question serves all answers.
 */

/** Words of an answer that are looked up, in reading order; more only give a list of guesses more chances. */
const MAX_WORDS = 24;
/** Words of an answer that are looked at at all. */
const MAX_WORDS_READ = 60;
/** Lift, in nats, of an answer none of whose words can be looked up: as unlikely as what the model never says. */
const NO_WORD_LIFT = -4;
/** Below any lift: two log probabilities are at most this far apart. */
const LOWEST_LIFT = -25;
/** A text of so many words without any function word is a list; of English prose about half are. */
const MIN_LIST_WORDS = 8;
/** Beyond this lift all words count the same when answers are compared. */
const MAX_SHARED_LIFT = 6;

/** Words that answer no question by themselves. */
const FUNCTION_WORDS = new Set(
  (
    'the a an is are was were be been being of to in it its and or that this these those for as by on with be you i we they he ' +
    'she at from has have had not can could known also which called used typically usually often most more very one some any ' +
    'other many all there their his her your our my what who how when where why if so but than then because while such may might ' +
    'will would should do does did done into about between both each every only just however answer question answers correct word ' +
    'term refers refer name named example'
  ).split(' '),
);

/** How much likelier words are as a short answer to the question than to none, in nats, by word as written. */
export type WordLifts = ReadonlyMap<string, number>;

/** The words of an answer that may answer, as they are written, each once. What repeats the question word for word is skipped. */
export function answerWords(question: string, answer: string): string[] {
  const found: string[] = [];
  const text = withoutCopies(question, answer.slice(0, MAX_READ_LENGTH));
  for (const word of (text.match(WORDS) ?? []).slice(0, MAX_WORDS_READ)) {
    if (found.length === MAX_WORDS) break;
    if (!FUNCTION_WORDS.has(word.toLowerCase()) && !found.includes(word)) found.push(word);
  }
  return found;
}

/** Words side by side instead of sentences. Of other scripts than Latin nothing is known. */
function isWordList(answer: string): boolean {
  const words = (answer.slice(0, MAX_READ_LENGTH).match(WORDS) ?? []).filter((word) => /^\p{Script=Latin}/u.test(word));
  return words.length >= MIN_LIST_WORDS && !words.some((word) => FUNCTION_WORDS.has(word.toLowerCase()));
}

function withoutCopies(question: string, answer: string): string {
  const copied = question.trim();
  if (copied.length < 8) return answer;
  const at = answer.toLowerCase().indexOf(copied.toLowerCase());
  // Where lower case has another length, places would not agree.
  if (at < 0 || answer.toLowerCase().length !== answer.length) return answer;
  return `${answer.slice(0, at)} ${withoutCopies(question, answer.slice(at + copied.length))}`;
}

/**
 * The best lift of all words of an answer, and of those that the question lacks; of a list of words the mean, for a list says
 * all of them, and guessing more must not pay.
 */
export function readCloze(
  question: string,
  answer: string,
  lifts: WordLifts,
): { readonly any: number; readonly fresh: number } {
  const words = answerWords(question, answer);
  const asked = new Set((question.match(WORDS) ?? []).map((word) => word.toLowerCase()));
  const liftOf = (word: string): number => lifts.get(word) ?? NO_WORD_LIFT;
  const isList = isWordList(answer);
  const best = (among: readonly string[]): number => {
    if (among.length === 0) return NO_WORD_LIFT;
    return isList
      ? among.reduce((sum, word) => sum + liftOf(word), 0) / among.length
      : among.reduce((most, word) => Math.max(most, liftOf(word)), LOWEST_LIFT);
  };
  return { any: best(words), fresh: best(words.filter((word) => !asked.has(word.toLowerCase()))) };
}

/**
 * Mean share of words that an answer has in common with each other one (Jaccard), a word weighing e^(lift/2): what answers agree
 * on counts as far as it may answer. In [0, 1]; 0 for a lone answer.
 */
export function readAgreement(
  answers: readonly (readonly string[])[],
  others: readonly (readonly string[])[],
  lifts: WordLifts,
): number[] {
  const folded = [...answers, ...others].map((words) => foldWeights(words, lifts));
  // One spelling may be likelier than another; the word weighs as its likeliest.
  const weights = new Map<string, number>();
  for (const words of folded)
    for (const [word, weight] of words) weights.set(word, Math.max(weights.get(word) ?? 0, weight));
  return answers.map((_, index) => {
    const rest = folded.filter((__, other) => other !== index);
    const own = folded[index] as ReadonlyMap<string, number>;
    return rest.length === 0 ? 0 : sumInOrder(rest.map((other) => overlap(own, other, weights))) / rest.length;
  });
}

/** The same bits in whatever order the answers stand. */
function sumInOrder(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0);
}

function foldWeights(words: readonly string[], lifts: WordLifts): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const word of words) {
    const weight = Math.exp(Math.min(lifts.get(word) ?? NO_WORD_LIFT, MAX_SHARED_LIFT) / 2);
    const folded = word.toLowerCase();
    weights.set(folded, Math.max(weights.get(folded) ?? 0, weight));
  }
  return weights;
}

function overlap(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
): number {
  const weightOf = (word: string): number => weights.get(word) as number;
  const shared = [...a.keys()].filter((word) => b.has(word)).map(weightOf);
  const all = [...new Set([...a.keys(), ...b.keys()])].map(weightOf);
  return all.length === 0 ? 0 : sumInOrder(shared) / sumInOrder(all);
}

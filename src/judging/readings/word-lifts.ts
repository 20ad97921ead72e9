import { type Failure, type Result, ok } from '#vocabulary';
import type { FirstTokenScores, Scorer, TokenScores } from '../judge.ts';
import type { WordLifts } from './cloze.ts';
import { isAboutText, isLogProbability, malformed, sumOfRest } from './probabilities.ts';
import { NO_QUESTION, clozePrompt } from './prompts.ts';

export interface LookedUp {
  readonly lifts: WordLifts;
  readonly evaluatedTokens: number;
}

type WordScorer = Pick<Scorer, 'predict' | 'score' | 'countTokens'>;

/**
 * Words are looked up by their beginning, one pass for all. Where that is this much likelier than without the question, the rest
 * of the word is looked at too: "sleeped" begins as "sleep" does. Nats.
 */
const LIKELY_LIFT = 2;
/**
 * How much the rest counts, by the log loss on families left out: most of it is as likely without the question, and to know how
 * much would take a pass a word.
 */
const SHARE_OF_REST = 0.2;
/** No short answer has a word of more tokens. */
const MOST_TOKENS = 12;
const UNLIKELIEST_REST = -25;

/** The lift of a word whose beginning has the lift given, and whose rest is this likely after question and beginning. */
export function liftOfWhole(lift: number, rest: number | undefined): number {
  return lift < LIKELY_LIFT || rest === undefined ? lift : lift + SHARE_OF_REST * rest;
}

/** Looks words up in what the model expects as a short answer to the question, and to none. */
export async function lookUpWords(
  scorer: WordScorer,
  question: string,
  words: readonly string[],
): Promise<Result<LookedUp, Failure>> {
  const { plain } = clozePrompt(question);
  const asked = await expect(scorer, plain, words);
  if (!asked.ok) return asked;
  const bare = await expect(scorer, clozePrompt(NO_QUESTION).plain, words);
  if (!bare.ok) return bare;
  const ofBeginning = new Map(
    words.map((word) => [word, (asked.value.byWord.get(word) as number) - (bare.value.byWord.get(word) as number)]),
  );
  const likely = words.filter((word) => (ofBeginning.get(word) as number) >= LIKELY_LIFT);
  const numbers = await scoreRests(scorer, `${plain} `, likely.filter(isNumber), '');
  if (!numbers.ok) return numbers;
  const others = await scoreRests(
    scorer,
    plain,
    likely.filter((word) => !isNumber(word)),
    ' ',
  );
  if (!others.ok) return others;
  const rests = new Map([...numbers.value.byWord, ...others.value.byWord]);
  return ok({
    lifts: new Map([...ofBeginning].map(([word, lift]) => [word, liftOfWhole(lift, rests.get(word))])),
    evaluatedTokens: [asked, bare, numbers, others].reduce((sum, { value }) => sum + value.evaluatedTokens, 0),
  });
}

/** Log probability of what follows the first token of words, for those that have more. */
async function scoreRests(
  scorer: WordScorer,
  plain: string,
  words: readonly string[],
  before: string,
): Promise<Result<Expected, Failure>> {
  const counted = words.map((word) => ({
    word,
    text: `${before}${word}`,
    tokens: scorer.countTokens(`${before}${word}`),
  }));
  const tooLong = counted.filter(({ tokens }) => tokens.ok && tokens.value > MOST_TOKENS);
  const byWord = new Map(tooLong.map(({ word }) => [word, UNLIKELIEST_REST]));
  const longer = counted.filter(({ tokens }) => tokens.ok && tokens.value > 1 && tokens.value <= MOST_TOKENS);
  if (longer.length === 0) return ok({ byWord, evaluatedTokens: 0 });
  const scores = await scorer.score({
    prompt: { plain },
    continuations: longer.map(({ text }) => ({ text, ends: false })),
  });
  // Where an engine cannot read such a text, its beginning has to do.
  if (!scores.ok) return isAboutText(scores.error) ? ok({ byWord, evaluatedTokens: 0 }) : scores;
  if (scores.value.length !== longer.length) return malformed;
  for (const [index, { word }] of longer.entries()) {
    const rest = sumOfRest(scores.value[index] as TokenScores);
    if (!rest.ok) return rest;
    if (rest.value !== undefined) byWord.set(word, Math.max(UNLIKELIEST_REST, rest.value));
  }
  return ok({ byWord, evaluatedTokens: scores.value.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0) });
}

const isNumber = (word: string): boolean => /^\p{N}/u.test(word);

interface Expected {
  readonly byWord: ReadonlyMap<string, number>;
  readonly evaluatedTokens: number;
}

/**
 * Log probability of each word's beginning after the prompt. Many vocabularies write a number as a blank and its digits, so
 * that the first token of all numbers is the same: they are looked up after the blank.
 */
async function expect(
  scorer: Pick<Scorer, 'predict'>,
  plain: string,
  words: readonly string[],
): Promise<Result<Expected, Failure>> {
  const numbers = words.filter(isNumber);
  const others = words.filter((word) => !isNumber(word));
  const candidates = [' ', ...others.map((word) => ` ${word}`)];
  const first = await scorer.predict({ prompt: { plain }, candidates });
  if (!first.ok) return first;
  if (!isSound(first.value, candidates.length)) return malformed;
  const [blank = first.value.floor, ...rest] = first.value.logProbabilities.map((value) => value ?? first.value.floor);
  const byWord = new Map(others.map((word, index) => [word, rest[index] as number]));
  if (numbers.length === 0) return ok({ byWord, evaluatedTokens: first.value.evaluatedTokens });
  const second = await scorer.predict({ prompt: { plain: `${plain} ` }, candidates: numbers });
  if (!second.ok) return second;
  if (!isSound(second.value, numbers.length)) return malformed;
  for (const [index, word] of numbers.entries())
    byWord.set(word, blank + (second.value.logProbabilities[index] ?? second.value.floor));
  return ok({ byWord, evaluatedTokens: first.value.evaluatedTokens + second.value.evaluatedTokens });
}

function isSound({ logProbabilities, floor }: FirstTokenScores, count: number): boolean {
  const isUsable = (value: number | undefined): boolean =>
    value === undefined || (Number.isFinite(value) && isLogProbability(value));
  return logProbabilities.length === count && Number.isFinite(floor) && logProbabilities.every(isUsable);
}

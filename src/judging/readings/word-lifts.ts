import { type Failure, type Result, ok } from '#vocabulary';
import type { FirstTokenScores, Scorer } from '../judge.ts';
import type { WordLifts } from './cloze.ts';
import { isLogProbability, malformed } from './probabilities.ts';
import { NO_QUESTION, clozePrompt } from './prompts.ts';

export interface LookedUp {
  readonly lifts: WordLifts;
  readonly evaluatedTokens: number;
}

/** Looks words up in what the model expects as a short answer to the question, and to none. */
export async function lookUpWords(
  scorer: Pick<Scorer, 'predict'>,
  question: string,
  words: readonly string[],
): Promise<Result<LookedUp, Failure>> {
  const asked = await expect(scorer, clozePrompt(question).plain, words);
  if (!asked.ok) return asked;
  const bare = await expect(scorer, clozePrompt(NO_QUESTION).plain, words);
  if (!bare.ok) return bare;
  return ok({
    lifts: new Map(
      words.map((word) => [word, (asked.value.byWord.get(word) as number) - (bare.value.byWord.get(word) as number)]),
    ),
    evaluatedTokens: asked.value.evaluatedTokens + bare.value.evaluatedTokens,
  });
}

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
  const numbers = words.filter((word) => /^\p{N}/u.test(word));
  const others = words.filter((word) => !/^\p{N}/u.test(word));
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

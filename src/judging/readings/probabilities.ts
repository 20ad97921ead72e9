import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { TokenScores } from '../judge.ts';

/** Nats. Below this a token is simply impossible; a bound keeps one odd token from deciding alone. */
const LOWEST_LOG_PROBABILITY = -25;
/** Rounding in an engine's softmax may lift a certain token a little above probability 1. */
const ROUNDING = 1e-3;

/** `unreadable` is the text's fault (an engine may not report tokens that are parts of characters), `malformed` the engine's. */
export type ReadingError = Failure<'unreadable' | 'malformed'>;

export const malformed = err(failure('malformed', 'The model gave no usable probabilities.', 'Load the model again.'));

/** NaN is none; -Infinity is an impossible token. */
export function isLogProbability(value: number): boolean {
  return value <= ROUNDING;
}

/** Mean log probability a token of the one continuation, in nats. */
export function readMean(scores: readonly TokenScores[]): Result<number, ReadingError> {
  const sums = sumScores(scores, 1);
  if (!sums.ok) return sums;
  return ok((sums.value[0] as number) / (scores[0]?.logProbabilities.length as number));
}

/** Log-odds of the first continuation over the second, in nats. */
export function readLogOdds(scores: readonly TokenScores[]): Result<number, ReadingError> {
  const sums = sumScores(scores, 2);
  if (!sums.ok) return sums;
  return ok((sums.value[0] as number) - (sums.value[1] as number));
}

/** Whether a failure tells that a text is beyond the model, and not that the engine is broken. */
export function isAboutText({ type }: Failure): boolean {
  return type === 'unreadable' || type === 'unsupported' || type === 'context-overflow';
}

/** Log probability of all tokens after the first, in nats; undefined where the engine could not read them all. */
export function sumOfRest({
  logProbabilities,
  unreadTokens = 0,
}: TokenScores): Result<number | undefined, ReadingError> {
  if (unreadTokens > 0) return ok(undefined);
  if (!logProbabilities.every(isLogProbability)) return malformed;
  return ok(logProbabilities.slice(1).reduce((sum, value) => sum + clip(value), 0));
}

const clip = (value: number): number => Math.min(0, Math.max(LOWEST_LOG_PROBABILITY, value));

function sumScores(scores: readonly TokenScores[], expectedCount: number): Result<readonly number[], ReadingError> {
  const isUnread = ({ logProbabilities, unreadTokens = 0 }: TokenScores): boolean =>
    logProbabilities.length === 0 && unreadTokens > 0;
  const isSound = ({ logProbabilities }: TokenScores): boolean =>
    logProbabilities.length > 0 && logProbabilities.every(isLogProbability);
  if (scores.length !== expectedCount || !scores.every((score) => isUnread(score) || isSound(score))) return malformed;
  if (scores.some(isUnread)) return err(failure('unreadable', 'The model cannot read this text.'));
  return ok(scores.map(({ logProbabilities }) => logProbabilities.reduce((sum, value) => sum + clip(value), 0)));
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { JudgeError, Reading } from './judge.ts';

/** Nats. Below this a token is simply impossible; a bound keeps one odd token from deciding alone. */
const LOWEST_LOG_PROBABILITY = -25;
/** Rounding in an engine's softmax may lift a certain token a little above probability 1. */
const ROUNDING = 1e-3;

interface TokenScores {
  readonly logProbabilities: readonly number[];
}

/** Mean log probability a token, in nats. */
export function readForward(scores: readonly TokenScores[]): Result<Reading, JudgeError> {
  const sums = sumScores(scores, 1);
  if (!sums.ok) return sums;
  return ok({ name: 'forward', value: (sums.value[0] as number) / (scores[0]?.logProbabilities.length as number) });
}

/** Log-odds of Yes over No, in nats. */
export function readYesNo(scores: readonly TokenScores[]): Result<Reading, JudgeError> {
  const sums = sumScores(scores, 2);
  if (!sums.ok) return sums;
  return ok({ name: 'yes-no', value: (sums.value[0] as number) - (sums.value[1] as number) });
}

function sumScores(scores: readonly TokenScores[], expectedCount: number): Result<readonly number[], JudgeError> {
  const isSound = ({ logProbabilities }: TokenScores): boolean =>
    logProbabilities.length > 0 && logProbabilities.every((value) => value <= ROUNDING);
  if (scores.length !== expectedCount || !scores.every(isSound))
    return err(failure('scorer-failed', 'The model gave no usable probabilities.', 'Load the model again.'));
  const clip = (value: number): number => Math.min(0, Math.max(LOWEST_LOG_PROBABILITY, value));
  return ok(scores.map(({ logProbabilities }) => logProbabilities.reduce((sum, value) => sum + clip(value), 0)));
}

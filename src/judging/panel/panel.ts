import { type Result, err, failure, ok } from '#vocabulary';
import type { ReadingWeight } from '../calibration/calibration.ts';
import { sigmoid } from '../calibration/metrics.ts';
import type { JudgeError, JudgedAnswer, PairReading, PairVerdict } from '../judge.ts';

/**
 * No judge may say more than odds of 20 to 1 about a pair: its readings know little of facts, and one confident error
 * must stay within what a few other judges can outvote.
 */
export const MAX_LOG_ODDS = 3;
/** A text that is no answer loses to every genuine one by as much as any verdict may say. */
export const SCREENED_LOG_ODDS = MAX_LOG_ODDS;

type Contribution = PairVerdict['contributions'][number];

export interface Comparison {
  readonly verdicts: readonly PairVerdict[];
  /** Why pairs have no verdict: a reading is missing or is no number. */
  readonly failures: readonly JudgeError[];
}

/** Soft verdicts on all pairs, the lower position first. Swapping two answers negates their log-odds exactly. */
export function comparePairs(
  answers: readonly JudgedAnswer[],
  pairs: readonly PairReading[],
  weights: readonly ReadingWeight[],
): Comparison {
  const weight = 2 / answers.length;
  const verdicts: PairVerdict[] = [];
  const failures: JudgeError[] = [];
  for (const first of answers.keys())
    for (let second = first + 1; second < answers.length; second++) {
      const contributions = contributionsOf(answers, pairs, first, second, weights);
      if (!contributions.ok) {
        failures.push(contributions.error);
        continue;
      }
      const logOdds = contributions.value.reduce((sum, part) => sum + part.logOdds, 0);
      verdicts.push({ first, second, logOdds, outcome: sigmoid(logOdds), weight, contributions: contributions.value });
    }
  return { verdicts, failures };
}

function contributionsOf(
  answers: readonly JudgedAnswer[],
  pairs: readonly PairReading[],
  first: number,
  second: number,
  weights: readonly ReadingWeight[],
): Result<readonly Contribution[], JudgeError> {
  const [a, b] = [answers[first] as JudgedAnswer, answers[second] as JudgedAnswer];
  if (!a.screening.genuine || !b.screening.genuine) {
    const logOdds = SCREENED_LOG_ODDS * (Number(a.screening.genuine) - Number(b.screening.genuine));
    return ok([{ name: 'screening', logOdds }]);
  }
  const parts: Contribution[] = [];
  for (const { name, scale, weight } of weights) {
    const difference =
      pairs.find((pair) => pair.first === first && pair.second === second && pair.name === name)?.value ??
      valueOf(a, name) - valueOf(b, name);
    if (!Number.isFinite(difference))
      return err(failure('malformed-reading', `The reading "${name}" of this pair is missing or no number.`));
    parts.push({ name, logOdds: (weight * difference) / scale });
  }
  const total = parts.reduce((sum, part) => sum + part.logOdds, 0);
  if (Math.abs(total) <= MAX_LOG_ODDS) return ok(parts);
  // Shrunk together, so that they still add up to the verdict.
  const shrink = MAX_LOG_ODDS / Math.abs(total);
  return ok(parts.map(({ name, logOdds }) => ({ name, logOdds: logOdds * shrink })));
}

/** NaN where the answer lacks the reading. Two answers of the same text have the same readings, so the difference is 0. */
function valueOf(answer: JudgedAnswer, name: string): number {
  return answer.readings.find((reading) => reading.name === name)?.value ?? Number.NaN;
}

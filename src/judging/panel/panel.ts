import type { Calibration } from '../calibration/calibration.ts';
import type { JudgedAnswer, PairVerdict } from '../judge.ts';

/**
 * No judge may say more than odds of 20 to 1 about a pair: its readings know nothing of facts, and one confident error
 * must stay within what a few other judges can outvote.
 */
export const MAX_LOG_ODDS = 3;
/** A text that is no answer loses to every genuine one by as much as any verdict may say. */
export const SCREENED_LOG_ODDS = MAX_LOG_ODDS;

type Contribution = PairVerdict['contributions'][number];

/** Soft verdicts on all pairs, the lower position first. Swapping two answers negates their log-odds exactly. */
export function comparePairs(answers: readonly JudgedAnswer[], calibration: Calibration): PairVerdict[] {
  const weight = 2 / answers.length;
  return answers.flatMap((a, first) =>
    answers.slice(first + 1).map((b, offset): PairVerdict => {
      const contributions = contributionsOf(a, b, calibration);
      const logOdds = contributions.reduce((sum, part) => sum + part.logOdds, 0);
      return {
        first,
        second: first + 1 + offset,
        logOdds,
        outcome: 1 / (1 + Math.exp(-logOdds)),
        weight,
        contributions,
      };
    }),
  );
}

function contributionsOf(a: JudgedAnswer, b: JudgedAnswer, calibration: Calibration): readonly Contribution[] {
  if (!a.screening.genuine || !b.screening.genuine) {
    const logOdds = SCREENED_LOG_ODDS * (Number(a.screening.genuine) - Number(b.screening.genuine));
    return [{ name: 'screening', logOdds }];
  }
  const parts = calibration.weights.map(({ name, scale, weight }): Contribution => {
    const difference = readingOf(a, name) - readingOf(b, name);
    return { name, logOdds: (weight * difference) / scale };
  });
  const total = parts.reduce((sum, part) => sum + part.logOdds, 0);
  if (Math.abs(total) <= MAX_LOG_ODDS) return parts;
  // Shrunk together, so that they still add up to the verdict.
  const shrink = MAX_LOG_ODDS / Math.abs(total);
  return parts.map(({ name, logOdds }) => ({ name, logOdds: logOdds * shrink }));
}

function readingOf(answer: JudgedAnswer, name: string): number {
  const reading = answer.readings.find((candidate) => candidate.name === name);
  if (reading === undefined) throw new Error(`A genuine answer lacks its ${name} reading`);
  return reading.value;
}

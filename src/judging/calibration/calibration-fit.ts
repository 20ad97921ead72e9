import type { Calibration, CalibrationAccuracy, ReadingWeight } from './calibration.ts';
import type { Reading } from '../judge.ts';

/** Answers to one question whose worth is known, with a model's readings of them, in the order of the names fitted. */
export interface GoldQuestion {
  readonly answers: readonly { readonly right: boolean; readonly readings: readonly number[] }[];
}

/** Standard normal prior on every weight, as strong as this many pairs' worth of evidence is weak: keeps small samples finite. */
const RIDGE = 1;
const MAX_ITERATIONS = 50;

/**
 * Logistic regression of "a is right, b is wrong" on the standardised differences of their readings, without intercept
 * (so that swapping the answers negates the log-odds). Each question weighs the same however many pairs it has.
 */
export function fitCalibration(
  questions: readonly GoldQuestion[],
  names: readonly Reading['name'][],
): Pick<Calibration, 'weights'> & { readonly accuracy: CalibrationAccuracy } {
  const sets = questions.map(differencesOf).filter((differences) => differences.length > 0);
  const perQuestion = sets.map((held) => {
    const weights = fitWeights(
      sets.filter((set) => set !== held),
      names,
    );
    return shareAbove(held, weights);
  });
  const accuracy = perQuestion.reduce((sum, share) => sum + share, 0) / perQuestion.length;
  return {
    weights: fitWeights(sets, names),
    accuracy: {
      questions: sets.length,
      pairs: sets.reduce((sum, set) => sum + set.length, 0),
      accuracy,
      ...wilsonInterval(accuracy, sets.length),
    },
  };
}

type Difference = readonly number[];

function differencesOf({ answers }: GoldQuestion): Difference[] {
  const wrong = answers.filter(({ right }) => !right);
  return answers
    .filter(({ right }) => right)
    .flatMap((better) =>
      wrong.map((worse) => better.readings.map((value, index) => value - (worse.readings[index] as number))),
    );
}

function fitWeights(sets: readonly (readonly Difference[])[], names: readonly Reading['name'][]): ReadingWeight[] {
  const mean = (valueOf: (difference: Difference) => number): number =>
    sets.reduce((sum, set) => sum + set.reduce((part, row) => part + valueOf(row), 0) / set.length, 0) / sets.length;
  // Spread about zero, the mean of differences whose direction is arbitrary.
  const scales = names.map((_, index) => Math.sqrt(mean((row) => (row[index] as number) ** 2)));
  let weights = names.map(() => 0);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const standardised = (row: Difference): number[] => row.map((value, index) => value / (scales[index] as number));
    const surprise = (row: Difference): number => 1 / (1 + Math.exp(dot(weights, standardised(row))));
    const gradient = names.map(
      (_, index) =>
        sets.length * mean((row) => surprise(row) * (standardised(row)[index] as number)) -
        RIDGE * (weights[index] as number),
    );
    const curvature = names.map((_, a) =>
      names.map(
        (__, b) =>
          sets.length *
            mean((row) => {
              const p = surprise(row);
              return p * (1 - p) * (standardised(row)[a] as number) * (standardised(row)[b] as number);
            }) +
          (a === b ? RIDGE : 0),
      ),
    );
    const step = solveSmall(curvature, gradient);
    weights = weights.map((weight, index) => weight + (step[index] as number));
    if (step.every((value) => Math.abs(value) < 1e-12)) break;
  }
  return names.map((name, index) => ({
    name,
    scale: scales[index] as number,
    weight: weights[index] as number,
  }));
}

function shareAbove(set: readonly Difference[], weights: readonly ReadingWeight[]): number {
  const logOdds = set.map((row) =>
    weights.reduce((sum, { scale, weight }, index) => sum + (weight * (row[index] as number)) / scale, 0),
  );
  return logOdds.reduce((sum, value) => sum + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0) / set.length;
}

/** 95 % interval of a proportion (Wilson 1927). */
export function wilsonInterval(share: number, count: number): { readonly low: number; readonly high: number } {
  const z = 1.959_963_984_540_054;
  const denominator = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / denominator;
  const margin = (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / denominator;
  return { low: centre - margin, high: centre + margin };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

/** Gaussian elimination; the ridge makes every leading block positive definite, so no pivoting is needed. */
function solveSmall(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] as number]);
  for (const [pivot, pivotRow] of rows.entries())
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = (row[pivot] as number) / (pivotRow[pivot] as number);
      for (let column = pivot; column < row.length; column++) row[column]! -= factor * (pivotRow[column] as number);
    }
  return rows.map((row, index) => (row.at(-1) as number) / (row[index] as number));
}

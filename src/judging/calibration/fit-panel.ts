import { type Result, err, failure, ok } from '#vocabulary';
import type { Failure } from '#vocabulary';
import type { ReadingName } from '../judge.ts';
import type { GoldSource, ReadingWeight } from './calibration.ts';
import { type GoldPair, type GoldSlate, pairsOf } from './gold.ts';
import { sigmoid } from './metrics.ts';

/** Normal prior on every weight, mean 0, of this precision: keeps small samples finite. */
const RIDGE = 1;
const MAX_ITERATIONS = 60;
/**
 * How much a question of each source weighs. A model's own mistakes are what a round is made of; there are a dozen attacks on
 * every attacked question, and their families together shall weigh as much as the written pairs.
 */
const SOURCE_WEIGHTS: Readonly<Record<GoldSource, number>> = { sampled: 1, written: 1, procedural: 0.5, attack: 1 / 6 };

interface Row {
  readonly differences: readonly number[];
  readonly weight: number;
}

/**
 * Logistic regression of "a is right, b is wrong" on the standardised differences of their readings, with a ridge and without
 * intercept, so that swapping the answers negates the log-odds. All pairs of one question and source together weigh as one.
 * Newton's method; the same slates in the same order give the same bits.
 */
export function fitPanel(
  slates: readonly GoldSlate[],
  names: readonly ReadingName[],
): Result<readonly ReadingWeight[], Failure> {
  const rows = rowsOf(slates, names);
  if (rows.length === 0)
    return err(failure('no-gold', 'There are no pairs of a right and a wrong answer to calibrate with.'));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const scales = names.map((_, index) =>
    Math.sqrt(rows.reduce((sum, row) => sum + row.weight * (row.differences[index] as number) ** 2, 0) / total),
  );
  const standard = rows.map(({ differences, weight }) => ({
    weight,
    // A reading that never differs says nothing, and its weight stays 0.
    x: differences.map((value, index) => ((scales[index] as number) > 0 ? value / (scales[index] as number) : 0)),
  }));
  let weights = names.map(() => 0);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const curvature = weights.map((_, a) => weights.map((__, b) => (a === b ? RIDGE : 0)));
    for (const { x, weight } of standard) {
      const surprise = sigmoid(-dot(weights, x));
      for (const a of names.keys()) {
        gradient[a]! += weight * surprise * (x[a] as number);
        for (const b of names.keys())
          curvature[a]![b]! += weight * surprise * (1 - surprise) * (x[a] as number) * (x[b] as number);
      }
    }
    const step = solveSmall(curvature, gradient);
    weights = weights.map((weight, index) => weight + (step[index] as number));
    if (step.every((value) => Math.abs(value) < 1e-10)) break;
  }
  return ok(
    names.map((name, index) => ({ name, scale: (scales[index] as number) || 1, weight: weights[index] as number })),
  );
}

/** Log-odds that the better answer is better; screening decides before any reading. */
export function logOddsOf({ better, worse }: GoldPair, weights: readonly ReadingWeight[], bound: number): number {
  if (better.screened || worse.screened) return bound * (Number(worse.screened) - Number(better.screened));
  const logOdds = weights.reduce(
    (sum, { name, scale, weight }) => sum + (weight * difference(better.readings, worse.readings, name)) / scale,
    0,
  );
  return Math.max(-bound, Math.min(bound, logOdds));
}

function rowsOf(slates: readonly GoldSlate[], names: readonly ReadingName[]): Row[] {
  const pairs = pairsOf(slates).filter(({ better, worse }) => !better.screened && !worse.screened);
  const key = ({ slate }: GoldPair): string => `${slate.source}/${slate.question}`;
  const counts = Map.groupBy(pairs, key);
  return pairs
    .map((pair) => ({
      differences: names.map((name) => difference(pair.better.readings, pair.worse.readings, name)),
      weight: weightOf(pair, (counts.get(key(pair)) as readonly GoldPair[]).length),
    }))
    .filter(({ differences }) => differences.every(Number.isFinite));
}

/** Attacks on one question are as many trials as there are attacks. */
function weightOf({ slate: { source } }: GoldPair, pairsOfQuestion: number): number {
  return source === 'attack' ? SOURCE_WEIGHTS.attack : SOURCE_WEIGHTS[source] / pairsOfQuestion;
}

type Readings = GoldPair['better']['readings'];

function difference(a: Readings, b: Readings, name: ReadingName): number {
  return (a[name] ?? Number.NaN) - (b[name] ?? Number.NaN);
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

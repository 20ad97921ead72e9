import { createSeededRandom } from '#vocabulary';
import { type SquareMatrix, createMatrix, tryFactorise } from '../numerics/cholesky.ts';
import { fillWithNormals } from '../numerics/normal.ts';

/** Standard error of a probability of best: at most 0.008. */
export const BEST_DRAWS = 4_096;
/** Answers this many standard deviations behind the leader beat it once in 10,000 draws: they are not drawn. */
const HOPELESS = 3.7;
/** Relative to the largest variance; keeps a covariance that is singular up to rounding factorisable. */
const JITTER = 1e-12;

/** Draws of this many items at most are kept; more are drawn anew each time. */
const KEPT_ITEMS = 64;
let kept: Float64Array | undefined;

/**
 * Standard normals, `count` for each of BEST_DRAWS / 2 draws. Always the same ones: peers need no common seed, and chances
 * move smoothly as votes land instead of flickering with the sampling.
 */
function standardDraws(count: number): Float64Array {
  if (kept !== undefined && count <= KEPT_ITEMS) return kept;
  const draws = new Float64Array((BEST_DRAWS / 2) * Math.max(count, KEPT_ITEMS));
  fillWithNormals(createSeededRandom('ranking/best'), draws);
  if (count <= KEPT_ITEMS) kept = draws;
  return draws;
}

/**
 * P(each item is the best) when strengths are normal with this mean and covariance, by antithetic pairs of draws
 * among those with a chance. The shares sum to one.
 */
export function chancesOfBest(means: Float64Array, covariance: SquareMatrix): Float64Array {
  const chances = new Float64Array(means.length);
  const contenders = findContenders(means, covariance);
  const lone = contenders[0];
  if (lone !== undefined && contenders.length === 1) chances[lone] = 1;
  if (contenders.length < 2) return chances;

  const count = contenders.length;
  const { entries } = factorOf(covariance, contenders);
  const centres = Float64Array.from(contenders, (item) => means[item] as number);
  const normals = standardDraws(count);
  for (let draw = 0; draw < BEST_DRAWS / 2; draw++) {
    const from = draw * count;
    let [above, below] = [0, 0];
    let [highest, highestMirrored] = [-Infinity, -Infinity];
    for (let row = 0; row < count; row++) {
      let noise = 0;
      for (let k = 0, at = row * count; k <= row; k++)
        noise += (entries[at + k] as number) * (normals[from + k] as number);
      const centre = centres[row] as number;
      if (centre + noise > highest) {
        highest = centre + noise;
        above = row;
      }
      if (centre - noise > highestMirrored) {
        highestMirrored = centre - noise;
        below = row;
      }
    }
    chances[contenders[above] as number]! += 1 / BEST_DRAWS;
    chances[contenders[below] as number]! += 1 / BEST_DRAWS;
  }
  return chances;
}

function findContenders(means: Float64Array, covariance: SquareMatrix): number[] {
  let leader = 0;
  for (let item = 1; item < means.length; item++)
    if ((means[item] as number) > (means[leader] as number)) leader = item;
  return [...means.keys()].filter((item) => {
    const gap = (means[leader] as number) - (means[item] as number);
    return gap * gap <= HOPELESS * HOPELESS * varianceOfDifference(covariance, leader, item);
  });
}

/** Var(s_a - s_b) = S_aa + S_bb - 2 S_ab. */
export function varianceOfDifference({ size, entries }: SquareMatrix, a: number, b: number): number {
  const between =
    (entries[a * size + a] as number) + (entries[b * size + b] as number) - 2 * (entries[a * size + b] as number);
  return Math.max(0, between);
}

function factorOf(covariance: SquareMatrix, items: readonly number[]): SquareMatrix {
  const part = createMatrix(items.length);
  let largest = 0;
  for (const [row, a] of items.entries())
    for (const [column, b] of items.entries()) {
      const entry = covariance.entries[a * covariance.size + b] as number;
      part.entries[row * items.length + column] = entry;
      largest = Math.max(largest, entry);
    }
  for (let jitter = JITTER; ; jitter *= 100) {
    for (let row = 0; row < items.length; row++) part.entries[row * items.length + row]! += jitter * largest;
    const factor = tryFactorise(part);
    if (factor !== undefined) return factor;
  }
}

import { type Random, createSeededRandom } from '#vocabulary';
import { log } from '../numerics/elementary.ts';

/** Standard error of a share: at most 0.008. Even, for antithetic pairs. */
const SAMPLES = 4_096;

/** P(each is the greatest) of independent normals, from 4,096 seeded draws; equal draws go to the lower index. */
export function sampleIndependentBest(means: Float64Array, deviations: Float64Array, seed: string): Float64Array {
  const random = createSeededRandom(`ranking/independent-best/${seed}`);
  const share = new Float64Array(means.length);
  const noise = new Float64Array(means.length);
  for (let draw = 0; draw < SAMPLES / 2; draw++) {
    fillWithNormals(random, noise);
    for (const sign of [1, -1]) {
      let best = 0;
      let greatest = -Infinity;
      for (let index = 0; index < means.length; index++) {
        const value = (means[index] as number) + sign * (noise[index] as number) * (deviations[index] as number);
        if (value > greatest) {
          best = index;
          greatest = value;
        }
      }
      share[best]! += 1 / SAMPLES;
    }
  }
  return share;
}

/** Polar method (Marsaglia & Bray 1964): needs only `log` and a square root, both the same on every engine. */
function fillWithNormals(random: Random, normals: Float64Array): void {
  for (let index = 0; index < normals.length;) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const scale = Math.sqrt((-2 * log(square)) / square);
    normals[index++] = x * scale;
    if (index < normals.length) normals[index++] = y * scale;
  }
}

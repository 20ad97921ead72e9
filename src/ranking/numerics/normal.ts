import type { Random } from '#vocabulary';
import { exp, log } from './elementary.ts';

/** 97.5 % point of the normal distribution: half the width of a 95 % interval, in standard deviations. */
export const NORMAL_95 = 1.959_963_984_540_054;
const INVERSE_SQRT_2PI = 0.398_942_280_401_432_7;
/** Beyond this the tail is below 1e-15. */
const FARTHEST = 8;

/** P(Z <= z) of a standard normal by its Taylor series (Marsaglia 2004), absolute error below 1e-14; the same bytes on every engine. */
export function normalCdf(z: number): number {
  if (z > FARTHEST) return 1;
  if (z < -FARTHEST) return 0;
  let term = z;
  let sum = z;
  for (let odd = 3; odd < 400; odd += 2) {
    term *= (z * z) / odd;
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return Math.min(1, Math.max(0, 0.5 + sum * INVERSE_SQRT_2PI * exp(-0.5 * z * z)));
}

/** Fills an array with independent standard normals: the polar method (Marsaglia & Bray 1964) needs only `log` and a square root. */
export function fillWithNormals(random: Random, normals: Float64Array): void {
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

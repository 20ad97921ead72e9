import { type Random, type Result, createSeededRandom, ok } from '#vocabulary';
import { type Fit, PRIOR_DEVIATION, fitBradleyTerry } from './bradley-terry.ts';
import { inverseDiagonal, solveUpper } from './numerics/cholesky.ts';
import { log } from './numerics/elementary.ts';
import type { RankingError } from './errors.ts';
import { tallyVotes } from './tally.ts';
import { type RankedAnswer, type Ranking, orderByStrength } from './ranking.ts';
import type { Ballots } from './vote.ts';

/** Standard error of a probability of best: at most 0.008. */
const BEST_SAMPLES = 4_096;
/** 97.5 % point of the normal distribution. */
const NORMAL_95 = 1.959_963_984_540_054;

export interface RankingOptions {
  /** Seeds the sampling of `pBest`; all peers of a round must use the same, e.g. the round's id. */
  readonly seed: string;
}

/**
 * Ranks answers by soft votes. Equal votes give equal bytes on every peer and engine, in whatever order they come.
 * Without votes the result is the prior: all strengths 0, in ascending index.
 */
export function rankAnswers(ballots: Ballots, options: RankingOptions): Result<Ranking, RankingError> {
  const tally = tallyVotes(ballots);
  if (!tally.ok) return tally;
  const fit = fitBradleyTerry(tally.value);
  const deviations = deviationsOf(fit);
  const pBest = sampleBest(fit, createSeededRandom(`ranking/best/${options.seed}`));
  const order = orderByStrength(fit.strengths).map((answer): RankedAnswer => {
    const strength = fit.strengths[answer] as number;
    const margin = NORMAL_95 * (deviations[answer] as number);
    return {
      answer,
      strength,
      low: strength - margin,
      high: strength + margin,
      pBest: pBest[answer] as number,
    };
  });
  return ok({ order, iterations: fit.iterations, converged: fit.converged });
}

/**
 * Laplace approximation on the hyperplane sum s = 0. The all-ones direction is an eigenvector of the Hessian whose
 * eigenvalue is the prior's precision, so its share of each variance is the prior's variance / n, and is taken out.
 */
function deviationsOf(fit: Fit): Float64Array {
  const commonVariance = (PRIOR_DEVIATION * PRIOR_DEVIATION) / fit.strengths.length;
  return inverseDiagonal(fit.factor).map((variance) => Math.sqrt(Math.max(0, variance - commonVariance)));
}

/** P(each answer is the best) under the Laplace approximation, by antithetic pairs of seeded normal draws. */
function sampleBest(fit: Fit, random: Random): Float64Array {
  const size = fit.strengths.length;
  const share = new Float64Array(size);
  for (let draw = 0; draw < BEST_SAMPLES / 2; draw++) {
    const noise = solveUpper(fit.factor, drawNormals(random, size));
    for (const sign of [1, -1]) {
      let best = 0;
      let bestStrength = -Infinity;
      for (let answer = 0; answer < size; answer++) {
        const strength = (fit.strengths[answer] as number) + sign * (noise[answer] as number);
        if (strength > bestStrength) {
          best = answer;
          bestStrength = strength;
        }
      }
      share[best]! += 1 / BEST_SAMPLES;
    }
  }
  return share;
}

/** Polar method (Marsaglia & Bray 1964): needs only `log` and a square root, both the same on every engine. */
function drawNormals(random: Random, count: number): Float64Array {
  const normals = new Float64Array(count);
  for (let index = 0; index < count;) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const scale = Math.sqrt((-2 * log(square)) / square);
    normals[index++] = x * scale;
    if (index < count) normals[index++] = y * scale;
  }
  return normals;
}

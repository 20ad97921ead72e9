import { err, ok } from '#vocabulary';
import { log, logistic } from '../numerics/elementary.ts';
import type { Vote } from '../vote.ts';
import type { JudgeEstimate } from '../ranking.ts';
import type { Aggregator } from './aggregator.ts';
import { chancesOfBest } from '../fit/best-chance.ts';
import { diagonalCovariance } from '../numerics/cholesky.ts';
import { noItems } from './no-items.ts';

/** Beliefs before any vote: an item ~ N(0, 1), a judge that is right with probability ~ Beta(10, 1). */
const MEAN = 0;
const VARIANCE = 1;
const ALPHA = 10;
const BETA = 1;
/** A vote leaves at least this share of a variance (kappa of the paper), so that variances stay positive. */
const LEAST_VARIANCE_KEPT = 1e-4;
/** The published update has no upper bound, and squares a variance away under votes that keep contradicting it. */
const MOST_VARIANCE = 10;

/**
 * Crowd-BT, online (Chen, Bennett, Collins-Thompson & Horvitz 2013, WSDM: "Pairwise ranking aggregation in a crowdsourced
 * setting"; formulas as in Gavel's `crowd_bt.py`, Athalye 2016). Judge k says that i beats j with probability
 * eta p + (1 - eta) (1 - p), with p = logistic(s_i - s_j), s_i ~ N(mu_i, sigma_i^2) and eta ~ Beta(alpha, beta). After each
 * vote the two items and the judge are replaced by the normals and the Beta with the posterior's moments, to second
 * order; see `withVote`. The order in which votes are cast matters. Memory: two numbers an item and two a judge.
 *
 * Beyond the paper: an outcome y between 0 and 1 moves every parameter by y of the move for a win of the first and
 * 1 - y of that for a win of the second; a weight w is ceil(w) votes, each moving every parameter by w / ceil(w) of the way.
 * Standing, position and style play no part. Strengths are in logits and sum to zero.
 */
export const crowdBt: Aggregator = {
  name: 'crowd-bt',
  unit: 'logits',
  begin: (context) => {
    const means: number[] = [];
    const variances: number[] = [];
    const judges: Judge[] = [];
    let itemCount = context.itemCount ?? 0;
    let judgeCount = context.judgeCount ?? 0;
    const itemAt = (item: number): Item => ({ mean: means[item] ?? MEAN, variance: variances[item] ?? VARIANCE });
    const judgeAt = (judge: number): Judge => judges[judge] ?? { alpha: ALPHA, beta: BETA };

    return {
      add(vote: Vote) {
        itemCount = Math.max(itemCount, vote.first + 1, vote.second + 1);
        judgeCount = Math.max(judgeCount, vote.judge + 1);
        let belief: Belief = { first: itemAt(vote.first), second: itemAt(vote.second), judge: judgeAt(vote.judge) };
        const steps = Math.ceil(vote.weight);
        for (let step = 0; step < steps; step++) belief = withVote(belief, vote.outcome, vote.weight / steps);
        means[vote.first] = belief.first.mean;
        means[vote.second] = belief.second.mean;
        variances[vote.first] = belief.first.variance;
        variances[vote.second] = belief.second.variance;
        judges[vote.judge] = belief.judge;
      },
      finish() {
        if (itemCount === 0) return err(noItems);
        const items = Array.from({ length: itemCount }, (_, item) => itemAt(item));
        const centre = items.reduce((sum, { mean }) => sum + mean, 0) / itemCount;
        const meanVariance = items.reduce((sum, { variance }) => sum + variance, 0) / itemCount;
        const strengths = Float64Array.from(items, ({ mean }) => mean - centre);
        const own = Float64Array.from(items, ({ variance }) => Math.sqrt(variance));
        // Var(s_i - mean of s) of independent s: the shares of s_i itself and of all in the mean.
        const deviations = Float64Array.from(items, ({ variance }) =>
          Math.sqrt(Math.max(0, variance * (1 - 2 / itemCount) + meanVariance / itemCount)),
        );
        return ok({
          strengths,
          get uncertainty() {
            return { deviations, pBest: chancesOfBest(strengths, diagonalCovariance(own)) };
          },
          judges: Array.from({ length: judgeCount }, (_, judge) => estimateOf(judgeAt(judge))),
          iterations: 1,
          converged: true,
        });
      },
    };
  },
};

interface Item {
  readonly mean: number;
  readonly variance: number;
}

interface Judge {
  readonly alpha: number;
  readonly beta: number;
}

interface Belief {
  readonly first: Item;
  readonly second: Item;
  readonly judge: Judge;
}

/** 1 for a judge that is always right, 0 for one that is right half of the time or less. */
function estimateOf({ alpha, beta }: Judge): JudgeEstimate {
  return { discrimination: Math.max(0, (2 * alpha) / (alpha + beta) - 1), positionBias: 0, styleBias: 0 };
}

/**
 * Moves the belief `part` of the way to what it is after the vote. With L(s) the chance of the vote at eta = alpha / (alpha +
 * beta), a mean moves by sigma^2 dlog L/ds and a variance is multiplied by 1 + sigma^2 d2log L/ds2, both at the means.
 */
function withVote({ first, second, judge }: Belief, outcome: number, part: number): Belief {
  const gap = first.mean - second.mean;
  const trust = log(judge.alpha / judge.beta);
  const firstBetter = logistic(gap);
  const secondBetter = logistic(-gap);
  // Chances that the better one is the first, and the second, given that the judge says so.
  const firstIfSaid = logistic(gap + trust);
  const secondIfSaid = logistic(trust - gap);
  const slope = outcome * (firstIfSaid - firstBetter) - (1 - outcome) * (secondIfSaid - secondBetter);
  const curvature =
    outcome * firstIfSaid * (1 - firstIfSaid) +
    (1 - outcome) * secondIfSaid * (1 - secondIfSaid) -
    firstBetter * secondBetter;
  const moved = ({ mean, variance }: Item, direction: 1 | -1): Item => ({
    mean: mean + direction * part * variance * slope,
    variance: Math.min(MOST_VARIANCE, variance * Math.max(1 + part * variance * curvature, LEAST_VARIANCE_KEPT)),
  });

  // E[logistic(s_first - s_second)] to second order, which may leave [0, 1] for wide beliefs.
  const spread = (first.variance + second.variance) / 2;
  const expected = firstBetter * (1 + spread * secondBetter * (secondBetter - firstBetter));
  const agreed = Math.min(1, Math.max(0, expected));
  const ifFirst = judgeAfter(judge, agreed);
  const ifSecond = judgeAfter(judge, 1 - agreed);
  const towards = (now: number, afterFirst: number, afterSecond: number): number =>
    now + part * (outcome * afterFirst + (1 - outcome) * afterSecond - now);
  return {
    first: moved(first, 1),
    second: moved(second, -1),
    judge: {
      alpha: towards(judge.alpha, ifFirst.alpha, ifSecond.alpha),
      beta: towards(judge.beta, ifFirst.beta, ifSecond.beta),
    },
  };
}

/**
 * The Beta with the mean and variance of the judge's posterior after a vote that names the better one with probability
 * `chance`. That posterior mixes Beta(alpha + 1, beta), in proportion `right`, with Beta(alpha, beta + 1). Its variance is
 * written as the mean of theirs plus the variance of their means, so that nothing cancels.
 */
function judgeAfter({ alpha, beta }: Judge, chance: number): Judge {
  const right = (chance * alpha) / (chance * alpha + (1 - chance) * beta);
  const within = right * (alpha + 1) * beta + (1 - right) * alpha * (beta + 1);
  const kept = within / (within + (alpha + beta + 2) * right * (1 - right));
  return { alpha: (alpha + right) * kept, beta: (beta + 1 - right) * kept };
}

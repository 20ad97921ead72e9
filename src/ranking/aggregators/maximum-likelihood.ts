import { err, failure, ok } from '#vocabulary';
import { chancesOfBest } from '../fit/best-chance.ts';
import { priorDiscrimination } from '../fit/priors.ts';
import { hasFiniteMaximum } from '../leaderboard/finite-maximum.ts';
import { MAX_COVARIANCE_ITEMS, centredDeviations, inverseInformation } from '../leaderboard/information.ts';
import { type PairStatistics, countPairs } from '../leaderboard/pair-statistics.ts';
import { type SparseFit, distanceToMaximum, fitSparse } from '../leaderboard/sparse-fit.ts';
import { log } from '../numerics/elementary.ts';
import { createVoteCounter } from '../vote-cells.ts';
import type { Aggregate, Aggregator, Uncertainty } from './aggregator.ts';
import { type PowerFit, minorise } from './minorisation.ts';
import { iterateNewman } from './newman.ts';
import { noItems } from './no-items.ts';

/** A sweep of 300 items takes some 0.1 ms; fields in which somebody wins 99 % need thousands. */
const MAX_SWEEPS = 10_000;

/** The gradient vanishes without a maximum too. Where one exists, an iteration that stops farther from it has not converged. */
const AGREEMENT = 1e-7;

/** Plain Bradley-Terry without a prior, by truncated Newton steps on sparse statistics. */
export const mlNewton: Aggregator = aggregatorOf('ml-newton', (statistics) => fitSparse(statistics));

/** The same maximum by Hunter's minorisation-maximisation. */
export const mlMm: Aggregator = aggregatorOf('ml-mm', (statistics) =>
  fitOfPowers(statistics, minorise(statistics, MAX_SWEEPS)),
);

/** The same maximum by Newman's iteration. */
export const mlNewman: Aggregator = aggregatorOf('ml-newman', (statistics) =>
  fitOfPowers(statistics, iterateNewman(statistics, MAX_SWEEPS)),
);

/**
 * All of them pass over style and order; a tie is half a win for each, and a judge's standing scales the weight of its
 * votes. Judges are counted as one, so that memory is that of the pairs. `converged` is false where no finite maximum exists.
 */
function aggregatorOf(
  name: 'ml-newton' | 'ml-mm' | 'ml-newman',
  fitPairs: (statistics: PairStatistics) => SparseFit,
): Aggregator {
  return {
    name,
    unit: 'logits',
    begin({ itemCount, judgeStanding = [] }) {
      const counter = createVoteCounter();
      return {
        add(vote) {
          const factor = priorDiscrimination(judgeStanding, vote.judge);
          counter.add({ ...vote, judge: 0, ordered: false, weight: vote.weight * factor });
        },
        finish() {
          const { pairs } = countPairs(counter.cells(itemCount));
          if (pairs.itemCount === 0) return err(noItems);
          if (pairs.games.length === 0 && pairs.itemCount > 1)
            return err(failure('no-usable-votes', 'No vote has any weight, so that every order is as likely.'));
          return ok(aggregateOf(fitPairs(pairs), pairs));
        },
      };
    },
  };
}

/** Deviations by the inverse of the Fisher information, of converged fits alone: elsewhere it says nothing. */
function aggregateOf(fit: SparseFit, statistics: PairStatistics): Aggregate {
  const { strengths, iterations, converged } = fit;
  if (!converged || strengths.length > MAX_COVARIANCE_ITEMS) return { strengths, iterations, converged };
  let uncertainty: Uncertainty | undefined;
  return {
    strengths,
    iterations,
    converged,
    get uncertainty() {
      uncertainty ??= uncertaintyOf(fit, statistics);
      return uncertainty;
    },
  };
}

function uncertaintyOf({ strengths, powers, precision }: SparseFit, statistics: PairStatistics): Uncertainty {
  const covariance = inverseInformation(statistics, powers, precision);
  return { deviations: centredDeviations(covariance), pBest: chancesOfBest(strengths, covariance) };
}

function fitOfPowers(statistics: PairStatistics, { powers, iterations, converged }: PowerFit): SparseFit {
  const strengths = powers.map(log);
  const mean = strengths.reduce((sum, strength) => sum + strength, 0) / strengths.length;
  return {
    strengths: strengths.map((strength) => strength - mean),
    powers,
    precision: 0,
    iterations,
    converged: converged && hasFiniteMaximum(statistics) && distanceToMaximum(statistics, powers) <= AGREEMENT,
  };
}

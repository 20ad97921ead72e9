import { err, failure, ok } from '#vocabulary';
import { fitJudgeAware } from '../fit/judge-aware.ts';
import { type JudgePriors, createJudgeModel, judgeEstimates } from '../fit/judge-model.ts';
import { bestChances, deviationsOf, posteriorOf } from '../fit/posterior.ts';
import {
  JUDGE_PRIORS,
  LAPLACE_WIDENING,
  NEUTRAL_STANDING,
  PLAIN_PRIORS,
  standingToDiscrimination,
} from '../fit/priors.ts';
import { type VoteCells, createVoteCounter } from '../vote-cells.ts';
import type { Accumulator, Aggregate, Aggregator, AggregatorContext } from './aggregator.ts';
import { noItems } from './no-items.ts';

/** Each step factorises a dense n x n matrix: 1,000 items take some seconds. */
const MAX_ITEMS = 1_000;

/** The product's own: strengths, judges' discrimination and biases at once (see `fit/judge-model.ts`). */
export const judgeAware: Aggregator = {
  name: 'judge-aware',
  unit: 'logits',
  begin: (context) =>
    accumulate(context, (cells) => {
      const standingOf = (judge: number): number => context.judgeStanding?.[judge] ?? NEUTRAL_STANDING;
      return fit(cells, JUDGE_PRIORS, (judge) => standingToDiscrimination(standingOf(judge)), context.style);
    }),
};

/**
 * Plain Bradley-Terry with the prior s ~ N(0, 1.5²): every judge alike, no biases. A judge's standing scales the weight
 * of its votes, 1 for a stranger. All judges are counted as one, so that memory is that of the pairs.
 */
export const maximumAPosteriori: Aggregator = {
  name: 'map',
  unit: 'logits',
  begin: (context) => {
    const pooled = accumulate(context, (cells) => fit({ ...cells, judgeCount: 1 }, PLAIN_PRIORS, () => 1, undefined));
    const factorOf = (judge: number): number =>
      standingToDiscrimination(context.judgeStanding?.[judge] ?? NEUTRAL_STANDING);
    return {
      add: (vote) => pooled.add({ ...vote, judge: 0, ordered: false, weight: vote.weight * factorOf(vote.judge) }),
      finish: () => pooled.finish(),
    };
  },
};

function accumulate(context: AggregatorContext, fitCells: (cells: VoteCells) => Aggregate): Accumulator {
  const counter = createVoteCounter();
  return {
    add: (vote) => counter.add(vote),
    finish() {
      const cells = counter.cells(context.itemCount, context.judgeCount);
      if (cells.itemCount === 0) return err(noItems);
      if (cells.itemCount > MAX_ITEMS)
        return err(
          failure(
            'too-many-items',
            `${cells.itemCount} items; this method takes ${MAX_ITEMS}.`,
            'Use --method ml-mm or elo.',
          ),
        );
      return ok(fitCells(cells));
    },
  };
}

function fit(
  cells: VoteCells,
  priors: JudgePriors,
  priorMeanOf: (judge: number) => number,
  style: readonly number[] | undefined,
): Aggregate {
  const { point, factor, iterations, converged } = fitJudgeAware(createJudgeModel(cells, priors, priorMeanOf, style));
  return {
    strengths: point.strengths,
    get uncertainty() {
      const widening = priors === JUDGE_PRIORS ? LAPLACE_WIDENING : 1;
      const posterior = posteriorOf(point.strengths, factor, priors.strengthDeviation, widening);
      return { deviations: deviationsOf(posterior), pBest: bestChances(posterior) };
    },
    ...(priors === PLAIN_PRIORS ? {} : { judges: judgeEstimates(point, cells.judgeCount) }),
    iterations,
    converged,
  };
}

import { err, failure, ok } from '#vocabulary';
import { fitJudgeAware } from '../fit/judge-aware.ts';
import { createJudgeModel, judgeEstimates } from '../fit/judge-model.ts';
import { bestChances, deviationsOf, posteriorOf } from '../fit/posterior.ts';
import { JUDGE_PRIORS, NEUTRAL_STANDING, standingToDiscrimination } from '../fit/priors.ts';
import { wideningOf } from '../fit/widening.ts';
import { createVoteCounter } from '../vote-cells.ts';
import type { Aggregator } from './aggregator.ts';
import { noItems } from './no-items.ts';

/** Each step factorises a dense n x n matrix: 1,000 items take some seconds. */
const MAX_ITEMS = 1_000;

/** The product's own: strengths, judges' discrimination and biases at once (see `fit/judge-model.ts`). */
export const judgeAware: Aggregator = {
  name: 'judge-aware',
  unit: 'logits',
  begin(context) {
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
              `${cells.itemCount} items; the judge-aware fit takes ${MAX_ITEMS}.`,
              'Use --method map.',
            ),
          );
        const meanOf = (judge: number): number =>
          standingToDiscrimination(context.judgeStanding?.[judge] ?? NEUTRAL_STANDING);
        const { point, factor, iterations, converged } = fitJudgeAware(
          createJudgeModel(cells, JUDGE_PRIORS, meanOf, context.style),
        );
        return ok({
          strengths: point.strengths,
          get uncertainty() {
            const { strengthDeviation } = JUDGE_PRIORS;
            const posterior = posteriorOf(point.strengths, factor, strengthDeviation, wideningOf(cells));
            return { deviations: deviationsOf(posterior), pBest: bestChances(posterior) };
          },
          judges: judgeEstimates(point, cells.judgeCount),
          iterations,
          converged,
        });
      },
    };
  },
};

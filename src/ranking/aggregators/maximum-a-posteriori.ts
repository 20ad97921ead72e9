import { err, ok } from '#vocabulary';
import { PRIOR_DEVIATION, priorDiscrimination } from '../fit/priors.ts';
import { countPairs } from '../leaderboard/pair-statistics.ts';
import { robustIntervals } from '../leaderboard/robust-intervals.ts';
import { fitSparse } from '../leaderboard/sparse-fit.ts';
import { createVoteCounter } from '../vote-cells.ts';
import type { Aggregator } from './aggregator.ts';
import { noItems } from './no-items.ts';

/**
 * Plain Bradley-Terry with the prior s ~ N(0, 1.5²) on sparse statistics: every judge alike, no biases; a judge's standing
 * scales the weight of its votes, 1 for a stranger. Intervals are robust by judge where there are enough judges.
 */
export const maximumAPosteriori: Aggregator = {
  name: 'map',
  unit: 'logits',
  begin({ itemCount, judgeCount, judgeStanding = [] }) {
    const counter = createVoteCounter();
    return {
      add(vote) {
        const factor = priorDiscrimination(judgeStanding, vote.judge);
        counter.add({ ...vote, ordered: false, weight: vote.weight * factor });
      },
      finish() {
        const statistics = countPairs(counter.cells(itemCount, judgeCount));
        if (statistics.pairs.itemCount === 0) return err(noItems);
        const fit = fitSparse(statistics.pairs, { precision: 1 / PRIOR_DEVIATION ** 2 });
        const { strengths, iterations, converged } = fit;
        return ok({
          strengths,
          get uncertainty() {
            const intervals = robustIntervals(fit, statistics);
            return intervals.ok ? intervals.value : undefined;
          },
          iterations,
          converged,
        });
      },
    };
  },
};

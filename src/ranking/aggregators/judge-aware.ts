import { err, failure, ok } from '#vocabulary';
import { fitCells } from '../fit/fit-cells.ts';
import { bestChances, deviationsOf } from '../fit/posterior.ts';
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
        const { strengths, judges, posterior, iterations, converged } = fitCells(cells, context);
        return ok({
          strengths,
          get uncertainty() {
            const left = posterior();
            return { deviations: deviationsOf(left), pBest: bestChances(left) };
          },
          judges,
          iterations,
          converged,
        });
      },
    };
  },
};

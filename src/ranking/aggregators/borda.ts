import { err, ok } from '#vocabulary';
import type { Aggregator } from './aggregator.ts';
import { chancesOfBest } from '../fit/best-chance.ts';
import { diagonalCovariance } from '../numerics/cholesky.ts';
import { noItems } from './no-items.ts';

/**
 * Borda's count for incomplete comparisons: the weighted share of its comparisons that an item won, in [0, 1]; 0.5 where it
 * was never compared. Whom it met does not matter, nor who judged. Memory: two numbers an item.
 *
 * The uncertainty is binomial, a comparison counting as its weight, with half a comparison won and half lost added
 * (Jeffreys 1946) so that neither an unbeaten nor an unseen item looks certain. Shares are taken as independent.
 */
export const borda: Aggregator = {
  name: 'borda',
  unit: 'share of comparisons won',
  begin: (context) => {
    const won: number[] = [];
    const lost: number[] = [];
    let itemCount = context.itemCount ?? 0;
    return {
      add({ first, second, outcome, weight }) {
        itemCount = Math.max(itemCount, first + 1, second + 1);
        const firstWins = weight * outcome;
        const secondWins = weight * (1 - outcome);
        won[first] = (won[first] ?? 0) + firstWins;
        lost[first] = (lost[first] ?? 0) + secondWins;
        won[second] = (won[second] ?? 0) + secondWins;
        lost[second] = (lost[second] ?? 0) + firstWins;
      },
      finish() {
        if (itemCount === 0) return err(noItems);
        const strengths = new Float64Array(itemCount);
        const deviations = new Float64Array(itemCount);
        for (let item = 0; item < itemCount; item++) {
          const wins = won[item] ?? 0;
          const total = wins + (lost[item] ?? 0);
          strengths[item] = total > 0 ? wins / total : 0.5;
          const share = (wins + 0.5) / (total + 1);
          deviations[item] = Math.sqrt((share * (1 - share)) / (total + 1));
        }
        return ok({
          strengths,
          get uncertainty() {
            return { deviations, pBest: chancesOfBest(strengths, diagonalCovariance(deviations)) };
          },
          iterations: 0,
          converged: true,
        });
      },
    };
  },
};

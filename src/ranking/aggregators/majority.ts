import { err, ok } from '#vocabulary';
import { type VoteCells, createVoteCounter } from '../vote-cells.ts';
import type { Aggregator } from './aggregator.ts';
import { noItems } from './no-items.ts';

/** A margin below this share of a pair's votes is a tie, so that the order in which votes were summed decides nothing. */
const TIE_SHARE = 1e-9;

/**
 * Plurality over the extracted final answers (`finals`), ties broken by pairwise majorities. Strength is the number of other
 * items with the same final answer plus a share in (0, 1): Copeland's (1951) score, the share of all n items that an item
 * beats by weighted majority, where a tie, a pair never compared and the item itself count half. So larger classes come
 * first and Copeland's score decides within a class and between items of equally large ones; an item without a final answer
 * is a class of its own, and without any this is Copeland's rule alone. Who judged does not matter. Memory: the pairs.
 */
export const majority: Aggregator = {
  name: 'majority',
  unit: 'other items that agree, plus the share of pairs won',
  begin: ({ itemCount = 0, finals = [] }) => {
    const counter = createVoteCounter();
    return {
      // One judge and no order: the cells are then pairs.
      add: (vote) => counter.add({ ...vote, judge: 0, ordered: false }),
      finish() {
        const cells = counter.cells(itemCount);
        if (cells.itemCount === 0) return err(noItems);
        const leads = pairwiseLeads(cells);
        const classSizes = new Map<string, number>();
        for (let item = 0; item < cells.itemCount; item++) {
          const final = finals[item];
          if (final !== undefined) classSizes.set(final, (classSizes.get(final) ?? 0) + 1);
        }
        const strengths = leads.map((lead, item) => {
          const final = finals[item];
          const agreeing = final === undefined ? 0 : (classSizes.get(final) as number) - 1;
          return agreeing + 0.5 + lead / (2 * cells.itemCount);
        });
        return ok({ strengths, iterations: 0, converged: true });
      },
    };
  },
};

/** For each item, the pairs it wins less the pairs it loses. */
function pairwiseLeads(cells: VoteCells): Float64Array {
  const leads = new Float64Array(cells.itemCount);
  for (const [cell, first] of cells.firsts.entries()) {
    const firstWins = cells.firstWins[cell] as number;
    const secondWins = cells.secondWins[cell] as number;
    const margin = firstWins - secondWins;
    if (Math.abs(margin) <= TIE_SHARE * (firstWins + secondWins)) continue;
    leads[first]! += Math.sign(margin);
    leads[cells.seconds[cell] as number]! -= Math.sign(margin);
  }
  return leads;
}

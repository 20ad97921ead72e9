import { err, ok } from '#vocabulary';
import { logistic } from '../numerics/elementary.ts';
import type { Aggregator } from './aggregator.ts';
import { noItems } from './no-items.ts';

export interface EloOptions {
  /** The most points that one vote of weight 1 moves either side; a win against an equal moves half of it. */
  readonly k: number;
}

/** Rating of an item that has met nobody, and the mean of all ratings ever after. */
const START = 1_000;
/** ln 10 / 400: ten to one are 400 points apart (Elo 1978). */
const LOGITS_PER_POINT = 2.302_585_092_994_046 / 400;

/**
 * Elo's ratings: both sides move by K x weight x (outcome - expected), in the order in which the votes were cast, so that
 * the same votes in another order give other ratings. An outcome between 0 and 1 counts as the expected score it is.
 * Strengths are points around 1,000. Judges, positions and style play no part. Memory: one number an item.
 */
export function createElo({ k }: EloOptions): Aggregator {
  return {
    name: 'elo',
    unit: 'Elo points',
    begin: (context) => {
      const ratings: number[] = [];
      let itemCount = context.itemCount ?? 0;
      return {
        add({ first, second, outcome, weight }) {
          itemCount = Math.max(itemCount, first + 1, second + 1);
          const ahead = ratings[first] ?? START;
          const behind = ratings[second] ?? START;
          const gain = k * weight * (outcome - logistic((ahead - behind) * LOGITS_PER_POINT));
          ratings[first] = ahead + gain;
          ratings[second] = behind - gain;
        },
        finish() {
          if (itemCount === 0) return err(noItems);
          const strengths = Float64Array.from({ length: itemCount }, (_, item) => ratings[item] ?? START);
          return ok({ strengths, iterations: 1, converged: true });
        },
      };
    },
  };
}

/** With K = 32, the custom of chess federations for players without a long record. */
export const elo: Aggregator = createElo({ k: 32 });

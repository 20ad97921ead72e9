import type { Accumulator, Aggregator, AggregatorContext, Vote, VoteCells } from '#ranking';
import { TIE_TOLERANCE } from '../../src/ranking/ranking.ts';
import { createStreamedReplicates } from './streamed-replicates.ts';
import { createSummedReplicates } from './summed-replicates.ts';
import { takesVotesInTurn } from './vote-tally.ts';

/**
 * Intervals from repeated draws of the data (Efron 1979). Every judge, or every vote, comes Poisson(1) times into each
 * replicate (Oza & Russell 2001), so that one pass over the file suffices and nothing need be known before it.
 */
export interface Bootstrap {
  add(vote: Vote): void;
  /** `cells`: all votes added, summed up. */
  finish(cells: VoteCells): BootstrapResult;
}

export type Resampled = 'judges' | 'votes';

export interface BootstrapResult {
  readonly replicates: number;
  /** Replicates whose draw of votes allowed no fit. */
  readonly failed: number;
  readonly resampled: Resampled;
  /** 95 % interval of each item's strength; NaN where no replicate could be fitted. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Share of replicates in which the item is the best; ties count in equal parts. */
  readonly pBest: Float64Array;
}

export interface BootstrapSettings {
  readonly replicates: number;
  readonly seed: string;
  readonly aggregator: Aggregator;
  readonly context: AggregatorContext;
  onReplicate?(done: number): void;
}

/** The draws of votes, made while votes are added or afterwards. */
export interface Replicates {
  /** `mayDrawVotes`: false from when there are judges enough to draw those. */
  add(vote: Vote, mayDrawVotes: boolean): void;
  /** What took the votes of one replicate. Asked for once each, in order, after all votes were added. */
  draw(replicate: number, resampled: Resampled, cells: VoteCells): Accumulator;
}

/** With fewer judges their draw is too coarse, and votes are drawn instead (see Cameron & Miller 2015, section VI). */
export const MIN_JUDGES = 20;

export function createBootstrap(settings: BootstrapSettings): Bootstrap {
  const isStreamed = takesVotesInTurn(settings.aggregator);
  const drawn = isStreamed ? createStreamedReplicates(settings) : createSummedReplicates(settings);
  const judges = new Set<number>();
  return {
    add(vote) {
      if (judges.size < MIN_JUDGES) judges.add(vote.judge);
      drawn.add(vote, judges.size < MIN_JUDGES);
    },
    finish(cells) {
      const resampled = judges.size < MIN_JUDGES ? 'votes' : 'judges';
      const strengths: Float64Array[] = [];
      for (let replicate = 0; replicate < settings.replicates; replicate++) {
        const fit = drawn.draw(replicate, resampled, cells).finish();
        if (fit.ok) strengths.push(fit.value.strengths);
        settings.onReplicate?.(replicate + 1);
      }
      return {
        replicates: settings.replicates,
        failed: settings.replicates - strengths.length,
        resampled,
        ...summarise(strengths, cells.itemCount),
      };
    },
  };
}

function summarise(
  strengths: readonly Float64Array[],
  itemCount: number,
): Pick<BootstrapResult, 'low' | 'high' | 'pBest'> {
  const low = new Float64Array(itemCount);
  const high = new Float64Array(itemCount);
  for (let item = 0; item < itemCount; item++) {
    const drawn = Float64Array.from(strengths, (one) => one[item] as number).sort();
    low[item] = quantile(drawn, 0.025);
    high[item] = quantile(drawn, 0.975);
  }
  const pBest = new Float64Array(itemCount);
  for (const one of strengths) {
    const top = one.reduce((best, strength) => Math.max(best, strength), -Infinity);
    const best = [...one.keys()].filter((item) => (one[item] as number) >= top - TIE_TOLERANCE);
    for (const item of best) pBest[item]! += 1 / best.length / strengths.length;
  }
  return { low, high, pBest };
}

/** Linear between order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

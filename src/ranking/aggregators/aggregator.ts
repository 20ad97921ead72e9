import type { Failure, Result } from '#vocabulary';
import type { JudgeEstimate } from '../ranking.ts';
import type { Vote } from '../vote.ts';

export const aggregatorNames = [
  'judge-aware',
  'map',
  'ml-newton',
  'ml-mm',
  'ml-newman',
  'crowd-bt',
  'elo',
  'borda',
  'majority',
  'fortytwo',
] as const;
export type AggregatorName = (typeof aggregatorNames)[number];

/** Facts that some aggregators use and the others pass over. */
export interface AggregatorContext {
  /** Items known beforehand; items that a vote names beyond them are added. */
  readonly itemCount?: number;
  readonly judgeCount?: number;
  /** Standing of each judge in [0, 1]; missing ones are neutral (0.5). */
  readonly judgeStanding?: readonly number[];
  /** A property of style of each item, e.g. the logarithm of its length. */
  readonly style?: readonly number[];
  /** Extracted final answer of each item, for majority voting; undefined or missing where none could be read. */
  readonly finals?: readonly (string | undefined)[];
}

/** What any aggregator says of the items. Higher strength is better. */
export interface Aggregate {
  readonly strengths: Float64Array;
  /** Where the aggregator has a model of its own error. Worked out when it is read, so that who wants only strengths pays for no more. */
  readonly uncertainty?: Uncertainty | undefined;
  /** What was learned of each judge, where the aggregator learns any. */
  readonly judges?: readonly JudgeEstimate[];
  readonly iterations: number;
  /** False when an iteration limit ended the fit, as where no finite maximum exists. */
  readonly converged: boolean;
}

export interface Uncertainty {
  /** Standard deviation of each centred strength. */
  readonly deviations: Float64Array;
  /** P(each item is the best). */
  readonly pBest: Float64Array;
}

/** Takes votes one at a time, in the order in which they were cast, and keeps no more than it needs. */
export interface Accumulator {
  /** Votes are taken to be valid (`findVoteFault`). */
  add(vote: Vote): void;
  finish(): Result<Aggregate, AggregateError>;
}

/** One way to turn pairwise votes into strengths. All of them are equals behind this: the product's own among its rivals. */
export interface Aggregator {
  readonly name: AggregatorName;
  /** What a strength is, for a person: `logits`, `Elo points`, `share of comparisons won`. */
  readonly unit: string;
  begin(context: AggregatorContext): Accumulator;
}

export type AggregateErrorType = 'no-items' | 'too-many-items' | 'no-usable-votes';
export type AggregateError = Failure<AggregateErrorType>;

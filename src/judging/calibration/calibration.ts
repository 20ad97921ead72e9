import type { ReadingName } from '../judge.ts';
import type { PairFigures } from './metrics.ts';

/** How much a model's readings are worth, measured on gold pairs. Data: a judge's advert names it, its ballots carry its version. */
export interface Calibration {
  /** Names this very set of constants; changes whenever prompts, readings, gold or constants do. */
  readonly version: string;
  readonly modelId: string;
  /** False for the default that stands in where nothing was measured: its votes carry no weight. */
  readonly calibrated: boolean;
  /** From the cheapest to the dearest; each has all readings of the one before, with weights of its own. Never empty. */
  readonly panels: readonly Panel[];
  /** Where a linear probe looks, if the panels use one that is not shipped apart (catalogue.ts). */
  readonly probe?: Probe;
  /** Seed of questions, samples and splits. Undefined unless calibrated. */
  readonly seed?: string;
}

export interface Panel {
  readonly weights: readonly ReadingWeight[];
  /** Held out by family and question; undefined unless calibrated. */
  readonly heldOut?: HeldOutFigures;
}

export interface ReadingWeight {
  readonly name: ReadingName;
  /** Standard deviation about zero of the difference of this reading between a better and a worse answer. */
  readonly scale: number;
  /** Log-odds for one standard deviation of difference. */
  readonly weight: number;
}

/** Where the gold of a pair comes from. */
export type GoldSource = 'written' | 'procedural' | 'sampled' | 'attack';

/** Over all sources, and of each; a question weighs the same however many pairs it has. */
export interface HeldOutFigures extends PairFigures {
  readonly bySource: Readonly<Partial<Record<GoldSource, PairFigures>>>;
}

/** Weights over the states of one layer, mean and last token one after the other. */
export interface Probe {
  readonly layer: number;
  readonly weights: readonly number[];
}

/** A judge that might do no better than this carries no weight in a round. */
export const LOWEST_USEFUL_ACCURACY = 0.6;

/**
 * What decides whether a judge is worth listening to: the cheapest panel, which every machine can afford, on answers of its own
 * model, the hardest and most usual case. Without such samples, on all pairs; undefined where nothing was measured.
 */
export function decisiveFigures({ panels }: Calibration): PairFigures | undefined {
  const heldOut = panels[0]?.heldOut;
  return heldOut?.bySource.sampled ?? heldOut;
}

/** Whether a judge's votes may count: the lower end of the interval of its decisive accuracy is above 0.6. */
export function beatsChance(calibration: Calibration): boolean {
  const decisive = decisiveFigures(calibration);
  return decisive !== undefined && decisive.accuracy.low > LOWEST_USEFUL_ACCURACY;
}

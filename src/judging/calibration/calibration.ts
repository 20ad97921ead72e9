import type { Reading } from '../judge.ts';

/** How much a model's readings are worth, measured on gold pairs (test/judging/fixtures). Data: a judge's advert names it. */
export interface Calibration {
  /** Names this very set of constants; changes whenever prompts, readings or constants do. Ballots carry it. */
  readonly version: string;
  readonly modelId: string;
  /** False for the default that stands in where nothing was measured; a round may give its votes no weight. */
  readonly calibrated: boolean;
  readonly weights: readonly ReadingWeight[];
  /** Undefined unless calibrated. */
  readonly accuracy?: CalibrationAccuracy;
}

export interface ReadingWeight {
  readonly name: Reading['name'];
  /** Standard deviation of the difference of this reading between a better and a worse answer. */
  readonly scale: number;
  /** Log-odds for one standard deviation of difference. */
  readonly weight: number;
}

/** Held out by question; the interval is Wilson's over questions, because pairs of one question are no independent trials. */
export interface CalibrationAccuracy {
  readonly questions: number;
  readonly pairs: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** A judge whose held-out accuracy might be chance, or was never measured, should carry no weight in a round. */
const LOWEST_USEFUL_ACCURACY = 0.6;

export function beatsChance(calibration: Calibration): boolean {
  return calibration.accuracy !== undefined && calibration.accuracy.low > LOWEST_USEFUL_ACCURACY;
}

/**
 * SmolLM2-135M-Instruct, Q4_1: fitted to the readings in test/judging/fixtures (60 written pairs, 191 pairs of the
 * model's own samples). Held out: 0.93 of the written pairs, 0.73 of the sampled.
 */
export const defaultCalibration: Calibration = {
  version: 'smollm2-135m-instruct-q4_1/1',
  modelId: 'smollm2-135m-instruct-q4_1',
  calibrated: true,
  weights: [
    { name: 'forward', scale: 1.2325, weight: 2.1552 },
    { name: 'yes-no', scale: 0.3292, weight: 0.6948 },
  ],
  accuracy: { questions: 108, pairs: 251, accuracy: 0.841, low: 0.7606, high: 0.8981 },
};

const MEASURED: readonly Calibration[] = [defaultCalibration];

/**
 * A model that was not measured gets the default's weights at half their strength: which way a reading points carries
 * over, its scale and worth differ from model to model.
 */
export function calibrationOf(modelId: string): Calibration {
  return (
    MEASURED.find((calibration) => calibration.modelId === modelId) ?? {
      version: 'unmeasured/1',
      modelId,
      calibrated: false,
      weights: defaultCalibration.weights.map((entry) => ({ ...entry, weight: entry.weight / 2 })),
    }
  );
}

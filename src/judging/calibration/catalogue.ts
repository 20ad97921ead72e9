import type { Calibration } from './calibration.ts';
import smollm2 from './models/smollm2-135m-instruct-q4_1.json' with { type: 'json' };

/** The default model's calibration, shipped: fitted by `npm run calibrate` on the recording in test/judging/recordings. */
export const defaultCalibration = smollm2 as Calibration;

const SHIPPED: readonly Calibration[] = [defaultCalibration];

/** The calibration of this version, if it is one that every peer has. */
export function findShipped(version: string): Calibration | undefined {
  return SHIPPED.find((calibration) => calibration.version === version);
}

const UNMEASURED = 'unmeasured/';

/** Whether a ballot says that its judge was never measured. */
export function isUnmeasured(version: string): boolean {
  return version.startsWith(UNMEASURED);
}

/**
 * A model that was not measured gets the default's cheapest panel at half its strength, to show a judge's leaning: which way a
 * reading points carries over, its scale and worth differ from model to model. Such votes carry no weight.
 */
export function calibrationOf(modelId: string): Calibration {
  const [cheapest] = defaultCalibration.panels;
  return (
    SHIPPED.find((calibration) => calibration.modelId === modelId) ?? {
      version: `${UNMEASURED}2`,
      modelId,
      calibrated: false,
      panels: [{ weights: (cheapest?.weights ?? []).map((entry) => ({ ...entry, weight: entry.weight / 2 })) }],
    }
  );
}

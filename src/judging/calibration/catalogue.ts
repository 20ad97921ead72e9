import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { Calibration, Probe } from './calibration.ts';
import smollm2 from './models/smollm2-135m-instruct-q4_1.json' with { type: 'json' };

/** The default model's calibration, shipped: fitted to the recording in test/judging/recordings. Its last panel reads states. */
export const defaultCalibration = smollm2 as Calibration;

const SHIPPED: readonly Calibration[] = [defaultCalibration];

/** The calibration of this version, if it is one that every peer has. */
export function findShipped(version: string): Calibration | undefined {
  return SHIPPED.find((calibration) => calibration.version === version);
}

/** Fetched only by tabs whose engine shows states. */
const SHIPPED_PROBES: ReadonlyMap<string, () => Promise<Probe>> = new Map([
  [defaultCalibration.version, async () => (await import('./models/smollm2-probe.ts')).probe],
]);

/** The probe that a calibration's panels read with. */
export async function probeOf({ version, probe }: Calibration): Promise<Result<Probe, Failure>> {
  const load = SHIPPED_PROBES.get(version);
  if (probe !== undefined) return ok(probe);
  if (load === undefined) return err(failure('no-probe', `The calibration "${version}" has no probe.`));
  try {
    return ok(await load());
  } catch (cause) {
    return err(failure('no-probe', `The probe could not be fetched: ${messageOf(cause)}`, 'Reload the page.'));
  }
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

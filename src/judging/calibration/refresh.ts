/** Calibrations that a tab makes of what its own model read, and how they are kept up to date. */
import { type Failure, type Result, ok, sha256Hex } from '#vocabulary';
import { PANEL_READINGS, calibrate } from './calibrate.ts';
import type { Calibration, GoldSource } from './calibration.ts';
import type { GoldSlate } from './gold.ts';

/** New slates after which a calibration is fitted anew: fewer would move it less than its own uncertainty. */
export const REFIT_AFTER = 20;
/** Slates kept of a source: some six times a first calibration's, and below a megabyte all together. */
export const MAX_SLATES_A_SOURCE = 400;

/**
 * Names what a tab's slates were made with; raised whenever a prompt, a reading or the gold changes. Slates of another
 * revision say nothing of the readings there are now.
 */
export const GOLD_REVISION = `2/${[...new Set(PANEL_READINGS.flat())].join('+')}`;

export interface TabCalibrationOptions {
  readonly modelId: string;
  readonly seed: string;
}

/** The calibration of a tab's own slates; its version follows from them. */
export function calibrateTab(
  slates: readonly GoldSlate[],
  { modelId, seed }: TabCalibrationOptions,
): Result<Calibration, Failure> {
  return calibrate(slates, { modelId, seed, version: tabVersionOf(modelId, slates) });
}

export function tabVersionOf(modelId: string, slates: readonly GoldSlate[]): string {
  return `${modelId}/tab-${sha256Hex(new TextEncoder().encode(canonicalJson(slates))).slice(0, 12)}`;
}

export interface RefreshedCalibration {
  /** What is kept from now on, oldest first. */
  readonly slates: readonly GoldSlate[];
  readonly calibration: Calibration;
}

/** Undefined until enough is new. What is fitted and told follows from the newest slates of each source. */
export function refreshCalibration(
  kept: readonly GoldSlate[],
  fresh: readonly GoldSlate[],
  options: TabCalibrationOptions,
): Result<RefreshedCalibration | undefined, Failure> {
  if (fresh.length < REFIT_AFTER) return ok(undefined);
  const slates = newestOfEach(kept, fresh);
  const calibration = calibrateTab(slates, options);
  return calibration.ok ? ok({ slates, calibration: calibration.value }) : calibration;
}

/** A question read again takes the place of its earlier reading: the same trial twice would only feign certainty. */
function newestOfEach(kept: readonly GoldSlate[], fresh: readonly GoldSlate[]): GoldSlate[] {
  const byTrial = new Map<string, GoldSlate>();
  for (const slate of [...kept, ...fresh]) {
    const trial = JSON.stringify([slate.source, slate.family, slate.question]);
    byTrial.delete(trial);
    byTrial.set(trial, slate);
  }
  const all = [...byTrial.values()];
  const left = new Map<GoldSource, number>();
  return all
    .toReversed()
    .filter(({ source }) => {
      const count = left.get(source) ?? 0;
      left.set(source, count + 1);
      return count < MAX_SLATES_A_SOURCE;
    })
    .toReversed();
}

/** Equal values give equal text, in whatever order their fields were made. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Calibration } from '#judging';
import { type Failure, type ModelId, type Result, err, failure, messageOf, ok } from '#vocabulary';
import { isCatalogued } from '../judge-cli/model-choice.ts';
import type { CalibrateCommand } from './command-line.ts';

const root = join(import.meta.dirname, '../..');

/** Only what is measured on enough questions of a model that everybody knows may be shipped unasked. */
export function placeOf({ out, size }: CalibrateCommand, modelId: ModelId, folder: string): string {
  if (out !== undefined) return resolve(folder, out);
  const name = `${modelId.replaceAll(/[^\w.-]+/gu, '-')}.json`;
  return size === 'full' && isCatalogued(modelId)
    ? join(root, 'src/judging/calibration/models', name)
    : join(root, '.cache/calibrate', name);
}

const Calibrated = v.looseObject({ version: v.string(), modelId: v.string(), panels: v.array(v.unknown()) });

/** Told before hours of measuring: that there is room for a calibration, and nothing else in its place. */
export function checkPlace(path: string): Result<void, Failure> {
  const remedy = 'Name another file with --out.';
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return ok(undefined);
    if (statSync(path).isDirectory()) return err(failure('no-file', `${path} is a folder.`, remedy));
    if (!isCalibration(readFileSync(path, 'utf8')))
      return err(failure('not-calibration', `${path} holds something that is no calibration.`, remedy));
    return ok(undefined);
  } catch (cause) {
    return err(failure('no-place', `No calibration can be written to ${path}: ${messageOf(cause)}.`, remedy));
  }
}

function isCalibration(text: string): boolean {
  try {
    return v.is(Calibrated, JSON.parse(text));
  } catch {
    return false;
  }
}

/** Whole or not at all. */
export function writeCalibration(path: string, calibration: Calibration): void {
  const part = `${path}.part`;
  writeFileSync(part, `${JSON.stringify(calibration, undefined, 2)}\n`);
  renameSync(part, path);
}

import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import * as v from 'valibot';
import { isReadingName } from '../readings/registry.ts';
import type { ReadingName } from '../judge.ts';
import type { Calibration } from './calibration.ts';
import type { DoneGold } from './gold-run.ts';
import type { GoldSlate } from './gold.ts';
import { GOLD_REVISION, MAX_SLATES_A_SOURCE, tabVersionOf } from './refresh.ts';

/** All that a tab has measured of one model: what it judges with, and what it is in the middle of. */
export interface KeptCalibration {
  readonly modelId: string;
  /** What slates and progress were made with; another one's are of no use. */
  readonly revision: string;
  /** Absent until the first measurement is finished. */
  readonly result?: { readonly calibration: Calibration; readonly slates: readonly GoldSlate[] };
  /** Absent when nothing is being measured. */
  readonly progress?: GoldProgress;
}

export interface GoldProgress {
  /** A first measurement, or one that keeps a finished one up to date. */
  readonly kind: 'whole' | 'refresh';
  readonly seed: string;
  /** The person stopped it; it goes on only when asked. */
  readonly stopped: boolean;
  readonly done: readonly DoneGold[];
}

export type CalibrationStoreError = Failure<'calibration-not-kept'>;
export type CalibrationNotice = Failure<'calibration-damaged' | 'calibration-unread' | 'calibration-not-kept'>;

/** Keeps what a tab measured over reloads, one record a model. */
export interface CalibrationStore {
  /** What is kept of this model. A record that is damaged, or was made with other readings, is dropped and said. */
  load(modelId: string): Promise<{ readonly kept?: KeptCalibration; readonly notice?: CalibrationNotice }>;
  /** Keeps it in place of an earlier one. After a failure the tab goes on with what it has in memory. */
  save(kept: KeptCalibration): Promise<Result<void, CalibrationStoreError>>;
}

const text = v.pipe(v.string(), v.maxLength(4_000));
const number = v.pipe(v.number(), v.finite());
/** Sums of weights may be off by a rounding. */
const share = v.pipe(number, v.minValue(-1e-9), v.maxValue(1 + 1e-9));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const source = v.picklist(['written', 'procedural', 'sampled', 'attack']);
const readingName = v.custom<ReadingName>((value) => typeof value === 'string' && isReadingName(value));

const slate = v.strictObject({
  question: text,
  source,
  family: text,
  split: v.picklist(['fit', 'held-out']),
  difficulty: v.exactOptional(v.picklist([1, 2, 3])),
  form: v.exactOptional(v.picklist(['sentence', 'passage'])),
  answers: v.pipe(
    v.array(
      v.strictObject({
        right: v.boolean(),
        words: count,
        screened: v.boolean(),
        readings: v.record(readingName, number),
      }),
    ),
    v.maxLength(100),
  ),
});
const slates = v.pipe(v.array(slate), v.maxLength(4 * MAX_SLATES_A_SOURCE));

const figures = {
  accuracy: v.strictObject({ share, count, low: share, high: share }),
  pairs: count,
  brier: share,
  ece: share,
};

const calibration = v.strictObject({
  version: text,
  modelId: text,
  calibrated: v.literal(true),
  seed: text,
  panels: v.pipe(
    v.array(
      v.strictObject({
        weights: v.array(v.strictObject({ name: readingName, scale: v.pipe(number, v.gtValue(0)), weight: number })),
        heldOut: v.exactOptional(v.strictObject({ ...figures, bySource: v.record(source, v.strictObject(figures)) })),
      }),
    ),
    v.minLength(1),
  ),
});

const kept = v.strictObject({
  modelId: text,
  revision: text,
  result: v.exactOptional(v.strictObject({ calibration, slates })),
  progress: v.exactOptional(
    v.strictObject({
      kind: v.picklist(['whole', 'refresh']),
      seed: text,
      stopped: v.boolean(),
      done: v.array(
        v.strictObject({
          id: text,
          slates,
          skipped: v.exactOptional(v.strictObject({ type: text, message: text, remedy: v.exactOptional(text) })),
        }),
      ),
    }),
  ),
});

/**
 * What was read back, if it is whole: of the right shape, of this model, and its calibration named after its very slates.
 * Undefined where it was made with other prompts, readings or gold than there are now.
 */
export function readKept(
  stored: unknown,
  modelId: string,
): Result<KeptCalibration | undefined, Failure<'calibration-damaged'>> {
  const parsed = v.safeParse(kept, stored);
  if (!parsed.success) return damaged(v.summarize(parsed.issues));
  const { output } = parsed;
  if (output.modelId !== modelId) return damaged('it is of another model.');
  if (output.revision !== GOLD_REVISION) return ok(undefined);
  const { result } = output;
  if (result !== undefined && result.calibration.version !== tabVersionOf(modelId, result.slates))
    return damaged('its figures are not those of its measurements.');
  return ok(output as KeptCalibration);
}

function damaged(reason: string): { readonly ok: false; readonly error: Failure<'calibration-damaged'> } {
  const message = `What this tab knew of its model as a judge is damaged and was left out: ${reason.slice(0, 200)}`;
  return err(failure('calibration-damaged', message, 'Nothing needs to be done: it is measured again.'));
}

import { type ModelId, asModelId } from '#vocabulary';
import { type EngineKind, type SpeedRecord, engineKinds, readSpeedRecords } from '#inference';
import * as v from 'valibot';

/** What a peer remembers of models over reloads. */
export interface ModelsMemory {
  /** What the person chose; absent while the page decides. */
  readonly chosen?: RememberedChoice;
  /** How fast engines ran models here. */
  readonly speeds: readonly SpeedRecord[];
  /** Loads that were begun and never came to an end: the tab was killed, or closed by its person. */
  readonly brokenLoads: number;
}

export interface RememberedChoice {
  readonly modelId: ModelId;
  /** For when the model is gone. */
  readonly name: string;
  /** Undefined: the one that suits the device best. */
  readonly engine?: EngineKind;
}

export const NOTHING_REMEMBERED: ModelsMemory = { speeds: [], brokenLoads: 0 };

const choice = v.object({
  modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.transform(asModelId)),
  name: v.pipe(v.string(), v.maxLength(200)),
  engine: v.exactOptional(v.picklist(engineKinds)),
});
const schema = v.object({
  chosen: v.optional(v.fallback(v.optional(choice), undefined)),
  speeds: v.optional(v.pipe(v.unknown(), v.transform(readSpeedRecords)), []),
  brokenLoads: v.fallback(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
});

/** What is left of stored memory once everything damaged is dropped. */
export function readModelsMemory(stored: unknown): ModelsMemory {
  const parsed = v.safeParse(schema, stored);
  if (!parsed.success) return NOTHING_REMEMBERED;
  const { chosen, ...rest } = parsed.output;
  return chosen === undefined ? rest : { ...rest, chosen };
}

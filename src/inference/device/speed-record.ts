import * as v from 'valibot';
import type { EngineKind } from '../model.ts';

/** How fast an engine ran a model on this device. Whoever keeps the records keeps them on the device. */
export interface SpeedRecord {
  readonly engine: EngineKind;
  readonly modelId: string;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly measuredAtMs: number;
}

/** Of as many pairs of model and engine as anybody tries; the oldest give way. */
const MAX_RECORDS = 64;

/** The newest record of each pair, newest first. */
export function rememberSpeed(records: readonly SpeedRecord[], record: SpeedRecord): readonly SpeedRecord[] {
  const others = records.filter(({ engine, modelId }) => engine !== record.engine || modelId !== record.modelId);
  return [record, ...others].slice(0, MAX_RECORDS);
}

export function findSpeed(
  records: readonly SpeedRecord[],
  modelId: string,
  engine: EngineKind,
): SpeedRecord | undefined {
  return records.find((record) => record.modelId === modelId && record.engine === engine);
}

const speed = v.pipe(v.number(), v.finite(), v.minValue(1e-3), v.maxValue(1e6));
const schema = v.object({
  engine: v.picklist(['wllama', 'ort', 'webllm']),
  modelId: v.pipe(v.string(), v.maxLength(256)),
  prefillTokensPerSecond: speed,
  decodeTokensPerSecond: speed,
  measuredAtMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** What is left of stored records once everything that is none is dropped. */
export function readSpeedRecords(stored: unknown): readonly SpeedRecord[] {
  if (!Array.isArray(stored)) return [];
  const records = stored.slice(0, MAX_RECORDS).flatMap((one): SpeedRecord[] => {
    const parsed = v.safeParse(schema, one);
    return parsed.success ? [parsed.output] : [];
  });
  return records.toReversed().reduce<readonly SpeedRecord[]>(rememberSpeed, []);
}

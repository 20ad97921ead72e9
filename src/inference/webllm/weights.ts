import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';

const maxIndexBytes = 32 * 2 ** 20;
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 40));
const dimension = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 40));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

const index = v.object({
  records: v.pipe(
    v.array(
      v.object({
        dataPath: v.pipe(name, v.regex(/^[\w.-]+$/, 'a shard has an odd name')),
        nbytes: bytes,
        records: v.pipe(
          v.array(
            v.object({
              name,
              shape: v.pipe(v.array(dimension), v.maxLength(8)),
              nbytes: bytes,
              byteOffset: bytes,
            }),
          ),
          v.maxLength(2 ** 16),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(2 ** 12),
  ),
});

/** Name of the list of weights in this folder: older ones have another. */
export function weightIndexName(files: ReadonlyMap<string, Blob>): 'tensor-cache.json' | 'ndarray-cache.json' {
  return files.has('tensor-cache.json') ? 'tensor-cache.json' : 'ndarray-cache.json';
}

export type WeightIndex = v.InferOutput<typeof index>['records'];

/** The list of weights: which tensors lie where in which file. */
export function readWeightIndex(text: string): Result<WeightIndex, EngineError> {
  try {
    const { records } = v.parse(index, JSON.parse(text));
    for (const shard of records) {
      const overrun = shard.records.find((record) => record.byteOffset + record.nbytes > shard.nbytes);
      if (overrun !== undefined) return err(damaged(`${overrun.name} reaches beyond the end of ${shard.dataPath}`));
    }
    return ok(records);
  } catch (cause) {
    return err(damaged(`the list of its weights cannot be read: ${messageOf(cause).slice(0, 300)}`));
  }
}

/** Compares the files with their list: web-llm would read beyond the end of a short one. */
export async function checkWeights(files: ReadonlyMap<string, Blob>): Promise<Result<void, EngineError>> {
  const file = files.get(weightIndexName(files));
  if (file === undefined) return err(damaged('the list of its weights is missing'));
  if (file.size > maxIndexBytes) return err(damaged('the list of its weights is larger than 32 MiB'));
  const shards = readWeightIndex(await file.text());
  if (!shards.ok) return shards;
  for (const { dataPath, nbytes } of shards.value) {
    const shard = files.get(dataPath);
    if (shard === undefined) return err(damaged(`${dataPath} is missing`));
    if (shard.size !== nbytes) return err(damaged(`${dataPath} has ${shard.size} bytes instead of ${nbytes}`));
  }
  return ok(undefined);
}

function damaged(what: string): EngineError {
  return failure('load-failed', `The model is damaged: ${what}.`, 'Remove it and get it again.');
}

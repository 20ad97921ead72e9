import { type Result, err, ok } from '#vocabulary';
import * as v from 'valibot';
import type { ModelError } from '../../model.ts';
import { type ChosenFile, notAModel } from './file-names.ts';

/** The largest tokenizer.json in use are 35 MB. */
const maxJsonBytes = 64 * 2 ** 20;

/** Reads a file as JSON of this shape; fields the shape does not name are ignored. */
export async function readJson<T>(
  { path, blob }: ChosenFile,
  schema: v.GenericSchema<unknown, T>,
): Promise<Result<T, ModelError>> {
  if (blob.size > maxJsonBytes) return err(notAModel(`${path} is larger than any such file.`));
  try {
    const parsed = v.safeParse(schema, JSON.parse(await blob.text()));
    return parsed.success ? ok(parsed.output) : err(notAModel(`${path} does not say what it should.`));
  } catch {
    return err(notAModel(`${path} is no JSON.`));
  }
}

export const tokeniserSchema = v.looseObject({ model: v.looseObject({}) });
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

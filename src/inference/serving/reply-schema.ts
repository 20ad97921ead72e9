import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';

/** Longer schemas become grammars that take longer than any reply. */
const MAX_SCHEMA_LENGTH = 2 ** 16;

/** The schema of a reply. Compilers of grammars are native code: they are given nothing but a JSON object of moderate size. */
export function readSchema(text: string | undefined): Result<object | undefined, EngineError> {
  if (text === undefined) return ok(undefined);
  try {
    const schema: unknown = text.length <= MAX_SCHEMA_LENGTH ? JSON.parse(text) : undefined;
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return ok(schema);
  } catch {
    // Said below.
  }
  return err(failure('unsupported', 'The schema is no JSON schema of at most 64 KiB.'));
}

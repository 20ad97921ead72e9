import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';

/** What a file must be to count as the model. */
export interface ModelIdentity {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export type ModelFileError = Failure<'absent' | 'wrong-size' | 'wrong-digest'>;

/** Whether the file at `path` is that model, read to the last byte. */
export async function verifyModelFile(path: string, wanted: ModelIdentity): Promise<Result<void, ModelFileError>> {
  let sizeBytes: number;
  try {
    sizeBytes = (await stat(path)).size;
  } catch {
    return err(failure('absent', `There is no file ${path}.`));
  }
  if (sizeBytes !== wanted.sizeBytes) {
    return err(failure('wrong-size', `${path} has ${sizeBytes} bytes where the model has ${wanted.sizeBytes}.`));
  }
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  const digest = hash.digest('hex');
  if (digest === wanted.sha256) return ok(undefined);
  return err(failure('wrong-digest', `${path} is not the model: its SHA-256 is ${digest}, not ${wanted.sha256}.`));
}

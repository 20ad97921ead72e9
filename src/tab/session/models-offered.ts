import type { Failure, Result } from '#vocabulary';
import type { ModelManifest } from '#inference';

/** A model that anyone may have. */
export interface OfferedModel {
  /** What is known before its files are asked for; then `files` is empty. */
  readonly manifest: ModelManifest;
  /** Its exact files, asked of its hub; absent where the manifest names them. */
  readonly resolve?: (signal: AbortSignal) => Promise<Result<ModelManifest, Failure>>;
}

import type { Result } from '#vocabulary';
import type { ModelError } from '../model.ts';

/** Where the store keeps files, each as a row of parts so that a download resumes after the last whole one. */
export interface ModelFiles {
  /** See `ModelStore.notice`. */
  readonly notice?: string;
  /** The parts of a file in their order, up to the first that is missing. */
  parts(file: string): Promise<readonly Blob[]>;
  /** Whole or not at all, even when the tab closes meanwhile. */
  writePart(file: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<Result<void, ModelError>>;
  /** A mark beside the parts, for what is known of the whole. */
  readMark(file: string): Promise<string | undefined>;
  writeMark(file: string, mark: string): Promise<Result<void, ModelError>>;
  remove(file: string): Promise<void>;
}

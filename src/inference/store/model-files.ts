import type { Result } from '#vocabulary';
import type { ModelError } from '../model.ts';

/**
 * Where the store keeps files, each as a row of parts so that a download resumes after the last whole one.
 * Names are digests and other short words of `a-z`, `0-9` and `-`. One suite (test/contracts/model-files.ts) runs against all.
 */
export interface ModelFiles {
  readonly place: 'opfs' | 'cache' | 'memory';
  /** See `ModelStore.notice`. */
  readonly notice?: string;
  /** Whether so much more can be kept; undefined where there is no way to tell. */
  canTake(bytes: number): Promise<boolean | undefined>;
  /** Of all files of which anything is here. */
  names(): Promise<readonly string[]>;
  /** Sizes of the parts in their order, up to the first that is missing; cheaper than `parts`. */
  sizes(file: string): Promise<readonly number[]>;
  parts(file: string): Promise<readonly Blob[]>;
  /** Sizes of all parts by their index, gaps or not. */
  partSizes(file: string): Promise<ReadonlyMap<number, number>>;
  readPart(file: string, index: number): Promise<Blob | undefined>;
  /** Whole or not at all, even when the tab closes meanwhile. */
  writePart(file: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<Result<void, ModelError>>;
  removePart(file: string, index: number): Promise<void>;
  /** A mark beside the parts, for what is known of the whole. */
  readMark(file: string): Promise<string | undefined>;
  writeMark(file: string, mark: string): Promise<Result<void, ModelError>>;
  /** With its mark. */
  remove(file: string): Promise<void>;
}

export function partName(index: number): string {
  return `part-${index.toString().padStart(5, '0')}`;
}

/** The inverse; undefined for other names. */
export function partIndex(name: string): number | undefined {
  const digits = /^part-(\d{5,})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export const markName = 'verified';

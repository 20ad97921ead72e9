import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../../model.ts';
import type { NamedBlob } from '../../model-shelf.ts';
import { maxFiles, maxModelBytes } from '../manifest-schema.ts';

/** A chosen file by its path below the folder that all of them share; safe to use as a name. */
export interface ChosenFile {
  /** At least one segment, joined by `/`; no `.`, `..`, control characters or backslashes. */
  readonly path: string;
  readonly blob: Blob;
}

export interface Chosen {
  readonly files: readonly ChosenFile[];
  /** The folder that all files lie in, if any. */
  readonly folder: string | undefined;
}

const maxSegments = 8;
const maxSegmentLength = 200;

/** Names are what a person's disk or a server says: only harmless ones pass, and each only once. */
export function readNames(given: readonly NamedBlob[]): Result<Chosen, ModelError> {
  if (given.length === 0) return err(notAModel('No file was chosen.'));
  if (given.length > maxFiles) return err(notAModel(`${given.length} files are more than a model has.`));
  const totalBytes = given.reduce((sum, { blob }) => sum + blob.size, 0);
  if (totalBytes > maxModelBytes) return err(notAModel('The files are larger than any model that a tab could run.'));

  const rows: { segments: readonly string[]; blob: Blob }[] = [];
  for (const { name, blob } of given) {
    const segments = segmentsOf(name);
    if (segments === undefined) return err(notAModel(`A file has an unusable name: ${cleanText(name, 60)}.`));
    rows.push({ segments, blob });
  }
  const folder = commonFolder(rows.map(({ segments }) => segments));
  const files = rows.map(({ segments, blob }) => ({ path: segments.slice(folder.length).join('/'), blob }));
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  if (paths.size < files.length) return err(notAModel('Two of the files have the same name.'));
  return ok({ files, folder: folder.at(-1) });
}

export function segmentsOf(name: string): readonly string[] | undefined {
  const segments = name.split('/');
  return segments.length <= maxSegments && segments.every(isSafeSegment) ? segments : undefined;
}

function isSafeSegment(segment: string): boolean {
  return (
    segment.length > 0 &&
    segment.length <= maxSegmentLength &&
    segment !== '.' &&
    segment !== '..' &&
    // Control, format, surrogate, private and unassigned characters, and what separates paths elsewhere.
    !/[\p{C}\\:]/u.test(segment) &&
    segment.isWellFormed()
  );
}

function commonFolder(rows: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = rows;
  let shared = first.length - 1;
  for (const row of rows) {
    shared = Math.min(shared, row.length - 1);
    const differs = row.findIndex((segment, index) => segment !== first[index]);
    if (differs >= 0) shared = Math.min(shared, differs);
  }
  return first.slice(0, Math.max(0, shared));
}

/** Text from a file for a person to read: one line, without characters that hide or reorder others. */
export function cleanText(text: string, maxLength: number): string {
  const visible = text
    .toWellFormed()
    .replaceAll(/[\s\p{Z}]+/gu, ' ')
    .replaceAll(/\p{C}/gu, '')
    .trim();
  const characters = [...visible];
  return characters.length <= maxLength
    ? visible
    : `${characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

export function notAModel(reason: string): ModelError {
  return failure(
    'not-a-model',
    reason,
    'Choose a .gguf file; or all files of an MLC model with its library (.wasm); or an .onnx file with its tokenizer.json and config.json.',
  );
}

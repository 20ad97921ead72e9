import { type Clock, type Result, err, failure, ok } from '#vocabulary';
import type { ModelError, ModelManifest, ModelSource, ObtainOptions } from '../../model.ts';
import type { NamedBlob } from '../../model-shelf.ts';
import type { Fetch } from '../byte-source.ts';
import { type HashWhole, digestOf } from '../file-digest.ts';
import type { FileStore } from '../file-store.ts';
import type { ModelFiles } from '../model-files.ts';
import { createOverallProgress } from '../overall-progress.ts';
import type { StoreLocks } from '../store-locks.ts';
import { type OwnFile, describeOwnModel } from './own-manifest.ts';
import { recognise } from './recognise.ts';
import type { Recognised } from './recognised.ts';

export interface OwnModelParts {
  readonly files: ModelFiles;
  readonly store: FileStore;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly locks: StoreLocks;
  readonly hashWhole: HashWhole;
  readonly ownOrigin: string;
  /** The catalogue. A model that is in it is that model, however it came. */
  readonly known: readonly ModelManifest[];
  checkRoom(name: string, missingBytes: number): Promise<Result<void, ModelError>>;
  /** Lists the model and keeps it from being removed while `place` puts its files there. */
  placing<T>(manifest: ModelManifest, place: () => Promise<Result<T, ModelError>>): Promise<Result<T, ModelError>>;
}

/** What is known of a chosen blob besides its bytes. */
export interface Provenance {
  readonly sources: readonly ModelSource[];
  /** Name it was downloaded under; absent where it lies on the person's disk. */
  readonly downloadedAs?: string;
}

export async function importFiles(
  given: readonly NamedBlob[],
  options: ObtainOptions,
  parts: OwnModelParts,
): Promise<Result<ModelManifest, ModelError>> {
  try {
    const recognised = await recognise(given);
    return recognised.ok ? await keepOwnModel(recognised.value, new Map(), options, parts) : recognised;
  } catch (cause) {
    if (!isUnreadable(cause)) throw cause;
    return err(
      failure('not-a-model', 'A chosen file cannot be read, or was changed meanwhile.', 'Choose the files again.'),
    );
  }
}

/** What browsers throw for a file that is gone, was changed since it was chosen, or may not be read. */
function isUnreadable(cause: unknown): boolean {
  return cause instanceof DOMException && ['NotReadableError', 'NotFoundError', 'SecurityError'].includes(cause.name);
}

export async function keepOwnModel(
  recognised: Recognised,
  provenances: ReadonlyMap<Blob, Provenance>,
  options: ObtainOptions,
  parts: OwnModelParts,
): Promise<Result<ModelManifest, ModelError>> {
  const { members } = recognised;
  const totalBytes = members.reduce((sum, { blob }) => sum + blob.size, 0);
  const hashing = createOverallProgress(options.onProgress, totalBytes, parts.clock);
  const own: OwnFile[] = [];
  for (const { name, blob } of members) {
    const digest = await digestOf(blob, { ...options, onProgress: hashing.report }, parts.hashWhole);
    if (!digest.ok) return digest;
    own.push({ name, ...digest.value, sources: provenances.get(blob)?.sources ?? [] });
    hashing.finish(blob.size);
  }
  const manifest = parts.known.find((model) => hasSameFiles(model, own)) ?? describeOwnModel(recognised, own);

  let missingBytes = 0;
  for (const [index, { blob }] of members.entries()) {
    const isCopied = provenances.get(blob)?.downloadedAs === undefined;
    if (isCopied && (await parts.store.find(own[index] as OwnFile)) === undefined) missingBytes += blob.size;
  }
  const fits = await parts.checkRoom(manifest.name, missingBytes);
  if (!fits.ok) return fits;
  return parts.placing(manifest, async () => {
    const copying = createOverallProgress(options.onProgress, totalBytes, parts.clock);
    for (const [index, { blob }] of members.entries()) {
      const file = own[index] as OwnFile;
      const each = { ...options, onProgress: copying.report };
      const from = provenances.get(blob)?.downloadedAs;
      const kept = await (from === undefined
        ? parts.store.copyIn(file, blob, each)
        : parts.store.moveIn(file, from, each));
      if (!kept.ok) return kept;
      copying.finish(blob.size);
    }
    return ok(manifest);
  });
}

function hasSameFiles({ files }: ModelManifest, own: readonly OwnFile[]): boolean {
  const digests = new Set(own.map(({ sha256 }) => sha256));
  return files.length === own.length && files.every(({ sha256 }) => digests.has(sha256));
}

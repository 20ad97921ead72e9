import { type Clock, type Result, err, failure, ok } from '#vocabulary';
import type { ModelError, ModelFile, ObtainOptions } from '../model.ts';
import type { ByteSource } from './byte-source.ts';
import { downloadRest } from './downloader.ts';
import { type HashWhole, verify } from './file-digest.ts';
import type { ModelFiles } from './model-files.ts';
import { arrivedBytes, openPartSink } from './part-sink.ts';

/**
 * Gets a file from whichever sources have it and marks it when its digest is right. What turns out wrong is deleted, and
 * fetched again without the sources that gave any of it; when none is left, from each server alone once more.
 */
export async function fetchFile(
  file: ModelFile,
  sources: readonly ByteSource[],
  options: ObtainOptions,
  parts: FetchParts,
): Promise<Result<void, ModelError>> {
  const { files } = parts;
  // A mark from before some of the file was lost would hold for whatever comes now.
  if ((await files.readMark(file.sha256)) !== undefined) {
    const unmarked = await files.writeMark(file.sha256, '');
    if (!unmarked.ok) return unmarked;
  }
  // What an earlier visit left may be wrong: nobody is blamed for it.
  let mayBlame = (await arrivedBytes(files, file.sha256, file.sizeBytes)) === 0;
  let trusted = sources;
  let wrong: Result<void, ModelError> | undefined;
  while (wrong === undefined || trusted.length > 0) {
    const gave = new Set<ByteSource>();
    const fetched = await fetchOnce(file, trusted, gave, options, parts);
    if (isFinal(fetched)) return fetched;
    if (!fetched.ok && fetched.error.type !== 'digest-mismatch') {
      if (wrong === undefined) return fetched;
      break;
    }
    if (mayBlame) {
      wrong = fetched;
      // With nobody to blame the manifest itself is wrong.
      trusted = gave.size === 0 ? [] : trusted.filter((source) => !gave.has(source));
    }
    mayBlame = true;
  }
  let last = wrong;
  for (const server of sources.filter(({ kind }) => kind === 'server')) {
    await files.remove(file.sha256);
    last = await fetchOnce(file, [server], new Set(), options, parts);
    if (isFinal(last)) return last;
  }
  // That bytes came and were wrong says more than that a server had none.
  return !last.ok && last.error.type === 'no-source' ? wrong : last;
}

interface FetchParts {
  readonly files: ModelFiles;
  readonly clock: Clock;
  readonly hashWhole: HashWhole;
}

function isFinal(fetched: Result<void, ModelError>): boolean {
  return fetched.ok || fetched.error.type === 'aborted' || fetched.error.type === 'quota';
}

/** A wrong file is deleted. */
async function fetchOnce(
  file: ModelFile,
  sources: readonly ByteSource[],
  gave: Set<ByteSource>,
  options: ObtainOptions,
  parts: FetchParts,
): Promise<Result<void, ModelError>> {
  const filled = await fillFrom(sources, gave, file, options, parts);
  const sealed = filled.ok ? await seal(file, options, parts) : filled;
  if (!sealed.ok && sealed.error.type === 'digest-mismatch') await parts.files.remove(file.sha256);
  return sealed;
}

/** Marks a file whose parts are all here, once their digest has been found right. */
export async function seal(
  file: Pick<ModelFile, 'name' | 'sha256' | 'sizeBytes'>,
  options: ObtainOptions,
  { files, hashWhole }: Pick<FetchParts, 'files' | 'hashWhole'>,
): Promise<Result<void, ModelError>> {
  const verified = await verify(new Blob([...(await files.parts(file.sha256))]), file, options, hashWhole);
  return verified.ok ? files.writeMark(file.sha256, file.sha256) : verified;
}

async function fillFrom(
  sources: readonly ByteSource[],
  gave: Set<ByteSource>,
  file: ModelFile,
  options: ObtainOptions,
  { files, clock }: FetchParts,
): Promise<Result<void, ModelError>> {
  const { sha256, sizeBytes } = file;
  const signal = options.signal ?? new AbortController().signal;
  const sink = await openPartSink(files, sha256, sizeBytes);
  // All of it may be here already, unverified; an empty file always is.
  if (sink.receivedBytes() === sizeBytes) return ok(undefined);
  let problem: ModelError = noSource(file);
  for (const source of sources) {
    const onReceived = (): void => {
      gave.add(source);
      options.onProgress({ receivedBytes: sink.receivedBytes(), totalBytes: sizeBytes, phase: 'downloading' });
    };
    const downloaded = await downloadRest({ source, totalBytes: sizeBytes, sink, onReceived, signal }, clock);
    if (downloaded.ok) return downloaded;
    const { error } = downloaded;
    if (error.type === 'aborted' || error.type === 'quota') return downloaded;
    // A broken connection says more than a source that never had the file.
    if (error.type === 'network' && sink.receivedBytes() > 0) problem = error;
  }
  return err(problem);
}

function noSource({ name, sha256 }: ModelFile): ModelError {
  return failure(
    'no-source',
    `${name} could be had from nowhere.`,
    `Check the network and try again, or choose a copy of the file (SHA-256 ${sha256}). Without a model you can ask, but not answer.`,
  );
}

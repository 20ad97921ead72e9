import { type Clock, type Result, createStreamingSha256, err, failure, ok, sleep } from '#vocabulary';
import { countWholeParts } from './download.ts';
import { type Fetch, aborted, downloadRest } from './downloader.ts';
import type { DownloadProgress, ModelError, ModelManifest, ModelStore, ObtainOptions } from '../model.ts';
import type { ModelFiles } from './model-files.ts';
import { openPartSink } from './part-sink.ts';

export interface ModelStoreParts {
  readonly files: ModelFiles;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Runs `work` while no other tab does so under the same name. Rejects when `signal` aborts before that. */
  withLock<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Between two calls of `onProgress`: ten a second are smooth. */
const progressEveryMs = 100;
/** How often a tab that waits for another tab's download looks how far it is. */
const watchEveryMs = 500;

/** Files are named by their digest, so that two models can never be taken for each other. */
export function createModelStore({ files, fetch, clock, withLock }: ModelStoreParts): ModelStore {
  const find = async ({ sha256, sizeBytes }: ModelManifest): Promise<Blob | undefined> => {
    if ((await files.readMark(sha256)) !== sha256) return undefined;
    const whole = new Blob([...(await files.parts(sha256))]);
    return whole.size === sizeBytes ? whole : undefined;
  };

  /** The parts as one file, once their digest has been found right. */
  const seal = async (manifest: ModelManifest, options: ObtainOptions): Promise<Result<Blob, ModelError>> => {
    const whole = new Blob([...(await files.parts(manifest.sha256))]);
    const verified = await verify(whole, manifest, options);
    if (!verified.ok) return verified;
    const marked = await files.writeMark(manifest.sha256, manifest.sha256);
    return marked.ok ? ok(whole) : marked;
  };

  const downloadAll = async (manifest: ModelManifest, options: ObtainOptions): Promise<Result<Blob, ModelError>> => {
    const { sha256, sizeBytes } = manifest;
    const sink = await openPartSink(files, sha256, sizeBytes);
    let problem: ModelError = noSource(manifest);
    for (const source of manifest.sources) {
      if (source.type === 'pypi' || source.sha256 !== sha256) continue;
      const url = source.type === 'https' ? source.url : source.path;
      const onReceived = (): void =>
        options.onProgress({ receivedBytes: sink.receivedBytes(), totalBytes: sizeBytes, phase: 'downloading' });
      const signal = options.signal ?? new AbortController().signal;
      const downloaded = await downloadRest({ url, totalBytes: sizeBytes, sink, onReceived, signal }, { fetch, clock });
      if (downloaded.ok) return seal(manifest, options);
      const { error } = downloaded;
      if (error.type === 'aborted' || error.type === 'quota') return downloaded;
      // A broken connection says more than a source that never had the file.
      if (error.type === 'network' && sink.receivedBytes() > 0) problem = error;
    }
    return err(problem);
  };

  return {
    ...(files.notice === undefined ? {} : { notice: files.notice }),
    find,
    async obtain(manifest, options) {
      const here = await find(manifest);
      if (here !== undefined) return ok(here);
      const throttled = { ...options, onProgress: throttle(options.onProgress, clock) };
      const waiting = new AbortController();
      const signal = options.signal ?? new AbortController().signal;
      // For the eye only: whatever is wrong with the files shows when the lock is ours.
      watch(files, manifest, throttled.onProgress, clock, waiting.signal).catch(() => undefined);
      try {
        return await withLock(`peerage/model/${manifest.sha256}`, signal, async () => {
          waiting.abort();
          const meanwhile = await find(manifest);
          if (meanwhile !== undefined) return ok(meanwhile);
          const first = await downloadAll(manifest, throttled);
          if (first.ok || !isWrongFile(first.error)) return first;
          await files.remove(manifest.sha256);
          const second = await downloadAll(manifest, throttled);
          if (!second.ok && isWrongFile(second.error)) await files.remove(manifest.sha256);
          return second;
        });
      } catch (cause) {
        if (signal.aborted) return err(aborted);
        throw cause;
      } finally {
        waiting.abort();
      }
    },
    async adopt(manifest, file) {
      const verified = await verify(file, manifest, { onProgress: () => undefined });
      if (!verified.ok) return verified;
      return withLock(`peerage/model/${manifest.sha256}`, new AbortController().signal, async () => {
        await files.remove(manifest.sha256);
        const sink = await openPartSink(files, manifest.sha256, manifest.sizeBytes);
        const copied = await copy(file, sink.write);
        return copied.ok ? seal(manifest, { onProgress: () => undefined }) : copied;
      });
    },
    remove: ({ sha256 }) => files.remove(sha256),
  };
}

function isWrongFile(error: ModelError): boolean {
  return error.type === 'digest-mismatch' || error.type === 'not-a-model';
}

async function copy(
  file: Blob,
  write: (piece: Uint8Array) => Promise<Result<void, ModelError>>,
): Promise<Result<void, ModelError>> {
  const reader = file.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const written = await write(read.value);
    if (!written.ok) {
      await reader.cancel();
      return written;
    }
  }
  return ok(undefined);
}

async function verify(
  file: Blob,
  { sha256, sizeBytes, name }: ModelManifest,
  { onProgress, signal }: ObtainOptions,
): Promise<Result<void, ModelError>> {
  const start = await file.slice(0, 4).text();
  if (start !== 'GGUF')
    return err(failure('not-a-model', 'This file is no GGUF model.', `Choose the file of ${name}, ending in .gguf.`));
  const digest = createStreamingSha256();
  let hashedBytes = 0;
  const hashed = await copy(file, (piece) => {
    if (signal?.aborted === true) return Promise.resolve(err(aborted));
    digest.update(piece);
    hashedBytes += piece.length;
    onProgress({ receivedBytes: hashedBytes, totalBytes: sizeBytes, phase: 'verifying' });
    return Promise.resolve(ok(undefined));
  });
  if (!hashed.ok) return hashed;
  if (hashedBytes === sizeBytes && digest.finishHex() === sha256) return ok(undefined);
  return err(
    failure(
      'digest-mismatch',
      `The file is not ${name}: its SHA-256 is not ${sha256}.`,
      'It was damaged on the way or is another file. Try again later, or choose the file yourself.',
    ),
  );
}

/** Shows a waiting tab what another one has downloaded. */
async function watch(
  files: ModelFiles,
  { sha256, sizeBytes }: ModelManifest,
  onProgress: ObtainOptions['onProgress'],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await sleep(clock, watchEveryMs, signal);
    if (signal.aborted) return;
    const parts = await files.parts(sha256);
    const receivedBytes = parts
      .slice(
        0,
        countWholeParts(
          parts.map((part) => part.size),
          sizeBytes,
        ),
      )
      .reduce((sum, part) => sum + part.size, 0);
    if (!signal.aborted) onProgress({ receivedBytes, totalBytes: sizeBytes, phase: 'downloading' });
  }
}

/** Lets the first of each phase, the last, and at most ten a second of the others through. */
function throttle(
  onProgress: (progress: DownloadProgress) => void,
  clock: Clock,
): (progress: DownloadProgress) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastPhase: DownloadProgress['phase'] | undefined;
  return (progress) => {
    const nowMs = clock.now();
    const isNotable = progress.phase !== lastPhase || progress.receivedBytes === progress.totalBytes;
    if (!isNotable && nowMs - lastMs < progressEveryMs) return;
    lastMs = nowMs;
    lastPhase = progress.phase;
    onProgress(progress);
  };
}

function noSource({ name, sha256 }: ModelManifest): ModelError {
  return failure(
    'no-source',
    `${name} could be had from nowhere.`,
    `Check the network and try again, or choose a copy of the file (SHA-256 ${sha256}). Without a model you can ask, but not answer.`,
  );
}

import { type Clock, type Result, createStreamingSha256, err, failure, ok, sleep } from '#vocabulary';
import { countWholeParts } from './download.ts';
import { type Fetch, aborted, downloadRest } from './downloader.ts';
import type { ModelError, ModelFile, ObtainOptions } from '../model.ts';
import type { ModelFiles } from './model-files.ts';
import { openPartSink } from './part-sink.ts';

/** Single files, named by their digests: two files can never be taken for each other, and models may share one. */
export interface FileStore {
  /** See `ModelStore.notice`. */
  readonly notice?: string;
  find(file: FileIdentity): Promise<Blob | undefined>;
  /** Progress counts the bytes of this file. */
  obtain(file: ModelFile, options: ObtainOptions): Promise<Result<Blob, ModelError>>;
  /** Keeps a copy of `content` if it is the file. */
  adopt(file: FileIdentity & { readonly name: string }, content: Blob): Promise<Result<Blob, ModelError>>;
  remove(sha256: string): Promise<void>;
}

export interface FileIdentity {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface FileStoreParts {
  readonly files: ModelFiles;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Runs `work` while no other tab does so under the same name. Rejects when `signal` aborts before that. */
  withLock<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** How often a tab that waits for another tab's download looks how far it is. */
const watchEveryMs = 500;
const quiet: ObtainOptions = { onProgress: () => undefined };

export function createFileStore({ files, fetch, clock, withLock }: FileStoreParts): FileStore {
  const find = async ({ sha256, sizeBytes }: FileIdentity): Promise<Blob | undefined> => {
    if ((await files.readMark(sha256)) !== sha256) return undefined;
    const whole = new Blob([...(await files.parts(sha256))]);
    return whole.size === sizeBytes ? whole : undefined;
  };

  /** The parts as one file, once their digest has been found right. */
  const seal = async (file: NamedIdentity, options: ObtainOptions): Promise<Result<Blob, ModelError>> => {
    const whole = new Blob([...(await files.parts(file.sha256))]);
    const verified = await verify(whole, file, options);
    if (!verified.ok) return verified;
    const marked = await files.writeMark(file.sha256, file.sha256);
    return marked.ok ? ok(whole) : marked;
  };

  const downloadAll = async (file: ModelFile, options: ObtainOptions): Promise<Result<Blob, ModelError>> => {
    const { sha256, sizeBytes } = file;
    const sink = await openPartSink(files, sha256, sizeBytes);
    let problem: ModelError = noSource(file);
    for (const source of file.sources) {
      if (source.type === 'pypi') continue;
      const url = source.type === 'https' ? source.url : source.path;
      const onReceived = (): void =>
        options.onProgress({ receivedBytes: sink.receivedBytes(), totalBytes: sizeBytes, phase: 'downloading' });
      const signal = options.signal ?? new AbortController().signal;
      const downloaded = await downloadRest({ url, totalBytes: sizeBytes, sink, onReceived, signal }, { fetch, clock });
      if (downloaded.ok) return seal(file, options);
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
    async obtain(file, options) {
      const here = await find(file);
      if (here !== undefined) return ok(here);
      const waiting = new AbortController();
      const signal = options.signal ?? new AbortController().signal;
      // For the eye only: whatever is wrong with the files shows when the lock is ours.
      watch(files, file, options.onProgress, clock, waiting.signal).catch(() => undefined);
      try {
        return await withLock(lockOf(file), signal, async () => {
          waiting.abort();
          const meanwhile = await find(file);
          if (meanwhile !== undefined) return ok(meanwhile);
          const first = await downloadAll(file, options);
          if (first.ok || first.error.type !== 'digest-mismatch') return first;
          await files.remove(file.sha256);
          const second = await downloadAll(file, options);
          if (!second.ok && second.error.type === 'digest-mismatch') await files.remove(file.sha256);
          return second;
        });
      } catch (cause) {
        if (signal.aborted) return err(aborted);
        throw cause;
      } finally {
        waiting.abort();
      }
    },
    async adopt(file, content) {
      const verified = await verify(content, file, quiet);
      if (!verified.ok) return verified;
      return withLock(lockOf(file), new AbortController().signal, async () => {
        await files.remove(file.sha256);
        const sink = await openPartSink(files, file.sha256, file.sizeBytes);
        const copied = await copy(content, sink.write);
        return copied.ok ? seal(file, quiet) : copied;
      });
    },
    remove: (sha256) => files.remove(sha256),
  };
}

type NamedIdentity = FileIdentity & { readonly name: string };

const lockOf = ({ sha256 }: FileIdentity): string => `peerage/model/${sha256}`;

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
  content: Blob,
  { sha256, sizeBytes, name }: NamedIdentity,
  { onProgress, signal }: ObtainOptions,
): Promise<Result<void, ModelError>> {
  const digest = createStreamingSha256();
  let hashedBytes = 0;
  const hashed = await copy(content, (piece) => {
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
  { sha256, sizeBytes }: FileIdentity,
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

function noSource({ name, sha256 }: ModelFile): ModelError {
  return failure(
    'no-source',
    `${name} could be had from nowhere.`,
    `Check the network and try again, or choose a copy of the file (SHA-256 ${sha256}). Without a model you can ask, but not answer.`,
  );
}

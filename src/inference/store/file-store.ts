import { type Clock, type Result, err, failure, ok, sleep } from '#vocabulary';
import type { ModelError, ModelFile, ObtainOptions } from '../model.ts';
import type { FileCondition, FileSource } from '../model-shelf.ts';
import { type Fetch, httpSource, rangeServer } from './byte-source.ts';
import { aborted } from './downloader.ts';
import { type FileIdentity, type HashWhole, type NamedIdentity, copyPieces, verify } from './file-digest.ts';
import { type FileSources, fetchFile, seal } from './file-fetch.ts';
import type { ModelFiles } from './model-files.ts';
import { arrivedBytes, moveParts, openPartSink } from './part-sink.ts';
import type { StoreLocks } from './store-locks.ts';
import { fileLock } from './store-names.ts';

/** Single files, named by their digests: two files can never be taken for each other, and models may share one. */
export interface FileStore {
  find(file: FileIdentity): Promise<Blob | undefined>;
  arrivedBytes(file: FileIdentity): Promise<number>;
  /** Progress counts the bytes of this file. Nobody but the servers it names is asked for a private one. */
  obtain(file: ModelFile, options: ObtainOptions & { readonly isPrivate?: boolean }): Promise<Result<Blob, ModelError>>;
  /** Keeps a copy of `content`, which should be the file; if it is not, nothing stays. */
  copyIn(file: NamedIdentity, content: Blob, options: ObtainOptions): Promise<Result<Blob, ModelError>>;
  /** The same with what was downloaded under another name; it is there no more afterwards. */
  moveIn(file: NamedIdentity, from: string, options: ObtainOptions): Promise<Result<Blob, ModelError>>;
  /** Like `copyIn`, but looks first whether it is the file, and leaves alone what is here of it otherwise. */
  adopt(file: NamedIdentity, content: Blob, options: ObtainOptions): Promise<Result<Blob, ModelError>>;
  check(file: NamedIdentity, options: ObtainOptions): Promise<Result<FileCondition, ModelError>>;
  remove(sha256: string): Promise<void>;
  addSource(source: FileSource): () => void;
}

export interface FileStoreParts {
  readonly files: ModelFiles;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly locks: StoreLocks;
  readonly hashWhole: HashWhole;
}

/** How often a tab that waits for another tab's download looks how far it is. */
const watchEveryMs = 500;

export function createFileStore({ files, fetch, clock, locks, hashWhole }: FileStoreParts): FileStore {
  const peers: FileSource[] = [];

  const find = async ({ sha256, sizeBytes }: FileIdentity): Promise<Blob | undefined> => {
    if ((await files.readMark(sha256)) !== sha256) return undefined;
    const whole = new Blob([...(await files.parts(sha256))]);
    return whole.size === sizeBytes ? whole : undefined;
  };

  const sourcesOf = ({ sources, sizeBytes }: ModelFile, isPrivate = false): FileSources => {
    const urls = sources.flatMap((source) => {
      if (source.type === 'pypi') return [];
      return [source.type === 'https' ? source.url : source.path];
    });
    return {
      servers: urls.map((url) => httpSource(url, sizeBytes, fetch)),
      ranges: urls.map((url) => rangeServer(url, sizeBytes, fetch)),
      peers: isPrivate ? [] : [...peers],
    };
  };

  /** The file once `fill` has put it in place, while no other tab touches it. */
  const withFile = async (
    file: NamedIdentity,
    signal: AbortSignal,
    fill: () => Promise<Result<void, ModelError>>,
  ): Promise<Result<Blob, ModelError>> => {
    try {
      return await locks.exclusively(fileLock(file.sha256), signal, async () => {
        const meanwhile = await find(file);
        if (meanwhile !== undefined) return ok(meanwhile);
        const filled = await fill();
        if (!filled.ok) return filled;
        const whole = await find(file);
        return whole === undefined
          ? err(failure('no-source', `${file.name} was removed meanwhile, in another tab.`, 'Get it again.'))
          : ok(whole);
      });
    } catch (cause) {
      if (signal.aborted) return err(aborted);
      throw cause;
    }
  };

  const fillAndSeal = (
    file: NamedIdentity,
    options: ObtainOptions,
    fill: () => Promise<Result<void, ModelError>>,
  ): Promise<Result<Blob, ModelError>> =>
    withFile(file, options.signal ?? new AbortController().signal, async () => {
      await files.remove(file.sha256);
      const filled = await fill();
      const sealed = filled.ok ? await seal(file, options, { files, hashWhole }) : filled;
      if (!sealed.ok) await files.remove(file.sha256);
      return sealed;
    });

  const copyIn: FileStore['copyIn'] = (file, content, options) =>
    fillAndSeal(file, options, async () => {
      const sink = await openPartSink(files, file.sha256, file.sizeBytes);
      return copyPieces(content, sink.write);
    });

  return {
    find,
    arrivedBytes: ({ sha256, sizeBytes }) => arrivedBytes(files, sha256, sizeBytes),
    async obtain(file, options) {
      const here = await find(file);
      if (here !== undefined) return ok(here);
      const waiting = new AbortController();
      // For the eye only: whatever is wrong with the files shows when the lock is ours.
      watch(files, file, options.onProgress, clock, waiting.signal).catch(() => undefined);
      try {
        return await withFile(file, options.signal ?? new AbortController().signal, () => {
          waiting.abort();
          return fetchFile(file, sourcesOf(file, options.isPrivate), options, { files, clock, hashWhole });
        });
      } finally {
        waiting.abort();
      }
    },
    async adopt(file, content, options) {
      const verified = await verify(content, file, options, hashWhole);
      if (!verified.ok) return verified;
      return copyIn(file, content, options);
    },
    copyIn,
    async moveIn(file, from, options) {
      const moved = await fillAndSeal(file, options, () => moveParts(files, from, file.sha256));
      if (moved.ok) await files.remove(from);
      return moved;
    },
    async check(file, options) {
      const here = await find(file);
      if (here === undefined) return ok('missing');
      try {
        const verified = await verify(here, file, options, hashWhole);
        if (verified.ok) return ok('right');
        return verified.error.type === 'digest-mismatch' ? ok('damaged') : verified;
      } catch {
        // What cannot be read is of no more use than what is wrong.
        return ok('damaged');
      }
    },
    remove: (sha256) => files.remove(sha256),
    addSource(source) {
      peers.push(source);
      return () => {
        const index = peers.indexOf(source);
        if (index >= 0) peers.splice(index, 1);
      };
    },
  };
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
    const receivedBytes = await arrivedBytes(files, sha256, sizeBytes);
    if (!signal.aborted) onProgress({ receivedBytes, totalBytes: sizeBytes, phase: 'downloading' });
  }
}

import { type Clock, type Result, err, failure, ok, sleep } from '#vocabulary';
import type { ModelError, ModelFile, ObtainOptions } from '../model.ts';
import type { FileServer, FileSource } from '../model-shelf.ts';
import type { ByteSource } from './byte-source.ts';
import { aborted, downloadRest } from './downloader.ts';
import { type HashWhole, verify } from './file-digest.ts';
import { isUnfinishedMark, openFileDraft } from './file-draft.ts';
import type { ModelFiles } from './model-files.ts';
import { arrivedBytes, interrupted, openPartSink } from './part-sink.ts';

/** Where a file may be had. */
export interface FileSources {
  /** In the order in which they are tried. */
  readonly servers: readonly ByteSource[];
  /** The same, for parts of the file. */
  readonly ranges: readonly FileServer[];
  readonly peers: readonly FileSource[];
}

export interface FetchParts {
  readonly files: ModelFiles;
  readonly clock: Clock;
  readonly hashWhole: HashWhole;
}

type Outcome = Result<void, ModelError>;

/** Times that servers are left for peers that turn up: more only help those who come and go. */
const maxTurns = 8;
/** How long peers may still turn up when no server has the file: a page that has just been opened knows nobody yet. */
const patienceMs = 8_000;

/**
 * Gets a file and marks it when its digest is right: from peers and servers together where peers have it, else from the
 * servers alone, until peers turn up.
 */
export async function fetchFile(
  file: ModelFile,
  sources: FileSources,
  options: ObtainOptions,
  parts: FetchParts,
): Promise<Outcome> {
  const { files, clock } = parts;
  // A mark from before some of the file was lost would hold for whatever comes now.
  const mark = await files.readMark(file.sha256);
  if (mark !== undefined && !isUnfinishedMark(mark)) {
    const unmarked = await files.writeMark(file.sha256, '');
    if (!unmarked.ok) return unmarked;
  }
  if (sources.peers.length === 0) return fetchFromServers(file, sources.servers, options, parts);
  let fetched: Outcome = err(noSource(file));
  for (let turn = 0; turn < maxTurns; turn++) {
    const filled = await fillTogether(file, sources, options, parts);
    if (filled !== undefined) return filled;
    const isLast = turn === maxTurns - 1;
    const waiting = new AbortController();
    const offered = waitForPeers(file, sources.peers, options.signal, waiting.signal);
    try {
      fetched = await fetchFromServers(file, sources.servers, options, parts, () => !isLast && offered.isSo());
      if (isFinal(fetched) && !isInterrupted(fetched)) return fetched;
      if (!isInterrupted(fetched)) await Promise.race([offered.promise, sleep(clock, patienceMs, options.signal)]);
      if (!offered.isSo()) break;
    } finally {
      waiting.abort();
    }
  }
  if (isAborted(options)) return err(aborted);
  // Servers may have another file than the one wanted, which must not keep it from being had from peers.
  return (await fillTogether(file, { ...sources, ranges: [] }, options, parts)) ?? fetched;
}

function waitForPeers(
  file: ModelFile,
  peers: readonly FileSource[],
  signal: AbortSignal | undefined,
  waiting: AbortSignal,
): { readonly promise: Promise<unknown>; readonly isSo: () => boolean } {
  let isOffered = false;
  const ended = signal === undefined ? waiting : AbortSignal.any([signal, waiting]);
  const promise = Promise.race(
    peers.map(async (peer) => {
      await peer.whenOffered(file, ended);
      isOffered ||= !ended.aborted;
    }),
  );
  promise.catch(() => undefined);
  return { promise, isSo: () => isOffered };
}

/** Undefined where peers were of no use, or not enough. */
async function fillTogether(
  file: ModelFile,
  { peers, ranges }: FileSources,
  options: ObtainOptions,
  parts: FetchParts,
): Promise<Outcome | undefined> {
  const signal = options.signal ?? new AbortController().signal;
  for (const { fill } of peers) {
    let problem: ModelError | undefined;
    let isSealed = false;
    const filled = await fill({
      content: file,
      draft: openFileDraft(parts.files, file, (each) => (problem = each)),
      servers: ranges,
      onProgress: (receivedBytes) =>
        options.onProgress({ receivedBytes, totalBytes: file.sizeBytes, phase: 'downloading' }),
      async verify() {
        const sealed = await seal(file, options, parts);
        isSealed = sealed.ok;
        if (!sealed.ok && sealed.error.type === 'quota') problem = sealed.error;
        return sealed.ok;
      },
      signal,
    });
    if (filled.ok && isSealed) return ok(undefined);
    if (signal.aborted) return err(aborted);
    if (problem !== undefined) return err(problem);
  }
  return undefined;
}

/**
 * From whichever servers have it. What turns out wrong is deleted, and fetched again without those that gave any of it;
 * when none is left, from each alone once more.
 */
async function fetchFromServers(
  file: ModelFile,
  servers: readonly ByteSource[],
  options: ObtainOptions,
  parts: FetchParts,
  mayInterrupt: () => boolean = () => false,
): Promise<Outcome> {
  // What is here already may be wrong: nobody is blamed for it.
  let mayBlame = (await arrivedBytes(parts.files, file.sha256, file.sizeBytes)) === 0;
  let trusted = servers;
  let wrong: Outcome | undefined;
  while (wrong === undefined || trusted.length > 0) {
    const gave = new Set<ByteSource>();
    const fetched = await fetchOnce(file, trusted, gave, options, parts, mayInterrupt);
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
  for (const server of servers) {
    await parts.files.remove(file.sha256);
    last = await fetchOnce(file, [server], new Set(), options, parts, mayInterrupt);
    if (isFinal(last)) return last;
  }
  // That bytes came and were wrong says more than that a server had none.
  return !last.ok && last.error.type === 'no-source' ? wrong : last;
}

function isFinal(fetched: Outcome): boolean {
  return fetched.ok || fetched.error.type === 'aborted' || fetched.error.type === 'quota';
}

function isInterrupted(fetched: Outcome): boolean {
  return !fetched.ok && fetched.error === interrupted;
}

function isAborted({ signal }: ObtainOptions): boolean {
  return signal?.aborted === true;
}

/** A wrong file is deleted. */
async function fetchOnce(
  file: ModelFile,
  servers: readonly ByteSource[],
  gave: Set<ByteSource>,
  options: ObtainOptions,
  parts: FetchParts,
  mayInterrupt: () => boolean,
): Promise<Outcome> {
  const filled = await fillFrom(servers, gave, file, options, parts, mayInterrupt);
  const sealed = filled.ok ? await seal(file, options, parts) : filled;
  if (!sealed.ok && sealed.error.type === 'digest-mismatch') await parts.files.remove(file.sha256);
  return sealed;
}

/** Marks a file whose parts are all here, once their digest has been found right. */
export async function seal(
  file: Pick<ModelFile, 'name' | 'sha256' | 'sizeBytes'>,
  options: ObtainOptions,
  { files, hashWhole }: Pick<FetchParts, 'files' | 'hashWhole'>,
): Promise<Outcome> {
  const verified = await verify(new Blob([...(await files.parts(file.sha256))]), file, options, hashWhole);
  return verified.ok ? files.writeMark(file.sha256, file.sha256) : verified;
}

async function fillFrom(
  servers: readonly ByteSource[],
  gave: Set<ByteSource>,
  file: ModelFile,
  options: ObtainOptions,
  { files, clock }: FetchParts,
  mayInterrupt: () => boolean,
): Promise<Outcome> {
  const { sha256, sizeBytes } = file;
  const signal = options.signal ?? new AbortController().signal;
  const sink = await openPartSink(files, sha256, sizeBytes, mayInterrupt);
  // All of it may be here already, unverified; an empty file always is.
  if (sink.receivedBytes() === sizeBytes) return ok(undefined);
  let problem: ModelError = noSource(file);
  for (const source of servers) {
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

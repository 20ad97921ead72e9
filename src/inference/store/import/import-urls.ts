import { type Result, err, failure, ok, sha256Hex } from '#vocabulary';
import type { ModelError, ModelManifest, ObtainOptions } from '../../model.ts';
import { httpSource } from '../byte-source.ts';
import type { ReplyHead } from '../download.ts';
import { aborted, downloadRest } from '../downloader.ts';
import { maxFiles, maxModelBytes } from '../manifest-schema.ts';
import { createOverallProgress } from '../overall-progress.ts';
import { arrivedBytes, openPartSink } from '../part-sink.ts';
import { downloadPrefix, importLock } from '../store-names.ts';
import { type FileAddress, readAddress } from './address.ts';
import { type ProbedFile, probeAddress, versionOf } from './address-probe.ts';
import { notAModel } from './file-names.ts';
import { ggufMagic } from './gguf-import.ts';
import { type OwnModelParts, type Provenance, keepOwnModel } from './own-models.ts';
import { recognise } from './recognise.ts';

interface Found extends FileAddress, ProbedFile {
  /** What it is called while its digest is not known. */
  readonly key: string;
}

/** Times a file may change while it is downloaded. */
const maxRestarts = 2;

export async function importUrls(
  urls: readonly string[],
  options: ObtainOptions,
  parts: OwnModelParts,
): Promise<Result<ModelManifest, ModelError>> {
  const addresses = readAddresses(urls, parts.ownOrigin);
  if (!addresses.ok) return addresses;
  const signal = options.signal ?? new AbortController().signal;
  try {
    return await parts.locks.exclusively(importLock, signal, () =>
      importAddresses(addresses.value, { ...options, signal }, parts),
    );
  } catch (cause) {
    if (signal.aborted) return err(aborted);
    throw cause;
  }
}

function readAddresses(urls: readonly string[], ownOrigin: string): Result<readonly FileAddress[], ModelError> {
  if (urls.length === 0) return err(notAModel('No address was given.'));
  if (urls.length > maxFiles) return err(notAModel(`${urls.length} files are more than a model has.`));
  const addresses = new Map<string, FileAddress>();
  for (const url of urls) {
    const address = readAddress(url, ownOrigin);
    if (!address.ok) return address;
    addresses.set(address.value.href, address.value);
  }
  return ok([...addresses.values()]);
}

async function importAddresses(
  addresses: readonly FileAddress[],
  options: ObtainOptions & { readonly signal: AbortSignal },
  parts: OwnModelParts,
): Promise<Result<ModelManifest, ModelError>> {
  const found: Found[] = [];
  for (const address of addresses) {
    const probed = await probeAddress(address, options.signal, parts);
    if (!probed.ok) return probed;
    const key = `${downloadPrefix}${sha256Hex(new TextEncoder().encode(address.href)).slice(0, 32)}`;
    found.push({ ...address, ...probed.value, key });
  }
  const [only, second] = found;
  if (second === undefined && only !== undefined && !startsLike(only.start, ggufMagic))
    return err(
      notAModel(`${only.href} is no GGUF model. Models of other formats are several files: give the addresses of all.`),
    );
  const fits = await checkFits(found, parts);
  if (!fits.ok) return fits;

  const totalBytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = createOverallProgress(options.onProgress, totalBytes, parts.clock);
  const blobs: { name: string; blob: Blob }[] = [];
  const provenances = new Map<Blob, Provenance>();
  for (const file of found) {
    const downloaded = await download(file, { ...options, onProgress: progress.report }, parts);
    if (!downloaded.ok) return downloaded;
    progress.finish(file.sizeBytes);
    const blob = new Blob([...(await parts.files.parts(file.key))]);
    blobs.push({ name: file.fileName, blob });
    provenances.set(blob, { sources: [file.source], downloadedAs: file.key });
  }
  const recognised = await recognise(blobs);
  const kept = recognised.ok ? await keepOwnModel(recognised.value, provenances, options, parts) : recognised;
  const isOver = kept.ok || kept.error.type === 'not-a-model' || kept.error.type === 'digest-mismatch';
  if (isOver) for (const { key } of found) await parts.files.remove(key);
  return kept;
}

async function checkFits(found: readonly Found[], parts: OwnModelParts): Promise<Result<void, ModelError>> {
  const totalBytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes > maxModelBytes) return err(notAModel('The files are larger than any model that a tab could run.'));
  let missingBytes = totalBytes;
  for (const { key, sizeBytes } of found) missingBytes -= await arrivedBytes(parts.files, key, sizeBytes);
  return parts.checkRoom('The model', missingBytes);
}

/** Resumes only what is certainly the same file still; otherwise begins again. */
async function download(
  { href, key, sizeBytes, version }: Found,
  options: ObtainOptions & { readonly signal: AbortSignal },
  { files, fetch, clock }: OwnModelParts,
): Promise<Result<void, ModelError>> {
  const mark = JSON.stringify({ sizeBytes, version });
  const isSame = (reply: ReplyHead, fromByte: number): string | undefined => {
    if (fromByte === 0 && version === undefined) return undefined;
    return version !== undefined && versionOf(reply) === version ? undefined : changed;
  };
  for (let restarts = 0; ; restarts++) {
    if (version === undefined || (await files.readMark(key)) !== mark) {
      await files.remove(key);
      const marked = await files.writeMark(key, mark);
      if (!marked.ok) return marked;
    }
    const sink = await openPartSink(files, key, sizeBytes);
    const onReceived = (): void =>
      options.onProgress({ receivedBytes: sink.receivedBytes(), totalBytes: sizeBytes, phase: 'downloading' });
    const source = httpSource(href, sizeBytes, fetch, isSame);
    const downloaded = await downloadRest(
      { source, totalBytes: sizeBytes, sink, onReceived, signal: options.signal },
      clock,
    );
    const wasChanged =
      !downloaded.ok && downloaded.error.type === 'no-source' && downloaded.error.message.includes(changed);
    if (!wasChanged) return downloaded;
    await files.remove(key);
    if (restarts === maxRestarts) return err(unsteady(href));
  }
}

const changed = 'nobody can say that it is still the same file';

function unsteady(href: string): ModelError {
  return failure(
    'network',
    `${href} could not be fetched in one piece: it changed meanwhile, or its server does not say that it did not.`,
    'Try again with a better connection, or download the file and choose it.',
  );
}

function startsLike(start: Uint8Array, magic: string): boolean {
  return new TextDecoder().decode(start.subarray(0, magic.length)) === magic;
}

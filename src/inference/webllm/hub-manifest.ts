import { sha1 } from '@noble/hashes/legacy.js';
import { type Result, asModelId, bytesToHex, err, failure, ok, sha256Hex } from '#vocabulary';
import type { ModelError, ModelFile, ModelManifest } from '../model.ts';
import { type ListedFile, readCommit, readContents, readTree } from './hub-listing.ts';
import { LIBRARY_REPOSITORY, type MlcEntry } from './mlc-catalogue.ts';
import { readWeightIndex } from './weights.ts';

/** How a manifest is found. Both give `network` for what could not be fetched. */
export interface HubAccess {
  /** JSON from an address, `not-a-model` where there is none or it is longer than a few megabytes. */
  fetchJson(url: string): Promise<Result<unknown, ModelError>>;
  /** At most so many bytes; more are a `not-a-model`. */
  fetchBytes(url: string, maxBytes: number): Promise<Result<Uint8Array, ModelError>>;
}

/** Files that hubs list without a SHA-256 are fetched for it; none that a model needs is larger. */
const MAX_SMALL_BYTES = 40 * 2 ** 20;
const neededNames = ['mlc-chat-config.json', 'tokenizer.json'];
const optionalNames = ['tokenizer_config.json', 'chat_template.jinja', 'mlc-model-manifest.json'];

/**
 * Sizes and digests of a model's files, at the newest commit of its repository and of the libraries' repository. Large files
 * come with a SHA-256; small ones are fetched, compared with git's digest in that commit, and hashed.
 */
export async function resolveMlcManifest(entry: MlcEntry, hub: HubAccess): Promise<Result<ModelManifest, ModelError>> {
  const api = `https://huggingface.co/api/models/${entry.repository}`;
  const commit = then(await hub.fetchJson(api), readCommit);
  if (!commit.ok) return commit;
  const tree = then(await hub.fetchJson(`${api}/tree/${commit.value}?recursive=true`), readTree);
  if (!tree.ok) return tree;
  const listed = new Map(tree.value.map((file) => [file.path, file]));
  const urlOf = (path: string): string =>
    `https://huggingface.co/${entry.repository}/resolve/${commit.value}/${encodeURIComponent(path)}`;

  const indexName = listed.has('tensor-cache.json') ? 'tensor-cache.json' : 'ndarray-cache.json';
  const index = await fetchListed(listed.get(indexName), urlOf(indexName), hub);
  if (!index.ok) return index;
  const shards = readWeightIndex(new TextDecoder().decode(index.value));
  if (!shards.ok) return err(failure('not-a-model', shards.error.message, 'Choose another model.'));

  const names = [...neededNames, indexName, ...optionalNames.filter((name) => listed.has(name))];
  const files: ModelFile[] = [];
  for (const name of [...names, ...shards.value.map(({ dataPath }) => dataPath)]) {
    const file = listed.get(name);
    const said = shards.value.find(({ dataPath }) => dataPath === name);
    if (file === undefined || (said !== undefined && said.nbytes !== file.sizeBytes)) return err(incomplete(name));
    const digested = await digestOf(file, urlOf(name), hub);
    if (!digested.ok) return digested;
    files.push(digested.value);
  }
  const library = await findLibrary(entry.libraryPath, hub);
  if (!library.ok) return library;
  return ok({
    id: asModelId(entry.id),
    name: entry.name,
    format: 'mlc',
    purpose: entry.purpose,
    licence: entry.licence,
    parameters: entry.parameters,
    contextTokens: entry.contextTokens,
    files: [...files, library.value],
    needsF16: entry.needsF16,
    memoryBytes: { webllm: Math.ceil(entry.memoryMb * 2 ** 20) },
  });
}

async function findLibrary(path: string, hub: HubAccess): Promise<Result<ModelFile, ModelError>> {
  const api = `https://api.github.com/repos/${LIBRARY_REPOSITORY}`;
  const commit = then(await hub.fetchJson(`${api}/commits/main`), readCommit);
  if (!commit.ok) return commit;
  const file = then(await hub.fetchJson(`${api}/contents/${path}?ref=${commit.value}`), readContents);
  if (!file.ok) return file;
  const url = `https://raw.githubusercontent.com/${LIBRARY_REPOSITORY}/${commit.value}/${path}`;
  const digested = await digestOf(file.value, url, hub);
  return digested.ok ? ok({ ...digested.value, name: 'model.wasm' }) : digested;
}

/** The listed SHA-256, or that of the bytes whose git digest is the listed one. */
async function digestOf(file: ListedFile, url: string, hub: HubAccess): Promise<Result<ModelFile, ModelError>> {
  const described = { name: file.path, sizeBytes: file.sizeBytes, sources: [{ type: 'https', url }] } as const;
  if (file.sha256 !== undefined) return ok({ ...described, sha256: file.sha256 });
  const bytes = await fetchListed(file, url, hub);
  return bytes.ok ? ok({ ...described, sha256: sha256Hex(bytes.value) }) : bytes;
}

async function fetchListed(
  file: ListedFile | undefined,
  url: string,
  hub: HubAccess,
): Promise<Result<Uint8Array, ModelError>> {
  if (file === undefined) return err(incomplete('list of weights'));
  if (file.sizeBytes > MAX_SMALL_BYTES)
    return err(failure('not-a-model', `${file.path} is too large to be read without a digest.`));
  const bytes = await hub.fetchBytes(url, file.sizeBytes);
  if (!bytes.ok) return bytes;
  const isRight =
    file.sha256 === undefined ? gitSha1Of(bytes.value) === file.gitSha1 : sha256Hex(bytes.value) === file.sha256;
  return isRight
    ? bytes
    : err(failure('digest-mismatch', `${file.path} is not the file that the hub lists.`, 'Try again later.'));
}

function gitSha1Of(bytes: Uint8Array): string {
  const head = new TextEncoder().encode(`blob ${bytes.length}\0`);
  return bytesToHex(sha1.create().update(head).update(bytes).digest());
}

function then<T>(
  answer: Result<unknown, ModelError>,
  read: (json: unknown) => Result<T, ModelError>,
): Result<T, ModelError> {
  return answer.ok ? read(answer.value) : answer;
}

function incomplete(name: string): ModelError {
  return failure('not-a-model', `The model's repository has no fitting ${name}.`, 'Choose another model.');
}

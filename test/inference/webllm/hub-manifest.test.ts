import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHubAccess } from '../../../src/inference/webllm/catalogue.webllm.ts';
import { readCommit, readContents, readTree } from '../../../src/inference/webllm/hub-listing.ts';
import { resolveMlcManifest } from '../../../src/inference/webllm/hub-manifest.ts';
import { type MlcEntry, mlcCatalogue } from '../../../src/inference/webllm/mlc-catalogue.ts';
import { type HubServer, libraryCommit, modelCommit, startHubServer } from './hub-server.ts';
import { writeTinyMlc } from './tiny-mlc.ts';

const entry = mlcCatalogue.find(({ needsF16 }) => needsF16) as MlcEntry;
const library = new TextEncoder().encode('a library');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('manifests from the hub', () => {
  let server: HubServer;
  const files = new Map<string, Uint8Array>();
  const resolve = () => resolveMlcManifest(entry, createHubAccess(server.request));
  const tree = `https://huggingface.co/api/models/${entry.repository}/tree/${modelCommit}?recursive=true`;
  const fileUrl = (name: string): string => `https://huggingface.co/${entry.repository}/resolve/${modelCommit}/${name}`;

  beforeAll(async () => {
    for (const [name, file] of writeTinyMlc(new Blob()).files)
      if (name !== 'model.wasm') files.set(name, new Uint8Array(await file.arrayBuffer()));
    files.set('README.md', new TextEncoder().encode('# A model'));
    server = await startHubServer(entry, files, library);
  });
  beforeEach(() => {
    server.instead.clear();
    server.asked.length = 0;
  });
  afterAll(() => server.close());

  test('R46: every file of the model and its library, with its size, SHA-256 and one commit', async () => {
    const manifest = await resolve();
    expect(manifest).toMatchObject({ ok: true, value: { id: entry.id, format: 'mlc', needsF16: true } });
    const found = manifest.ok ? manifest.value.files : [];
    const names = [...files.keys()].filter((name) => name !== 'README.md');
    expect(found.map(({ name }) => name).toSorted()).toEqual([...names, 'model.wasm'].toSorted());
    for (const { name, sizeBytes, sha256: digest, sources } of found) {
      const bytes = name === 'model.wasm' ? library : (files.get(name) as Uint8Array);
      expect([name, sizeBytes, digest]).toEqual([name, bytes.length, sha256(bytes)]);
      const url = `https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/${libraryCommit}/${entry.libraryPath}`;
      expect(sources).toEqual([{ type: 'https', url: name === 'model.wasm' ? url : fileUrl(name) }]);
    }
    // Weights are not fetched for it.
    expect(server.asked.some((url) => url.includes('params_shard'))).toBe(false);
  });

  test('R46: a small file that is not the listed one is a `digest-mismatch`', async () => {
    const tampered = Uint8Array.from(files.get('mlc-chat-config.json') ?? []);
    tampered[10] = (tampered[10] ?? 0) ^ 1;
    server.instead.set(fileUrl('mlc-chat-config.json'), tampered);
    expect(await resolve()).toMatchObject({ ok: false, error: { type: 'digest-mismatch' } });
  });

  test('R46: a library that is not the listed one is a `digest-mismatch`', async () => {
    const url = `https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/${libraryCommit}/${entry.libraryPath}`;
    server.instead.set(url, new TextEncoder().encode('b library'));
    expect(await resolve()).toMatchObject({ ok: false, error: { type: 'digest-mismatch' } });
    server.instead.set(url, new Uint8Array(10_000));
    expect(await resolve()).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
  });

  test('R46: repositories that lack a file, or have a shard of another size, are refused', async () => {
    const whole = JSON.parse(await (await server.request(tree)).text()) as {
      path: string;
      size: number;
      lfs?: object;
    }[];
    for (const name of ['params_shard_1.bin', 'tensor-cache.json', 'tokenizer.json', 'mlc-chat-config.json']) {
      server.instead.set(tree, JSON.stringify(whole.filter(({ path }) => path !== name)));
      expect(await resolve()).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
    }
    const longer = whole.map((file) => (file.lfs === undefined ? file : { ...file, lfs: { ...file.lfs, size: 7 } }));
    server.instead.set(tree, JSON.stringify(longer));
    expect(await resolve()).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
  });

  test('R46: a hub that fails or answers nonsense is a typed error', async () => {
    for (const [answer, type] of [
      [503, 'network'],
      ['<html>', 'not-a-model'],
      ['[', 'not-a-model'],
    ] as const) {
      server.instead.set(tree, answer);
      expect(await resolve()).toMatchObject({ ok: false, error: { type } });
    }
    const unreachable = createHubAccess(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await resolveMlcManifest(entry, unreachable)).toMatchObject({ ok: false, error: { type: 'network' } });
    const stopped = createHubAccess(() => Promise.reject(new DOMException('stopped', 'AbortError')));
    expect(await resolveMlcManifest(entry, stopped)).toMatchObject({ ok: false, error: { type: 'aborted' } });
  });

  test('R46: whatever JSON a hub answers, reading it gives a listing or a typed error', () => {
    for (const read of [readCommit, readTree, readContents])
      fc.assert(
        fc.property(fc.jsonValue(), (answer) => {
          const result = read(answer);
          if (!result.ok) expect(result.error.type).toBe('not-a-model');
        }),
      );
    const file = { type: 'file', path: 'a', size: 1, oid: 'e'.repeat(40) };
    expect(readTree(Array.from({ length: 1_000 }, () => file))).toMatchObject({ ok: false });
    expect(readTree([{ ...file, size: -1 }])).toMatchObject({ ok: false });
    expect(readTree([{ ...file, lfs: { oid: 'short', size: 1 } }])).toMatchObject({ ok: false });
    expect(readTree([file])).toEqual({
      ok: true,
      value: [{ path: 'a', sizeBytes: 1, sha256: undefined, gitSha1: file.oid }],
    });
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import type { DownloadProgress, ModelManifest, ModelPackage, ModelShelf } from '#inference';
import { createSeededRandom, err, failure, sha256Hex } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import { bytesOf, describeFile, describeModel, openShelf, quiet } from './shelf-bench.ts';

const content = createSeededRandom('model').bytes(2 * partBytes + 1000);
content.set(new TextEncoder().encode('GGUF'));
const damaged = Uint8Array.from(content);
damaged[partBytes] = (content[partBytes] as number) ^ 1;

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(file: Uint8Array, options?: ModelServerOptions): Promise<ModelServer> {
  const server = await startModelServer(file, options);
  servers.push(server);
  return server;
}

const describeTest = (...urls: string[]): ModelManifest =>
  describeModel('test', describeFile('test.gguf', content, ...urls));
const openStore = (files: ModelFiles = createMemoryModelFiles()): ModelShelf => openShelf({ files });

const sameBytes = async (model: ModelPackage): Promise<boolean> =>
  (await bytesOf(model, 'test.gguf')).equals(Buffer.from(content));

describe('getting a model', () => {
  test('R14: the file arrives whole, and is there the next time', async () => {
    const server = await serve(content);
    const store = openStore();
    const manifest = describeTest(server.url);
    expect(await store.find(manifest)).toBeUndefined();
    const progress: DownloadProgress[] = [];
    const obtained = await store.obtain(manifest, { onProgress: (step) => progress.push(step) });
    expect(obtained.ok && (await sameBytes(obtained.value))).toBe(true);
    expect(progress.at(-1)).toEqual({ receivedBytes: content.length, totalBytes: content.length, phase: 'verifying' });
    expect(progress.map((step) => step.phase)).toEqual(progress.map((step) => step.phase).toSorted());
    expect((await store.obtain(manifest, quiet)).ok).toBe(true);
    expect(server.requests).toEqual(['all']);
    await store.remove(manifest);
    expect(await store.find(manifest)).toBeUndefined();
  });

  test('R15: a connection cut midway goes on where it broke', async () => {
    const server = await serve(content, { cutAfterBytes: [partBytes + 5, 1000, 70_000] });
    const obtained = await openStore().obtain(describeTest(server.url), quiet);
    expect(obtained.ok && (await sameBytes(obtained.value))).toBe(true);
    expect(server.requests).toHaveLength(4);
    const starts = server.requests.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range)?.[1]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts[0]).toBeGreaterThan(0);
  });

  test('R15: a server that knows no ranges is read again from its beginning', async () => {
    const server = await serve(content, { cutAfterBytes: [partBytes + 5], knowsRanges: false });
    const obtained = await openStore().obtain(describeTest(server.url), quiet);
    expect(obtained.ok && (await sameBytes(obtained.value))).toBe(true);
  });

  test('R15: what an earlier visit left is not fetched again', async () => {
    const files = createMemoryModelFiles();
    const breaking = await serve(content, {
      cutAfterBytes: Array.from({ length: 20 }, () => 0).with(0, partBytes + 5),
    });
    const first = await openStore(files).obtain(describeTest(breaking.url), quiet);
    expect(first).toMatchObject({ ok: false, error: { type: 'network' } });
    const server = await serve(content);
    const second = await openStore(files).obtain(describeTest(server.url), quiet);
    expect(second.ok && (await sameBytes(second.value))).toBe(true);
    expect(server.requests).toEqual([`bytes=${partBytes}-`]);
  });

  test('R16: a damaged file is thrown away and fetched once more, then given up', async () => {
    const server = await serve(damaged);
    const files = createMemoryModelFiles();
    const obtained = await openStore(files).obtain(describeTest(server.url), quiet);
    expect(obtained).toMatchObject({ ok: false, error: { type: 'digest-mismatch' } });
    expect(server.requests).toEqual(['all', 'all']);
    expect(await files.parts(sha256Hex(content))).toEqual([]);
  });

  test('R16: a file that is no model at all is not kept either', async () => {
    const server = await serve(content.with(0, 0));
    const files = createMemoryModelFiles();
    expect((await openStore(files).obtain(describeTest(server.url), quiet)).ok).toBe(false);
    expect(await files.parts(sha256Hex(content))).toEqual([]);
  });

  test('R17: sources are tried in their order', async () => {
    const [missing, busy, short, good] = [
      await serve(content, { statuses: [404] }),
      await serve(content, { statuses: [503, 503, 503, 503] }),
      await serve(content.subarray(0, 500)),
      await serve(content),
    ];
    const manifest = describeTest(missing.url, 'http://127.0.0.1:1/gone', busy.url, short.url, good.url);
    const obtained = await openStore().obtain(manifest, quiet);
    expect(obtained.ok && (await sameBytes(obtained.value))).toBe(true);
    expect([missing, busy, short, good].map((server) => server.requests.length)).toEqual([1, 2, 1, 1]);
  });

  test('R17: with no source the error says what to do', async () => {
    const obtained = await openStore().obtain(describeTest('http://127.0.0.1:1/gone'), quiet);
    expect(obtained).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(obtained.ok ? '' : obtained.error.remedy).toContain(sha256Hex(content));
  });

  test('R18: one tab downloads, the others wait and share', async () => {
    const server = await serve(content);
    const store = openStore();
    const manifest = describeTest(server.url);
    const obtained = await Promise.all([1, 2, 3].map(() => store.obtain(manifest, quiet)));
    expect(obtained.map((result) => result.ok)).toEqual([true, true, true]);
    expect(server.requests).toEqual(['all']);
  });

  test('R19: stopping keeps what has arrived', async () => {
    const server = await serve(content);
    const files = createMemoryModelFiles();
    const abort = new AbortController();
    const onProgress = ({ receivedBytes }: DownloadProgress): void => {
      if (receivedBytes > partBytes) abort.abort();
    };
    const stopped = await openStore(files).obtain(describeTest(server.url), { onProgress, signal: abort.signal });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect((await files.parts(sha256Hex(content))).length).toBeGreaterThan(0);
  });

  test('R20: no room is said as such', async () => {
    const full = { ...createMemoryModelFiles(), writePart: async () => err(failure('quota', 'full', 'Free some.')) };
    const server = await serve(content);
    const obtained = await openStore(full).obtain(describeTest(server.url), quiet);
    expect(obtained).toMatchObject({ ok: false, error: { type: 'quota', remedy: 'Free some.' } });
  });
});

describe('a file the user chose', () => {
  test('R16: the right file is kept', async () => {
    const store = openStore();
    const adopted = await store.adopt(describeTest(), [
      new Blob(['x']),
      new Blob([damaged]),
      new Blob([Uint8Array.from(content)]),
    ]);
    expect(adopted.ok && (await sameBytes(adopted.value))).toBe(true);
    expect(await store.find(describeTest())).toBeDefined();
  });

  test('R16: another file is refused', async () => {
    const store = openStore();
    const wrong = await store.adopt(describeTest(), [new Blob([damaged])]);
    expect(wrong).toMatchObject({ ok: false, error: { type: 'digest-mismatch' } });
    const noModel = await store.adopt(describeTest(), [new Blob(['PDF'])]);
    expect(noModel).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
    expect(await store.find(describeTest())).toBeUndefined();
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import type { DownloadProgress, ModelManifest } from '#inference';
import { createSeededRandom, err, failure, sha256Hex } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import { bytesOf, describeFile, describeModel, openShelf, quiet } from './shelf-bench.ts';

const content = Uint8Array.from(createSeededRandom('content').bytes(partBytes + 50_000));
const digest = sha256Hex(content);
const page = new TextEncoder().encode('<!doctype html><title>Sign in to the network</title>'.padEnd(20_000, ' '));

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(file: Uint8Array, options?: ModelServerOptions): Promise<ModelServer> {
  const server = await startModelServer(file, options);
  servers.push(server);
  return server;
}

const modelFrom = (...from: ModelServer[]): ModelManifest =>
  describeModel('m', describeFile('m.bin', content, ...from.map(({ url }) => url)));

describe('a server that is not what it should be is passed over, and the next one asked', () => {
  test.each<[string, Uint8Array, ModelServerOptions]>([
    [
      'sends a web page with status 200',
      page,
      { headers: { 'content-type': 'text/html; charset=utf-8' }, isChunked: true },
    ],
    ['sends a web page as anything', page, { isChunked: true }],
    ['sends too much, without saying so', Buffer.concat([content, content]), { isChunked: true }],
    ['sends too much, saying so', Buffer.concat([content, content]), {}],
    ['sends too little, without saying so', content.subarray(0, partBytes + 7), { isChunked: true }],
    ['sends nothing', new Uint8Array(), { isChunked: true }],
    ['sends another file of the same size', content.toReversed(), {}],
    [
      'sends another range than asked',
      content,
      {
        answer(_, response, turn) {
          if (turn === 0) return false;
          response.writeHead(206, { 'content-range': `bytes 0-9/${content.length}` }).end(content.subarray(0, 10));
          return true;
        },
        cutAfterBytes: [partBytes + 10],
      },
    ],
    ['is closed to us', content, { statuses: [401, 401, 401] }],
    ['is always too busy', content, { statuses: [429, 429, 429] }],
    ['claims that the file did not change', content, { statuses: [304, 304, 304] }],
  ])('R16: %s', async (_, file, options) => {
    const bad = await serve(file, options);
    const good = await serve(content);
    const obtained = await openShelf().obtain(modelFrom(bad, good), quiet);
    expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
    expect(bad.requests.length).toBeGreaterThan(0);
    expect(good.requests.length).toBeGreaterThan(0);
  });
});

describe('with nobody else to ask', () => {
  test('R17: a server that ends too early every time is a broken network', async () => {
    const server = await serve(content.subarray(0, partBytes + 7), { isChunked: true, knowsRanges: false });
    const obtained = await openShelf().obtain(modelFrom(server), quiet);
    expect(obtained).toMatchObject({ ok: false, error: { type: 'network' } });
    expect(obtained.ok ? '' : obtained.error.remedy).toMatch(/what has arrived is kept/);
  });

  test('R16: a file that was changed on its server is an error that says so, and nothing of it stays', async () => {
    const files = createMemoryModelFiles();
    const server = await serve(content.toReversed());
    const obtained = await openShelf({ files }).obtain(modelFrom(server), quiet);
    expect(obtained).toMatchObject({ ok: false, error: { type: 'digest-mismatch' } });
    expect(obtained.ok ? '' : obtained.error.message).toContain(digest);
    expect(await files.names()).toEqual([]);
  });

  test('R15: a server on another origin that hides its ranges still resumes', async () => {
    const server = await serve(content, { cutAfterBytes: [partBytes + 10] });
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await globalThis.fetch(url, init);
      const headers = new Headers(response.headers);
      headers.delete('content-range');
      return new Response(response.body, { status: response.status, headers });
    };
    const obtained = await openShelf({ fetch }).obtain(modelFrom(server), quiet);
    expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test('R16: a leftover that was damaged is fetched anew from the same server', async () => {
    const files = createMemoryModelFiles();
    await files.writePart(digest, 0, content.slice(0, partBytes).with(5, (content[5] ?? 0) ^ 1));
    const server = await serve(content);
    const obtained = await openShelf({ files }).obtain(modelFrom(server), quiet);
    expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
    expect(server.requests).toEqual([`bytes=${partBytes}-`, 'all']);
  });

  test('R16: the mark of a file that has lost a part holds no longer', async () => {
    const files = createMemoryModelFiles();
    await openShelf({ files }).adopt(modelFrom(), [new Blob([content])]);
    await files.removePart(digest, 1);
    // Its last part is replaced by something else of the same length.
    const liar = await serve(Buffer.concat([content.subarray(0, partBytes), Buffer.alloc(50_000)]));
    const shelf = openShelf({ files });
    expect(await shelf.find(modelFrom())).toBeUndefined();
    const found: unknown[] = [];
    const look = ({ phase }: DownloadProgress): void => {
      // All of it is there, and nobody has looked at it yet.
      if (phase === 'downloading') void shelf.find(modelFrom()).then((model) => found.push(model));
    };
    expect((await shelf.obtain(modelFrom(liar), { onProgress: look })).ok).toBe(false);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((model) => model !== undefined)).toEqual([]);
    expect(await shelf.find(modelFrom())).toBeUndefined();
  });
});

describe('a tab in trouble', () => {
  test('R20: a disk that fills up in mid-download is said, and what has arrived serves the next try', async () => {
    const kept = createMemoryModelFiles();
    const full = err(failure('quota', 'There is no room left to keep the model.', 'Free some disk space.'));
    const filling = {
      ...kept,
      writePart: async (...part: Parameters<typeof kept.writePart>) => (part[1] === 0 ? kept.writePart(...part) : full),
    };
    const server = await serve(content);
    const stopped = await openShelf({ files: filling }).obtain(modelFrom(server), quiet);
    expect(stopped).toEqual(full);
    expect(await openShelf({ files: kept }).kept()).toMatchObject([
      { arrivedBytes: partBytes, sizeBytes: content.length },
    ]);
    const obtained = await openShelf({ files: kept }).obtain(modelFrom(server), quiet);
    expect(obtained.ok).toBe(true);
    expect(server.requests).toEqual(['all', `bytes=${partBytes}-`]);
  });

  test('R19: stopped before it began, it fetches nothing', async () => {
    const server = await serve(content);
    const signal = AbortSignal.abort();
    const stopped = await openShelf().obtain(modelFrom(server), { ...quiet, signal });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect(server.requests).toEqual([]);
  });

  test('R18: a file that another tab removes in mid-download is fetched again, never used half', async () => {
    const files = createMemoryModelFiles();
    const server = await serve(content);
    let hasRemoved = false;
    const onProgress = ({ receivedBytes }: DownloadProgress): void => {
      if (receivedBytes <= partBytes || hasRemoved) return;
      hasRemoved = true;
      void files.remove(digest);
    };
    const obtained = await openShelf({ files }).obtain(modelFrom(server), { onProgress });
    expect(hasRemoved).toBe(true);
    expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import type { ModelFile, ModelShelf } from '#inference';
import { createSeededRandom, sha256Hex } from '#vocabulary';
import { partBytes } from '../../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../../src/inference/store/model-files.memory.ts';
import type { ModelFiles } from '../../../../src/inference/store/model-files.ts';
import { writeTinyGguf } from '../../tiny-gguf.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../model-server.ts';
import {
  bytesOf,
  createKeptModelFiles,
  createRoom,
  describeFile,
  describeModel,
  hurriedClock,
  openShelf,
  quiet,
} from '../shelf-bench.ts';
import { mlcFiles } from './own-model-files.ts';

/** A true header, and weights enough for several parts. */
const content = Uint8Array.from(
  Buffer.concat([
    new Uint8Array(await writeTinyGguf().arrayBuffer()),
    createSeededRandom('weights').bytes(partBytes + 20_000),
  ]),
);
const other = content.with(content.length - 5, (content.at(-5) ?? 0) ^ 1);
const tagged = { headers: { etag: '"v1"' } };

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Page {
  readonly server: ModelServer;
  readonly shelf: ModelShelf;
  readonly files: ModelFiles;
}

/** A page on the server's own origin, which needs no https. */
async function serve(
  file: Uint8Array,
  options: ModelServerOptions = tagged,
  files = createMemoryModelFiles(),
): Promise<Page> {
  const server = await startModelServer(file, options);
  servers.push(server);
  return { server, files, shelf: openShelf({ files, ownOrigin: new URL(server.url).origin }) };
}

describe('a model from an address', () => {
  test('R56: it is fetched, recognised, kept under its digest and can be fetched again', async () => {
    const { server, shelf, files } = await serve(content);
    const imported = await shelf.importUrls([server.url], quiet);
    expect(imported).toMatchObject({
      ok: true,
      value: {
        name: 'tiny',
        format: 'gguf',
        files: [{ sha256: sha256Hex(content), sources: [{ type: 'own-origin', path: '/model.gguf' }] }],
      },
    });
    if (!imported.ok) return;
    expect(server.requests).toEqual(['bytes=0-1023', 'all']);
    const found = await shelf.find(imported.value);
    expect(found && (await bytesOf(found, 'model.gguf')).equals(content)).toBe(true);
    expect((await files.names()).filter((name) => name.startsWith('address-'))).toEqual([]);
    expect(await shelf.kept()).toMatchObject([{ origin: 'own', arrivedBytes: content.length }]);
  });

  test('R56: a broken download goes on in this visit and in the next, as long as the file is the same', async () => {
    const cuts = [partBytes + 9, 5_000, ...Array.from({ length: 20 }, () => 0)];
    // The first request only looks.
    const first = await serve(content, { ...tagged, cutAfterBytes: [1e9, ...cuts] });
    expect(await first.shelf.importUrls([first.server.url], quiet)).toMatchObject({
      ok: false,
      error: { type: 'network' },
    });
    expect(first.server.requests.length).toBeGreaterThan(3);

    const requests: string[] = [];
    const fetch = (url: string, init: RequestInit): Promise<Response> => {
      requests.push(new Headers(init.headers).get('range') ?? 'all');
      return globalThis.fetch(url, init);
    };
    // Another server would be another address: the same one, now in better health.
    cuts.fill(1e9);
    const shelf = openShelf({ files: first.files, fetch, ownOrigin: new URL(first.server.url).origin });
    await first.server.close();
    const again = await startModelServer(content, tagged, Number(new URL(first.server.url).port));
    servers.push(again);
    expect(await shelf.importUrls([again.url], quiet)).toMatchObject({ ok: true });
    expect(requests).toEqual(['bytes=0-1023', `bytes=${partBytes}-`]);
  });

  test('R56: a file that changed since the last visit is begun again', async () => {
    const broken = await serve(content, {
      ...tagged,
      cutAfterBytes: [1e9, partBytes + 9, ...Array.from({ length: 20 }, () => 0)],
    });
    await broken.shelf.importUrls([broken.server.url], quiet);
    await broken.server.close();
    const changed = await startModelServer(
      other,
      { headers: { etag: '"v2"' } },
      Number(new URL(broken.server.url).port),
    );
    servers.push(changed);
    const imported = await broken.shelf.importUrls([changed.url], quiet);
    expect(imported).toMatchObject({ ok: true, value: { files: [{ sha256: sha256Hex(other) }] } });
    expect(changed.requests).toEqual(['bytes=0-1023', 'all']);
  });

  test('R56: a file that changes in mid-download is never mixed', async () => {
    let etag = '"v1"';
    const { server, shelf } = await serve(content, {
      answer(request, response, turn) {
        if (turn >= 2) etag = '"v2"';
        const file = etag === '"v1"' ? content : other;
        const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        const range = { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` };
        response.writeHead(from > 0 || turn === 0 ? 206 : 200, {
          etag,
          'content-length': file.length - from,
          ...range,
        });
        if (turn === 1) response.write(file.subarray(0, partBytes + 9), () => response.destroy());
        else response.end(file.subarray(from));
        return true;
      },
    });
    const imported = await shelf.importUrls([server.url], quiet);
    // It was begun as v1: neither a mixture nor something else under that name.
    expect(imported).toMatchObject({ ok: false, error: { type: 'network' } });
    const second = await shelf.importUrls([server.url], quiet);
    expect(second).toMatchObject({ ok: true, value: { files: [{ sha256: sha256Hex(other) }] } });
  });

  test('R56: where the server says nothing about versions, a broken download is begun again', async () => {
    const { server, shelf } = await serve(content, { cutAfterBytes: [1e9, partBytes + 9] });
    const imported = await shelf.importUrls([server.url], quiet);
    expect(imported).toMatchObject({ ok: true, value: { files: [{ sha256: sha256Hex(content) }] } });
    expect(server.requests).toEqual(['bytes=0-1023', 'all', expect.stringMatching(/^bytes=\d+-$/), 'all']);
  });

  test('R56: only https and the own origin are asked', async () => {
    const { server } = await serve(content);
    let fetches = 0;
    const shelf = openShelf({ fetch: () => Promise.reject(new Error(`${++fetches}`)) });
    for (const url of [
      server.url,
      'http://example.com/a.gguf',
      'ftp://a/b',
      'javascript:alert(1)',
      'https://u:p@x.example/a',
      'https://x.example/',
      '',
      'https://',
    ])
      expect(await shelf.importUrls([url], quiet)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(fetches).toBe(0);
    expect(await shelf.importUrls([], quiet)).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
  });

  test('R56: a redirect to an address without https is not followed further', async () => {
    const fetch = (): Promise<Response> => {
      const response = new Response(content);
      Object.defineProperty(response, 'url', { value: 'http://elsewhere.example/a.gguf' });
      return Promise.resolve(response);
    };
    const refused = await openShelf({ fetch }).importUrls(['https://hub.example/a.gguf'], quiet);
    expect(refused).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/without https/);
  });

  test.each<[string, Uint8Array, ModelServerOptions, string, RegExp]>([
    ['a web page', content, { headers: { 'content-type': 'text/html' } }, 'no-source', /web page/],
    ['another file', new Uint8Array(5_000), tagged, 'not-a-model', /no GGUF model/],
    ['a missing file', content, { statuses: [404] }, 'no-source', /answered 404/],
    ['a file of unsaid length', content, { knowsRanges: false, isChunked: true }, 'no-source', /how large/],
    ['an empty file', new Uint8Array(), { knowsRanges: false }, 'not-a-model', /0 bytes/],
  ])('R55: %s is refused before it is downloaded', async (_, file, options, type, reason) => {
    const { server, shelf, files } = await serve(file, options);
    const refused = await shelf.importUrls([server.url], quiet);
    expect(refused).toMatchObject({ ok: false, error: { type } });
    expect(refused.ok ? '' : refused.error.message).toMatch(reason);
    expect(await files.names()).toEqual([]);
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  test('R55: what only begins like a model is thrown away', async () => {
    const fake = Uint8Array.from(Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(9_000, 255)]));
    const { server, shelf, files } = await serve(fake);
    expect(await shelf.importUrls([server.url], quiet)).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
    expect(await files.names()).toEqual([]);
  });

  test('R20: what cannot fit is not begun', async () => {
    const { server } = await serve(content);
    const room = createRoom({ estimate: { usedBytes: 0, quotaBytes: partBytes } });
    const shelf = openShelf({ files: createKeptModelFiles(), room, ownOrigin: new URL(server.url).origin });
    expect(await shelf.importUrls([server.url], quiet)).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(server.requests).toEqual(['bytes=0-1023']);
  });

  test('R17: without a network the error says what to do', async () => {
    const shelf = openShelf({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    const refused = await shelf.importUrls(['https://hub.example/a.gguf'], quiet);
    expect(refused).toMatchObject({ ok: false, error: { type: 'network' } });
    expect(refused.ok ? '' : refused.error.remedy).toMatch(/download it, and choose the file/);
  });

  test('R19: stopping keeps what has arrived', async () => {
    const { server, files } = await serve(content);
    let nowMs = 0;
    // Slow enough that every piece is shown.
    const clock = { ...hurriedClock, now: () => (nowMs += 1_000) };
    const shelf = openShelf({ files, clock, ownOrigin: new URL(server.url).origin });
    const abort = new AbortController();
    const stopped = await shelf.importUrls([server.url], {
      signal: abort.signal,
      onProgress: ({ receivedBytes }) => receivedBytes > partBytes && abort.abort(),
    });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    const name = (await files.names()).find((each) => each.startsWith('address-'));
    expect(await files.sizes(name ?? '')).toEqual([partBytes]);
    expect(await shelf.usage()).toMatchObject({ otherBytes: partBytes });
    expect((await shelf.importUrls([server.url], quiet)).ok).toBe(true);
    expect(server.requests.at(-1)).toBe(`bytes=${partBytes}-`);
  });

  test('R53: what a stopped import left can be tidied away', async () => {
    const broken = await serve(content, { ...tagged, cutAfterBytes: [1e9, partBytes + 9, 0, 0, 0, 0, 0, 0, 0, 0] });
    expect((await broken.shelf.importUrls([broken.server.url], quiet)).ok).toBe(false);
    expect(await broken.shelf.usage()).toMatchObject({ otherBytes: partBytes });
    expect(await broken.shelf.tidy()).toBe(partBytes);
    expect(await broken.files.names()).toEqual([]);
    expect(await broken.shelf.tidy()).toBe(0);
  });

  test('R59: an address of a file of the catalogue gives that model', async () => {
    const { server, files } = await serve(content);
    const known = describeModel('famous', describeFile('famous.gguf', content));
    const shelf = openShelf({ files, known: [known], ownOrigin: new URL(server.url).origin });
    expect(await shelf.importUrls([server.url], quiet)).toEqual({ ok: true, value: known });
  });
});

describe('a model of several files from as many addresses', () => {
  const model = new Map(mlcFiles('').map(({ name, blob }) => [name, blob]));
  const at = (name: string): string => `https://hub.example/org/tiny/resolve/main/${name}?download=true`;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, origin } = new URL(url);
    const blob = origin === 'https://hub.example' ? model.get(pathname.split('/').at(-1) ?? '') : undefined;
    if (blob === undefined) return new Response(null, { status: 404 });
    const [, from, end] = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init.headers).get('range') ?? '') ?? [];
    if (from === undefined) return new Response(blob, { headers: { 'content-length': `${blob.size}`, etag: '"1"' } });
    const part = blob.slice(Number(from), end === '' ? blob.size : Number(end) + 1);
    // The range is hidden, as from pages of other origins.
    return new Response(part, { status: 206, headers: { 'content-length': `${part.size}`, etag: '"1"' } });
  };

  test('R56: an MLC model, with its addresses as sources for a repair', async () => {
    const files = createMemoryModelFiles();
    const shelf = openShelf({ files, fetch });
    const imported = await shelf.importUrls([...model.keys()].map(at), quiet);
    expect(imported).toMatchObject({ ok: true, value: { format: 'mlc' } });
    if (!imported.ok) return;
    const library = imported.value.files.find(({ name }) => name === 'model.wasm') as ModelFile;
    expect(library.sources).toEqual([{ type: 'https', url: at('tiny-webgpu.wasm') }]);
    await files.remove(library.sha256);
    expect((await shelf.repair(imported.value, quiet)).ok).toBe(true);
    expect((await files.names()).filter((name) => name.startsWith('address-'))).toEqual([]);
  });

  test('R55: what is missing is named', async () => {
    const shelf = openShelf({ fetch });
    const refused = await shelf.importUrls(
      [...model.keys()].filter((name) => name !== 'tokenizer.json').map(at),
      quiet,
    );
    expect(refused.ok ? '' : refused.error.message).toMatch(/tokenizer.json.*missing/);
    expect(await shelf.usage()).toMatchObject({ modelBytes: 0, otherBytes: 0 });
  });
});

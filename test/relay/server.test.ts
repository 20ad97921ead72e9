import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachRoutes, createLimitedServer } from '../../relay/server.ts';
import { rawRequest } from './raw-request.ts';

const model = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
const script = 'export const answer = 42;\n'.repeat(100);

let folder: string;
let server: Server;
let port: number;
let statusBeforeRoutes: number;
const upgrades: string[] = [];
const refusals: string[] = [];
let draining = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-server-'));
  const dist = join(folder, 'dist');
  const models = join(folder, 'models');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await mkdir(models);
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Peerage</title>');
  await writeFile(join(dist, '.build-stamp'), 'secret');
  await writeFile(join(dist, 'assets', 'main-abc123.js'), script);
  await writeFile(join(dist, 'assets', 'main-abc123.js.gz'), gzipSync(script));
  await writeFile(join(models, 'tiny.gguf'), model);
  await writeFile(join(models, '.tiny.gguf.part'), 'half');
  await writeFile(join(folder, 'outside.txt'), 'not to be seen');
  server = createLimitedServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  statusBeforeRoutes = (await rawRequest(port, '/')).status;
  attachRoutes(server, {
    relay: {
      peerId: '12D3KooWTest',
      handleUpgrade: (request, socket) => {
        upgrades.push(request.url ?? '');
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      },
      metrics: () => Promise.resolve('peerage_connections 3\n'),
      stats: () => ({ connections: 3 }),
      relays: () => ['/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWTest'],
      iceServers: () => [{ urls: ['stun:stun.example'] }],
      origins: () => ['https://other.example'],
      refused: (reason, from) => void refusals.push(`${reason} ${from}`),
      isDraining: () => draining,
    },
    allowedOrigins: ['https://page.example'],
    app: { type: 'folder', folder: dist },
    modelFolder: models,
    modelIds: ['tiny'],
  });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('headers', () => {
  test.each(['/', '/health', '/nothing', '/models/tiny.gguf'])(
    'W1: %s isolates the page and forbids strange script',
    async (path) => {
      const { headers } = await rawRequest(port, path);
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
    },
  );

  test('W2: hashed assets are kept for ever, the page is asked for again, answers about now are not kept', async () => {
    const cacheControl = async (path: string): Promise<string | undefined> =>
      (await rawRequest(port, path)).headers['cache-control'];
    expect(await cacheControl('/assets/main-abc123.js')).toContain('immutable');
    expect(await cacheControl('/')).toBe('no-cache');
    expect(await cacheControl('/models/tiny.gguf')).toBe('no-store');
    expect(await cacheControl('/bootstrap.json')).toBe('no-store');
  });
});

describe('what is served', () => {
  test('W3: until the relay is there, requests are told to come again', () => {
    expect(statusBeforeRoutes).toBe(503);
  });

  test('W3: / with any query is the page', async () => {
    const { status, headers, body } = await rawRequest(port, '/?peer=anna');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.toString()).toContain('Peerage');
  });

  test('W4: health, metrics and bootstrap tell about the relay', async () => {
    const health = JSON.parse((await rawRequest(port, '/health')).body.toString()) as object;
    expect(health).toMatchObject({ status: 'ok', models: ['tiny'], relay: { connections: 3 } });
    const metrics = await rawRequest(port, '/metrics');
    expect(metrics.headers['content-type']).toContain('version=0.0.4');
    expect(metrics.body.toString()).toBe('peerage_connections 3\n');
    const bootstrap = JSON.parse((await rawRequest(port, '/bootstrap.json')).body.toString()) as object;
    expect(bootstrap).toEqual({
      relay: '12D3KooWTest',
      path: '/',
      models: ['tiny'],
      relays: ['/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWTest'],
      iceServers: [{ urls: ['stun:stun.example'] }],
    });
  });

  test('R20: who this relay is may be asked by pages that may open a WebSocket, and by no others', async () => {
    const allowed = async (origin: string): Promise<unknown> =>
      (await rawRequest(port, '/bootstrap.json', { headers: { origin } })).headers['access-control-allow-origin'];
    expect(await allowed('https://page.example')).toBe('https://page.example');
    expect(await allowed('https://other.example')).toBe('https://other.example');
    expect(await allowed('https://stranger.example')).toBeUndefined();
    const { headers } = await rawRequest(port, '/health', { headers: { origin: 'https://page.example' } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('R21: health says that the relay stops, with a status that keeps visitors away', async () => {
    draining = true;
    try {
      const { status, body } = await rawRequest(port, '/health');
      expect([status, JSON.parse(body.toString())]).toEqual([503, expect.objectContaining({ status: 'draining' })]);
      expect((await rawRequest(port, '/')).status).toBe(200);
    } finally {
      draining = false;
    }
    expect((await rawRequest(port, '/health')).status).toBe(200);
  });

  test('W5: a gzipped twin goes to those who take it', async () => {
    const path = '/assets/main-abc123.js';
    const zipped = await rawRequest(port, path, { headers: { 'Accept-Encoding': 'br, gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers['vary']).toBe('Accept-Encoding');
    expect(gunzipSync(zipped.body).toString()).toBe(script);
    for (const accepted of ['br', 'gzip;q=0', 'identity']) {
      const plain = await rawRequest(port, path, { headers: { 'Accept-Encoding': accepted } });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.toString()).toBe(script);
      expect(plain.headers.etag).not.toBe(zipped.headers.etag);
    }
  });

  test('W6: a file whose tag is known is not sent again', async () => {
    const { headers } = await rawRequest(port, '/');
    const again = await rawRequest(port, '/', { headers: { 'If-None-Match': `"other", ${headers.etag}` } });
    expect([again.status, again.body.byteLength]).toEqual([304, 0]);
  });

  test('W7: HEAD tells the size and sends nothing', async () => {
    const { status, headers, body } = await rawRequest(port, '/models/tiny.gguf', { method: 'HEAD' });
    expect([status, headers['content-length'], body.byteLength]).toEqual([200, '5000', 0]);
  });
});

describe('parts of files', () => {
  test.each([
    ['bytes=0-99', 0, 99],
    ['bytes=4000-', 4000, 4999],
    ['bytes=4990-9999', 4990, 4999],
    ['bytes=-10', 4990, 4999],
  ])('W8: %s', async (range, first, last) => {
    const { status, headers, body } = await rawRequest(port, '/models/tiny.gguf', { headers: { Range: range } });
    expect([status, headers['content-range']]).toEqual([206, `bytes ${first}-${last}/5000`]);
    expect(body.equals(model.subarray(first, last + 1))).toBe(true);
  });

  test('W8: a range beyond the end is refused with the size', async () => {
    const { status, headers } = await rawRequest(port, '/models/tiny.gguf', { headers: { Range: 'bytes=5000-' } });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */5000']);
  });

  test('W8: a range of another version of the file gets the whole file', async () => {
    const headers = { Range: 'bytes=10-19', 'If-Range': '"another"' };
    expect((await rawRequest(port, '/models/tiny.gguf', { headers })).status).toBe(200);
    const { etag = '' } = (await rawRequest(port, '/models/tiny.gguf')).headers;
    const same = await rawRequest(port, '/models/tiny.gguf', { headers: { Range: 'bytes=10-19', 'If-Range': etag } });
    expect(same.status).toBe(206);
  });
});

describe('what is refused', () => {
  test.each([
    '/nothing',
    '/ask',
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/assets/..%5c..%5coutside.txt',
    '//outside.txt',
    '/models/../../outside.txt',
    '/models/%2e%2e%2foutside.txt',
    '/.build-stamp',
    '/models/.tiny.gguf.part',
    '/models/',
    '/assets',
    '/assets/main-abc123.js%00.html',
    '/%E0%A4%A',
  ])('W9: 404 for %s', async (path) => {
    const { status, body } = await rawRequest(port, path);
    expect(status).toBe(404);
    expect(body.toString()).not.toMatch(/secret|not to be seen|half/);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('W10: 405 for %s', async (method) => {
    const { status, headers } = await rawRequest(port, '/', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('W10: a head that is too long is refused', async () => {
    expect((await rawRequest(port, '/', { headers: { 'X-Long': 'x'.repeat(20_000) } })).status).toBe(431);
  });

  test('W10: a connection that never sends its whole head is closed', async () => {
    const hurried = createLimitedServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 });
    await new Promise<void>((resolve) => hurried.listen(0, '127.0.0.1', resolve));
    const socket = connect((hurried.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await new Promise((resolve) => hurried.getConnections((_error, count) => resolve(count)))).toBe(0);
    await new Promise((resolve) => hurried.close(resolve));
  });
});

describe('upgrades', () => {
  const upgrade = (path: string, origin?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        const from = origin === undefined ? '' : `Origin: ${origin}\r\n`;
        const upgrading = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${from}${upgrading}\r\n`);
      });
      let text = '';
      socket.on('data', (piece) => (text += piece.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(text.split('\r\n', 1)[0] ?? ''));
    });

  test('W11: only the relay path reaches the relay', async () => {
    expect(await upgrade('/')).toBe('HTTP/1.1 101 Switching Protocols');
    expect(await upgrade('/other')).toBe('HTTP/1.1 404 Not Found');
    expect(upgrades).toEqual(['/']);
  });

  test('R20: only pages of this server, of the other relays and of those configured reach the relay', async () => {
    upgrades.length = 0;
    for (const origin of ['http://x', 'https://other.example', 'https://page.example'])
      expect(await upgrade('/', origin)).toBe('HTTP/1.1 101 Switching Protocols');
    for (const origin of ['https://evil.example', 'null', 'http://x:81'])
      expect(await upgrade('/', origin)).toBe('HTTP/1.1 403 Forbidden');
    expect(upgrades).toHaveLength(3);
    expect(refusals).toEqual(['origin https://evil.example', 'origin null', 'origin http://x:81']);
  });
});

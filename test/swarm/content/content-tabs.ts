import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { build } from 'vite';
import { createRelayNode } from '../../../relay/relay-node.ts';
import { chromiumFlags, findChromium } from '../../browser/chromium.ts';

export interface ContentLaboratory {
  /** A tab with storage of its own, in the swarm. */
  openTab(name: string): Promise<Page>;
  /** Joins again in a tab that was reloaded. */
  join(page: Page, name: string): Promise<string>;
  readonly server: ModelHost;
  close(): Promise<void>;
}

/** Serves the model's bytes at `/model.bin` and counts them. */
export interface ModelHost {
  sentBytes: number;
  readonly ranges: string[];
  /** Of all replies together; undefined: as fast as it goes. */
  bytesPerSecond: number | undefined;
  isDown: boolean;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Everything real but the page: Chromium, WebRTC, OPFS, a web server, a relay. */
export async function openContentLaboratory(model: Uint8Array): Promise<ContentLaboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'content-page-'));
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, 'page'),
    logLevel: 'error',
    build: { outDir: join(folder, 'page'), minify: false, target: 'es2023' },
  });
  const host: ModelHost = { sentBytes: 0, ranges: [], bytesPerSecond: undefined, isDown: false };
  const pages = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://test').pathname;
    void (path === '/model.bin'
      ? sendModel(host, model, request, response)
      : sendPage(join(folder, 'page'), path, response));
  });
  const pagePort = await listen(pages);
  const node = await createRelayNode({ privateKeyFile: join(folder, 'relay.key'), log: () => undefined });
  const relays = createServer();
  relays.on('upgrade', (request, socket, head) => node.handleUpgrade(request, socket, head));
  const location = { host: '127.0.0.1', port: await listen(relays), secure: false, peerId: node.peerId };
  const browser: Browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--headless=new', ...chromiumFlags],
  });
  const joinIn = (page: Page, name: string): Promise<string> =>
    page.evaluate(([relay, own]) => globalThis.contentTab.join(relay, own), [location, name] as const);
  return {
    server: host,
    join: joinIn,
    async openTab(name) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.message}\n`));
      await page.goto(`http://127.0.0.1:${pagePort}/`);
      await page.waitForFunction(() => globalThis.contentTab !== undefined);
      await joinIn(page, name);
      return page;
    },
    async close() {
      await browser.close();
      await node.stop();
      for (const server of [relays, pages]) {
        server.closeAllConnections();
        await new Promise((settle) => server.close(settle));
      }
      await rm(folder, { recursive: true });
    },
  };
}

async function sendModel(
  host: ModelHost,
  model: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (host.isDown) return void response.writeHead(404).end();
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const [from, end] = [Number(first), last === '' ? model.length : Math.min(model.length, Number(last) + 1)];
  host.ranges.push(request.headers.range ?? 'all');
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    'Content-Length': end - from,
    'Content-Range': `bytes ${from}-${end - 1}/${model.length}`,
  });
  for (let offset = from; offset < end && !response.destroyed; offset += 65_536) {
    const piece = model.subarray(offset, Math.min(end, offset + 65_536));
    if (host.bytesPerSecond !== undefined)
      await new Promise((settle) => setTimeout(settle, (piece.length * 1_000) / (host.bytesPerSecond ?? 1e9)));
    if (!response.write(piece)) await drained(response);
    host.sentBytes += piece.length;
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((settle) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      settle();
    };
    response.on('drain', done).on('close', done);
  });
}

async function sendPage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  try {
    if (!file.startsWith(folder + sep)) throw new Error('outside');
    const body = await readFile(file);
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((settle, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => settle((server.address() as AddressInfo).port));
  });
}

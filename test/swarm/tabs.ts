import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { build } from 'vite';
import { type RelayNode, createRelayNode } from '../../relay/relay-node.ts';
import { chromiumFlags, findChromium } from '../browser/chromium.ts';

const typeByExtension: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Everything real but the page: Chromium, WebRTC, a web server for the test page, a relay that can be restarted. */
export interface Laboratory {
  readonly relayUrl: string;
  readonly relay: () => RelayNode;
  /** `isWalledIn`: a network that lets no direct connection through. */
  openTab(name: string, isWalledIn?: boolean): Promise<Tab>;
  stopRelay(): Promise<void>;
  /** On the same port with the same key, as a restarted server would be. */
  startRelay(): Promise<void>;
  close(): Promise<void>;
}

export interface Tab {
  readonly page: Page;
  readonly peer: string;
}

export async function openLaboratory(): Promise<Laboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'swarm-page-'));
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, 'page'),
    logLevel: 'error',
    build: { outDir: join(folder, 'page'), minify: false, target: 'es2023' },
  });
  const pages = await listen(
    createServer((request, response) => {
      void answer(join(folder, 'page'), request.url ?? '/').then(([status, type, body]) =>
        response.writeHead(status, { 'Content-Type': type }).end(body),
      );
    }),
    0,
  );
  const keyFile = join(folder, 'relay.key');
  let relayServer: Server | undefined;
  let relay: RelayNode | undefined;
  let relayPort = 0;
  const browser: Browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--headless=new', ...chromiumFlags],
  });

  const startRelay = async (): Promise<void> => {
    const node = await createRelayNode({ privateKeyFile: keyFile, log: () => undefined });
    const server = createServer();
    server.on('upgrade', (request, socket, head) => node.handleUpgrade(request, socket, head));
    relayPort = await listen(server, relayPort).then(portOf);
    [relay, relayServer] = [node, server];
  };
  const stopRelay = async (): Promise<void> => {
    await relay?.stop();
    await close(relayServer);
    relay = relayServer = undefined;
  };
  const relayNode = (): RelayNode => {
    if (relay === undefined) throw new Error('the relay is stopped');
    return relay;
  };
  await startRelay();
  const relayUrl = `http://127.0.0.1:${relayPort}/`;
  const relayPeerId = relayNode().peerId;

  return {
    relayUrl,
    relay: relayNode,
    startRelay,
    stopRelay,
    async openTab(name, isWalledIn = false) {
      const page = await browser.newPage();
      if (isWalledIn) await page.addInitScript(wallIn);
      page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.message}\n`));
      await page.goto(`http://127.0.0.1:${portOf(pages)}/`);
      await page.waitForFunction(() => globalThis.tab !== undefined);
      const peer = await page.evaluate(([url, id, own]) => globalThis.tab.join(url, id, own), [
        relayUrl,
        relayPeerId,
        name,
      ] as const);
      return { page, peer };
    },
    async close() {
      await browser.close();
      await stopRelay();
      await close(pages);
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs in the page: with TURN servers alone allowed, and none given, no candidate is ever found. */
function wallIn(): void {
  const Free = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Free {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

async function answer(folder: string, url: string): Promise<[status: number, type: string, body: string]> {
  const path = new URL(url, 'http://test').pathname;
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  if (!file.startsWith(folder + sep)) return [404, 'text/plain', ''];
  try {
    return [200, typeByExtension[extname(file)] ?? 'text/plain', await readFile(file, 'utf8')];
  } catch {
    return [404, 'text/plain', ''];
  }
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((settle, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => settle(server));
  });
}

async function close(server: Server | undefined): Promise<void> {
  if (server === undefined) return;
  server.closeAllConnections();
  await new Promise((settle) => server.close(settle));
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

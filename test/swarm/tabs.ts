import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { build } from 'vite';
import { type RelayLocation, relayMultiaddr } from '#swarm';
import { type RelayNode, type RelayNodeOptions, createRelayNode } from '../../relay/relay-node.ts';
import { chromiumFlags, findChromium } from '../browser/chromium.ts';

const typeByExtension: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Everything real but the page: Chromium, WebRTC, a web server for the test page, relays that can be restarted. */
export interface Laboratory {
  readonly relay: (index?: number) => RelayNode;
  locationOf(index: number): RelayLocation;
  openTab(name: string, options?: TabOptions): Promise<Tab>;
  /** Joins again in a tab that was reloaded. */
  join(page: Page, name: string, options?: TabOptions): Promise<string>;
  stopRelay(index?: number): Promise<void>;
  /** On the same port with the same key, as a restarted server would be. */
  startRelay(index?: number): Promise<void>;
  close(): Promise<void>;
}

export interface TabOptions {
  /** A network that lets no direct connection through. */
  readonly isWalledIn?: boolean;
  /** Fragment of an invitation; the public room without it. */
  readonly invitation?: string;
  /** Which relays it knows, in this order; all by default. */
  readonly relays?: readonly number[];
}

export interface Tab {
  readonly page: Page;
  readonly peer: string;
}

/** `areOneSwarm`: the relays share their registrations. */
export async function openLaboratory(relayCount = 1, areOneSwarm = false): Promise<Laboratory> {
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
  const browser: Browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--headless=new', ...chromiumFlags],
  });

  const relays = await Promise.all(
    Array.from({ length: relayCount }, (_, index) => createRestartableRelay(join(folder, `relay-${index}.key`))),
  );
  if (areOneSwarm) await joinRelays(relays);
  const relayAt = (index: number): RestartableRelay => relays[index] as RestartableRelay;
  const joinIn: Laboratory['join'] = (page, name, { invitation, relays: known } = {}) =>
    page.evaluate(([addresses, own, room]) => globalThis.tab.join(addresses, own, room), [
      (known ?? [...relays.keys()]).map((index) => relayAt(index).location),
      name,
      invitation,
    ] as const);

  return {
    relay: (index = 0) => relayAt(index).node(),
    locationOf: (index) => relayAt(index).location,
    startRelay: (index = 0) => relayAt(index).start(),
    stopRelay: (index = 0) => relayAt(index).stop(),
    join: joinIn,
    async openTab(name, options = {}) {
      const page = await browser.newPage();
      if (options.isWalledIn === true) await page.addInitScript(wallIn);
      page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.message}\n`));
      await page.goto(`http://127.0.0.1:${portOf(pages)}/`);
      await page.waitForFunction(() => globalThis.tab !== undefined);
      return { page, peer: await joinIn(page, name, options) };
    },
    async close() {
      await browser.close();
      for (const relay of relays) await relay.stop();
      await close(pages);
      await rm(folder, { recursive: true });
    },
  };
}

interface RestartableRelay {
  readonly location: RelayLocation;
  node(): RelayNode;
  /** Goes on as it was last told. */
  start(among?: Pick<RelayNodeOptions, 'publicAddress' | 'otherRelays'>): Promise<void>;
  stop(): Promise<void>;
}

async function createRestartableRelay(keyFile: string): Promise<RestartableRelay> {
  let running: { readonly node: RelayNode; readonly server: Server } | undefined;
  let port = 0;
  let place: Pick<RelayNodeOptions, 'publicAddress' | 'otherRelays'> = {};
  const start: RestartableRelay['start'] = async (among) => {
    place = among ?? place;
    const node = await createRelayNode({ privateKeyFile: keyFile, log: () => undefined, ...place });
    const server = createServer();
    server.on('upgrade', (request, socket, head) => node.handleUpgrade(request, socket, head));
    port = await listen(server, port).then(portOf);
    running = { node, server };
  };
  const nodeNow = (): RelayNode => {
    if (running === undefined) throw new Error('the relay is stopped');
    return running.node;
  };
  await start();
  return {
    location: { host: '127.0.0.1', port, secure: false, peerId: nodeNow().peerId },
    node: nodeNow,
    start,
    async stop() {
      await running?.node.stop();
      await close(running?.server);
      running = undefined;
    },
  };
}

/** Relays must know each other's addresses, which are known once each has run. */
async function joinRelays(relays: readonly RestartableRelay[]): Promise<void> {
  const addresses = relays.map(({ location }) => relayMultiaddr(location));
  for (const [index, relay] of relays.entries()) {
    await relay.stop();
    await relay.start({
      publicAddress: addresses[index] as string,
      otherRelays: addresses.filter((_, other) => other !== index),
    });
  }
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

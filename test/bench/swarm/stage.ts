import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type PreviewServer, build, preview } from 'vite';
import { isolationHeaders } from '../../../relay/headers.ts';
import { launchChromium } from '../../browser/chromium.ts';
import type { RelayPlace, SwarmPage } from './page/swarm-page.ts';
import { type RelayProcess, startRelay } from './relay/relay-process.ts';

/** The page once built and served, a relay in a process of its own, and tabs that open and close. */
export interface Stage {
  readonly relay: RelayPlace;
  readonly url: string;
  readonly browser: Browser;
  /** A tab in a browser profile of its own. `isWalledIn`: a network that lets no direct connection through. */
  openTab(isWalledIn?: boolean): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  readonly page: Page;
  /** Runs a method of the page's `swarmPage`. */
  call<Name extends keyof SwarmPage>(
    name: Name,
    ...given: Parameters<SwarmPage[Name]>
  ): Promise<Awaited<ReturnType<SwarmPage[Name]>>>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'peerage-swarm-'));
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  let relay: RelayProcess | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await relay?.stop();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const root = join(import.meta.dirname, 'page');
    const outDir = join(folder, 'page');
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      worker: { format: 'es' },
      build: { outDir, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 8192 },
    });
    server = await preview({
      configFile: false,
      root,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0, headers: { ...isolationHeaders } },
    });
    relay = await startRelay();
    browser = await launchChromium();
    const [url, opened] = [server.resolvedUrls?.local[0] ?? '', browser];
    const place = { url: relay.url, peerId: relay.peerId };
    return { relay: place, url, browser, close, openTab: (isWalledIn = false) => openTab(opened, url, isWalledIn) };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openTab(browser: Browser, url: string, isWalledIn: boolean): Promise<Tab> {
  const page = await browser.newPage();
  if (isWalledIn) await page.addInitScript(wallIn);
  page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
  await page.goto(url);
  await page.waitForFunction(() => 'swarmPage' in globalThis);
  return {
    page,
    call: (name, ...given) =>
      page.evaluate(
        ([method, all]) => {
          const { swarmPage } = globalThis as unknown as {
            readonly swarmPage: Record<string, (...parameters: readonly unknown[]) => Promise<never>>;
          };
          return swarmPage[method]?.(...all) as Promise<never>;
        },
        [name, given] as const,
      ),
    close: () => page.context().close(),
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

/** Opens tabs one after the other, closes them when the work is over or failed. */
export async function inTabs<T>(stage: Stage, count: number, work: (tabs: Tab[]) => Promise<T>): Promise<T> {
  const tabs: Tab[] = [];
  try {
    while (tabs.length < count) tabs.push(await stage.openTab());
    return await work(tabs);
  } finally {
    for (const tab of tabs) await tab.close();
  }
}

const POLL_MS = 50;

/** Asks again and again; throws when it is not so within the time. */
export async function until(what: string, holds: () => Promise<boolean>, patienceMs = 30_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Two tabs that reach each other through the swarm, and through a bare connection unless walled in. */
export interface Pair {
  readonly first: Tab;
  readonly secondId: string;
  close(): Promise<void>;
}

export async function openPair(stage: Stage, kind: 'direct' | 'relayed'): Promise<Pair> {
  const first = await stage.openTab(kind === 'relayed');
  const second = await stage.openTab(kind === 'relayed');
  const firstId = await first.call('join', stage.relay, 'first');
  const secondId = await second.call('join', stage.relay, 'second');
  if (kind === 'direct') {
    const offer = await first.call('rawOffer');
    await first.call('rawFinish', await second.call('rawAnswer', offer));
  }
  const kinds = async (): Promise<unknown[]> => [
    await first.call('kindOf', secondId),
    await second.call('kindOf', firstId),
  ];
  try {
    await until(`a ${kind} connection`, async () => (await kinds()).every((found) => found === kind));
  } catch (cause) {
    throw new Error((await first.call('log')).join('\n'), { cause });
  }
  const close = async (): Promise<void> => {
    await first.close();
    await second.close();
  };
  return { first, secondId, close };
}

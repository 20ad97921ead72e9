import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type PreviewServer, build, preview } from 'vite';
import { isolationHeaders } from '../../../relay/headers.ts';
import { modelPath } from '../../../relay/model-cache.ts';
import { defaultModelFile } from '../../../src/inference/catalogue.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { readMinilib } from '../../inference/webllm/minilib.node.ts';
import { writeTinyMlc } from '../../inference/webllm/tiny-mlc.ts';
import type { EnginesPage, SideName } from './page/engines-page.ts';
import type { SideOptions, WriteRequest, WriteTiming } from './page/side.ts';

/** A real tab that holds engines and bare libraries side by side. */
export interface EnginesTab {
  load(side: SideName, options: SideOptions): Promise<number>;
  write(side: SideName, request: WriteRequest): Promise<WriteTiming>;
  unload(side: SideName): Promise<void>;
  scoreAnswer: EnginesPage['scoreAnswer'];
  countJudgements: EnginesPage['countJudgements'];
  memoryBytes: EnginesPage['memoryBytes'];
}

type PageWindow = { readonly enginesPage: EnginesPage };

/** The page once built and served, in which tabs open and close. */
export interface EnginesStage {
  inTab<T>(work: (tab: EnginesTab) => Promise<T>): Promise<T>;
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openEnginesStage(): Promise<EnginesStage> {
  const folder = await mkdtemp(join(tmpdir(), 'peerage-engines-'));
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const publicDir = await writeToyModel(join(folder, 'public'));
    const root = join(import.meta.dirname, 'page');
    const outDir = join(folder, 'page');
    await build({
      configFile: false,
      root,
      publicDir,
      logLevel: 'error',
      worker: { format: 'es' },
      // Libraries of engines are larger than what Vite finds proper for a page.
      build: { outDir, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 8192 },
    });
    server = await preview({
      configFile: false,
      root,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0, headers: { ...isolationHeaders } },
    });
    browser = await launchChromium();
    const url = server.resolvedUrls?.local[0] ?? '';
    const opened = browser;
    return { browser, url, close, inTab: (work) => inTab(opened, url, work) };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function inTab<T>(browser: Browser, url: string, work: (tab: EnginesTab) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.setInputFiles('input', modelPath(defaultModelFile, join(import.meta.dirname, '../../../.models')));
    return await work(tabOf(page));
  } finally {
    await context.close();
  }
}

function tabOf(page: Page): EnginesTab {
  return {
    load: (side, options) =>
      page.evaluate(
        async ([name, given]) => {
          const startedMs = performance.now();
          await (globalThis as unknown as PageWindow).enginesPage.sides[name].load(given);
          return performance.now() - startedMs;
        },
        [side, options] as const,
      ),
    write: (side, request) =>
      page.evaluate(([name, given]) => (globalThis as unknown as PageWindow).enginesPage.sides[name].write(given), [
        side,
        request,
      ] as const),
    unload: (side) =>
      page.evaluate((name) => (globalThis as unknown as PageWindow).enginesPage.sides[name].unload(), side),
    scoreAnswer: (...given) =>
      page.evaluate((all) => (globalThis as unknown as PageWindow).enginesPage.scoreAnswer(...all), given),
    countJudgements: (...given) =>
      page.evaluate((all) => (globalThis as unknown as PageWindow).enginesPage.countJudgements(...all), given),
    memoryBytes: () => page.evaluate(() => (globalThis as unknown as PageWindow).enginesPage.memoryBytes()),
  };
}

/** In the layout in which web-llm fetches a model: /mlc/resolve/main/FILE. */
async function writeToyModel(publicDir: string): Promise<string> {
  const { files } = writeTinyMlc(await readMinilib(), { endBias: -20 });
  const folder = join(publicDir, 'mlc/resolve/main');
  await mkdir(folder, { recursive: true });
  for (const [name, blob] of files) await writeFile(join(folder, name), new Uint8Array(await blob.arrayBuffer()));
  await writeFile(join(publicDir, 'mlc/files.json'), JSON.stringify([...files.keys()]));
  return publicDir;
}

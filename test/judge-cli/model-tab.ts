import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { type PreviewServer, build, preview } from 'vite';
import { type Failure, type Result, err, failure, messageOf } from '#vocabulary';
import { isolationHeaders } from '../../relay/headers.ts';
import { launchChromium } from '../browser/chromium.ts';

/** A real tab that holds a model, asked one thing after the other. */
export interface ModelTab {
  /** An error is the end of the tab. */
  ask<T>(work: (page: Page) => Promise<Result<T, Failure>>): Promise<Result<T, Failure>>;
  close(): Promise<void>;
}

const CLOSE_MS = 5_000;
const goOn =
  'What was done is kept: the same command goes on from there. Should it happen again, close what else needs memory, ' +
  'or use fewer threads (--threads 1).';

/**
 * Builds the page, opens it in a browser, gives its file input the model and lets it load that. Throws where there is no
 * browser.
 */
export async function openModelTab(
  pageFolder: string,
  modelFile: string,
  load: (page: Page) => Promise<Result<void, Failure>>,
): Promise<Result<ModelTab, Failure>> {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-tab-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // The browser's own handling of an interrupt ends this process before anything that waits.
  process.once('exit', removeFolder);
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    // A crashed tab may keep browser and server from closing.
    const closed = Promise.all([browser?.close(), server?.close()]);
    await Promise.race([closed, setTimeout(CLOSE_MS, undefined, { ref: false })]);
    removeFolder();
    process.off('exit', removeFolder);
  };
  try {
    server = await servePage(pageFolder, folder);
    browser = await launchChromium();
    const page = await browser.newPage();
    const lost = lossOf(page);
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.setInputFiles('input', modelFile);
    const loaded = await withoutLoss(lost, load(page));
    if (!loaded.ok) {
      await close();
      return loaded;
    }
    return {
      ok: true,
      value: {
        async ask(work) {
          const answer = await withoutLoss(lost, work(page));
          return answer.ok || answer.error.remedy === goOn ? answer : err({ ...answer.error, remedy: goOn });
        },
        close,
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function servePage(pageFolder: string, folder: string): Promise<PreviewServer> {
  await build({
    configFile: false,
    root: pageFolder,
    logLevel: 'error',
    // The engine library is larger than what Vite finds proper for a page.
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 },
  });
  return preview({
    configFile: false,
    root: pageFolder,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 0, headers: { ...isolationHeaders } },
  });
}

/** Resolves when the tab is gone: what is asked of a crashed tab might never be answered. */
function lossOf(page: Page): Promise<Failure> {
  return new Promise((resolve) => {
    page.once('crash', () => resolve(failure('tab-crashed', 'The tab with the model crashed.', goOn)));
    page.once('close', () => resolve(failure('tab-closed', 'The tab with the model was closed.', goOn)));
  });
}

async function withoutLoss<T>(lost: Promise<Failure>, work: Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
  const told = work.catch((cause: unknown) =>
    err(failure('tab-failed', `The tab with the model failed: ${messageOf(cause)}`, goOn)),
  );
  return Promise.race([told, lost.then((error) => err(error))]);
}

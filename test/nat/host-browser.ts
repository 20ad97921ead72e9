import { chmod, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { chromiumFlags, findChromium, installationHint } from '../browser/chromium.ts';
import type { Host } from './network.ts';

const typeByExtension: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
/** Pages need a secure context, and in every namespace localhost is one. Nothing listens there: requests are answered here. */
const ORIGIN = 'http://localhost';

/** A browser on a host of the laboratory. */
export interface HostBrowser {
  /** A tab with storage of its own that shows the laboratory's page. */
  openTab(): Promise<Page>;
  close(): Promise<void>;
}

export async function openHostBrowser(host: Host, pageFolder: string, scratchFolder: string): Promise<HostBrowser> {
  const chromiumPath = findChromium();
  if (chromiumPath === undefined) throw new Error(`No Chromium or Chrome found. ${installationHint}`);
  const wrapper = join(scratchFolder, `chromium-${host.namespace}`);
  await writeFile(wrapper, `#!/bin/sh\nexec ip netns exec ${host.namespace} '${chromiumPath}' "$@"\n`);
  await chmod(wrapper, 0o755);
  const browser: Browser = await chromium.launch({
    executablePath: wrapper,
    args: ['--headless=new', ...chromiumFlags],
    // The laboratory stops its browsers itself, before it takes their networks away.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return {
    async openTab() {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.once('close', () => void context.close().catch(() => undefined));
      page.on('pageerror', (error) => process.stderr.write(`${host.namespace}: ${error.stack ?? error.message}\n`));
      await page.route(`${ORIGIN}/**`, async (route) => {
        const path = new URL(route.request().url()).pathname;
        const file = resolve(pageFolder, `.${path === '/' ? '/index.html' : path}`);
        if (!file.startsWith(pageFolder + sep)) return route.fulfill({ status: 404 });
        await route.fulfill({
          body: await readFile(file),
          contentType: typeByExtension[extname(file)] ?? 'application/octet-stream',
        });
      });
      await page.goto(`${ORIGIN}/`);
      await page.waitForFunction(() => globalThis.nat !== undefined);
      return page;
    },
    close: () => browser.close(),
  };
}

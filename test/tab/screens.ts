/**
 * Draws every state of the page to PNG files in test-results/screens, to be looked at:
 * `node test/tab/screens.ts [state…]`. Widths 1680, 1280 and 390, light and dark; on the narrow one each view in turn.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { type Page } from 'playwright-core';
import { createServer } from 'vite';
import { launchChromium } from '../browser/chromium.ts';
import { states } from './fixtures/states.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('../../test-results/screens/', import.meta.url));
const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(states);

await mkdir(folder, { recursive: true });
const server = await createServer({
  root,
  configFile: false,
  plugins: [react()],
  server: { port: 0 },
  logLevel: 'warn',
});
await server.listen();
const browser = await launchChromium();
try {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1680, 1280, 390]) {
      const context = await browser.newContext({
        viewport: { width, height: width === 390 ? 844 : 900 },
        colorScheme: theme,
        reducedMotion: 'reduce',
        isMobile: width === 390,
        hasTouch: width === 390,
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complain(`page error: ${error.message}`));
      for (const name of names) await draw(page, name, `${width}-${theme}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}

function complain(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

async function draw(page: Page, name: string, kind: string): Promise<void> {
  const address = server.resolvedUrls?.local[0] ?? '';
  await page.goto(`${address}test/tab/page/screen.html?state=${name}`);
  await page.locator('.app').waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}-${kind}.png` });
  const others = kind.startsWith('390') ? page.locator('.views > button') : page.locator('.side-tabs > button');
  for (let index = 1; index < (await others.count()); index++) {
    await others.nth(index).click();
    const word = (await others.nth(index).innerText()).trim().toLowerCase();
    await page.screenshot({ path: `${folder}${name}-${kind}-${word}.png` });
  }
  if (name.startsWith('sharing')) await drawSharing(page, `${name}-${kind}`);
  if (name.startsWith('models') || name === 'empty') await drawModels(page, `${name}-${kind}`);
  if (name.startsWith('network') || name === 'hostile') await drawNetwork(page, `${name}-${kind}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) complain(`${name}, ${kind}: ${overflow} px wider than the window`);
}

/** The view of all models, above and below. */
async function drawModels(page: Page, name: string): Promise<void> {
  const views = page.locator('.views > button, .side-tabs > button');
  if ((await views.count()) > 0) await views.last().click();
  await page.getByRole('button', { name: 'Choose or keep models' }).click();
  await page.getByRole('dialog').waitFor();
  await page.screenshot({ path: `${folder}${name}-all.png` });
  await page.locator('.sheet-body').evaluate((body) => body.scrollTo(0, body.scrollHeight));
  await page.screenshot({ path: `${folder}${name}-all-end.png` });
}

/** What a person allows of work for others, opened. */
async function drawSharing(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'When and how much' }).click();
  await page.locator('.sharing-body').scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}${name}-limits.png` });
}

/** Rooms, then everything of the network, above and below. */
async function drawNetwork(page: Page, name: string): Promise<void> {
  if ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Escape');
  const views = page.locator('.views > button, .side-tabs > button');
  if ((await views.count()) > 0) await views.last().click();
  await page.locator('.peer-cards').scrollIntoViewIfNeeded();
  for (const closed of await page.getByRole('button', { name: 'Connection and standing' }).all()) {
    await closed.click();
    break;
  }
  await page.screenshot({ path: `${folder}${name}-peers-cards.png` });
  await page.getByRole('button', { name: /private room|change the room/u }).click();
  await page.locator('.sheet').waitFor();
  await page.screenshot({ path: `${folder}${name}-rooms.png` });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Limits, transfers and network' }).click();
  await page.locator('.sheet').waitFor();
  await page.screenshot({ path: `${folder}${name}-network.png` });
  await page.locator('.sheet-body').evaluate((body) => body.scrollTo(0, body.scrollHeight));
  await page.screenshot({ path: `${folder}${name}-network-end.png` });
}

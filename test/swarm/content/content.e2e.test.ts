import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelManifest } from '#inference';
import { createSeededRandom, sha256Hex } from '#vocabulary';
import { describeFile, describeModel } from '../../inference/store/shelf-bench.ts';
import { type ContentLaboratory, openContentLaboratory } from './content-tabs.ts';

const model = Uint8Array.from(createSeededRandom('a model').bytes(9 * 2 ** 20 + 12_345));
const manifest: ModelManifest = {
  ...describeModel('shared', describeFile('model.bin', model)),
  files: [{ ...describeFile('model.bin', model), sources: [{ type: 'own-origin', path: '/model.bin' }] }],
};
const digest = sha256Hex(model);

let lab: ContentLaboratory;
let open: Page[] = [];
beforeAll(async () => {
  lab = await openContentLaboratory(model);
});
afterAll(async () => lab.close());
beforeEach(() => {
  Object.assign(lab.server, { sentBytes: 0, bytesPerSecond: undefined, isDown: false });
  lab.server.ranges.length = 0;
});
afterEach(async () => {
  await Promise.all(open.map((page) => page.close()));
  open = [];
});

async function openTab(name: string): Promise<Page> {
  const page = await lab.openTab(`${name}-${crypto.randomUUID()}`);
  open.push(page);
  return page;
}

async function openSeeder(): Promise<Page> {
  const seeder = await openTab('seeder');
  expect(await seeder.evaluate((given) => globalThis.contentTab.adopt(given, '/model.bin'), manifest)).toBe(true);
  lab.server.sentBytes = 0;
  lab.server.ranges.length = 0;
  return seeder;
}

const connected = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction((wanted) => globalThis.contentTab.direct() >= wanted, count, { timeout: 60_000 });
const obtain = (page: Page): Promise<number | string> =>
  page.evaluate((given) => globalThis.contentTab.obtain(given), manifest);
const digestIn = (page: Page): Promise<string | undefined> =>
  page.evaluate((given) => globalThis.contentTab.digest(given), manifest);

describe('a model in several tabs', () => {
  test('R55, R65: newcomers get it from the tab that has it; the server sends a part of one copy at most', async () => {
    const seeder = await openSeeder();
    const takers = await Promise.all(['anna', 'berta'].map(openTab));
    for (const page of takers) await connected(page, 2);
    // A line of 1 MB/s to the internet.
    lab.server.bytesPerSecond = 1e6;
    expect(await Promise.all(takers.map(obtain))).toEqual(takers.map(() => expect.any(Number)));
    for (const page of takers) {
      expect(await digestIn(page)).toBe(digest);
      const state = await page.evaluate(() => globalThis.contentTab.state());
      expect(state?.takenBytes).toBeGreaterThan(model.length / 2);
      expect((state?.takenBytes ?? 0) + (state?.serverBytes ?? 0)).toBe(model.length);
    }
    expect(lab.server.sentBytes).toBeLessThan(model.length);
    const given = await seeder.evaluate(() => globalThis.contentTab.state()?.givenBytes ?? 0);
    expect(given).toBeGreaterThan(model.length / 4);
    // Who got it gives it.
    await seeder.close();
    lab.server.isDown = true;
    const third = await openTab('carla');
    await connected(third, 2);
    expect(await obtain(third)).toEqual(expect.any(Number));
    expect(await digestIn(third)).toBe(digest);
  });

  test('R63: a tab alone gets it from the server in one request', async () => {
    const alone = await openTab('alone');
    expect(await obtain(alone)).toEqual(expect.any(Number));
    expect(lab.server.ranges).toEqual(['all']);
    expect(await digestIn(alone)).toBe(digest);
  });

  test('R63: a tab that began at a slow server goes on from a peer that turns up', async () => {
    await openSeeder();
    lab.server.bytesPerSecond = 2e6;
    const early = await openTab('early');
    // Begins before it knows anybody.
    expect(await obtain(early)).toEqual(expect.any(Number));
    expect(await digestIn(early)).toBe(digest);
    const state = await early.evaluate(() => globalThis.contentTab.state());
    expect(state?.takenBytes).toBeGreaterThan(0);
  });

  test('R61: after a reload in the middle only what is missing is fetched', async () => {
    const seeder = await openSeeder();
    const name = `reloader-${crypto.randomUUID()}`;
    const page = await lab.openTab(name);
    open.push(page);
    await connected(page, 1);
    lab.server.isDown = true;
    await seeder.evaluate(() => globalThis.contentTab.limitUploads(3e6));
    const first = obtain(page).catch(() => 'reloaded');
    while ((await page.evaluate(() => globalThis.contentTab.arrivedBytes())) === 0) await page.waitForTimeout(50);
    await page.reload();
    await first;
    await page.waitForFunction(() => globalThis.contentTab !== undefined);
    await lab.join(page, name);
    const kept = await page.evaluate(() => globalThis.contentTab.arrivedBytes());
    expect(kept).toBeGreaterThan(0);
    await connected(page, 1);
    expect(await obtain(page)).toEqual(expect.any(Number));
    expect(await digestIn(page)).toBe(digest);
    const state = await page.evaluate(() => globalThis.contentTab.state());
    expect(kept).toBeLessThan(model.length);
    expect(state?.takenBytes).toBe(model.length - kept);
  });
});

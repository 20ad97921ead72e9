import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { type ModelFile, type ModelPackage, openModelStore } from '#inference';
import { createSeededRandom, sha256Hex } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { browserRoom } from '../../../src/inference/store/storage-room.browser.ts';
import { webLocks } from '../../../src/inference/store/store-locks.web.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { type Place, content, model, openPageShelf, pieceServer } from './page-storage.ts';
import { quiet } from './shelf-bench.ts';

const file = model.files[0] as ModelFile;
const folders: string[] = [];
function newFolder(): string {
  const folder = `test-${crypto.randomUUID()}`;
  folders.push(folder);
  return folder;
}
const noFetch = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

afterAll(async () => {
  const root = await navigator.storage.getDirectory();
  for (const folder of folders) {
    await root.removeEntry(folder, { recursive: true }).catch(() => undefined);
    await caches.delete(folder);
  }
});

async function isWhole(found: ModelPackage | undefined): Promise<boolean> {
  const blob = found?.files.get('m.bin');
  return blob !== undefined && sha256Hex(new Uint8Array(await blob.arrayBuffer())) === file.sha256;
}

/** A tab that is closed when `isEnough` says so. */
async function downloadAndClose(place: Place, folder: string, isEnough: (sentBytes: number) => boolean): Promise<void> {
  const worker = new Worker(new URL('./downloading-worker.ts', import.meta.url), { type: 'module' });
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.addEventListener('message', ({ data }: MessageEvent<number>) => isEnough(data) && resolve());
    worker.postMessage({ place, folder });
  });
  worker.terminate();
}

describe.each<Place>(['opfs', 'cache'])('a shelf in %s', (place) => {
  test('R14: what it keeps outlives it, is listed, checked, served and removed', async () => {
    const folder = newFolder();
    const { fetch, ranges } = pieceServer();
    const first = await openPageShelf(place, folder, fetch);
    const obtained = await first.obtain(model, quiet);
    expect(await isWhole(obtained.ok ? obtained.value : undefined)).toBe(true);

    const next = await openPageShelf(place, folder, noFetch);
    expect(await isWhole(await next.find(model))).toBe(true);
    expect(await next.kept()).toMatchObject([{ manifest: model, arrivedBytes: content.length, origin: 'catalogue' }]);
    expect(await next.check(model, quiet)).toMatchObject({ ok: true, value: { isWhole: true } });
    expect(await next.content.read(file.sha256, partBytes - 10, 20)).toEqual(
      content.slice(partBytes - 10, partBytes + 10),
    );
    const usage = await next.usage();
    expect(usage).toMatchObject({ place, modelBytes: content.length, otherBytes: 0 });
    expect(usage.origin?.usedBytes).toBeGreaterThan(content.length);
    expect(ranges).toEqual(['all']);
    await next.remove(model);
    expect(await first.kept()).toEqual([]);
    expect(await first.content.has(file.sha256)).toBe(false);
  });

  test('R15: a tab that is closed while it downloads leaves whole parts, and another goes on from there', async () => {
    const folder = newFolder();
    await downloadAndClose(place, folder, (sentBytes) => sentBytes > 2 * partBytes + 1_000);
    const { fetch, ranges } = pieceServer();
    const shelf = await openPageShelf(place, folder, fetch);
    const obtained = await shelf.obtain(model, quiet);
    expect(await isWhole(obtained.ok ? obtained.value : undefined)).toBe(true);
    expect([`bytes=${2 * partBytes}-`, `bytes=${3 * partBytes}-`]).toContain(ranges.join());
  });

  test('R15: however often and whenever it is closed, nothing broken is kept', async () => {
    const folder = newFolder();
    const random = createSeededRandom(`closing ${place}`);
    for (let closing = 0; closing < 6; closing++) {
      const after = random.next() * 2 * partBytes;
      await downloadAndClose(place, folder, (sentBytes) => sentBytes > after || (sentBytes === 0 && closing % 2 === 1));
    }
    const { fetch, ranges } = pieceServer();
    const shelf = await openPageShelf(place, folder, fetch);
    const obtained = await shelf.obtain(model, quiet);
    expect(await isWhole(obtained.ok ? obtained.value : undefined)).toBe(true);
    // Resumed, not begun again because something was found wrong.
    expect(ranges.length).toBeLessThanOrEqual(1);
  });

  test('R18: of two tabs one downloads, and both have it', async () => {
    const folder = newFolder();
    const { fetch, ranges } = pieceServer();
    const tabs = await Promise.all([1, 2].map(() => openPageShelf(place, folder, fetch)));
    const obtained = await Promise.all(tabs.map((tab) => tab.obtain(model, quiet)));
    for (const each of obtained) expect(await isWhole(each.ok ? each.value : undefined)).toBe(true);
    expect(ranges).toEqual(['all']);
  });

  test("R55: a person's own model is imported, and found after a reload", async () => {
    const folder = newFolder();
    const shelf = await openPageShelf(place, folder, noFetch);
    const chosen = new File([writeTinyGguf()], 'my model.gguf');
    const imported = await shelf.importFiles([{ name: chosen.name, blob: chosen }], quiet);
    expect(imported).toMatchObject({ ok: true, value: { name: 'tiny', format: 'gguf' } });
    const next = await openPageShelf(place, folder, noFetch);
    const [kept] = await next.kept();
    expect(kept).toMatchObject({ origin: 'own', manifest: { name: 'tiny' } });
    expect(kept && (await next.find(kept.manifest))?.files.get('model.gguf')?.size).toBe(chosen.size);
  });
});

describe('room as the browser gives it', () => {
  const setQuota = (quotaSize?: number): Promise<unknown> =>
    cdp().send('Storage.overrideQuotaForOrigin', {
      origin: location.origin,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });
  const usedBytes = async (): Promise<number> => (await browserRoom.estimate())?.usedBytes ?? 0;
  afterEach(async () => {
    await setQuota();
  });

  test('R20: what cannot fit is not begun', async () => {
    await setQuota((await usedBytes()) + 5_000_000);
    const { fetch, ranges } = pieceServer();
    const refused = await (await openPageShelf('opfs', newFolder(), fetch)).obtain(model, quiet);
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/Model m needs 13 MB more, .* only 4 MB more/);
    expect(ranges).toEqual([]);
  });

  test.each<Place>(['opfs', 'cache'])(
    'R20: storage that fills up in mid-download (%s) is said, and it goes on when there is room',
    async (place) => {
      const folder = newFolder();
      let isFull = false;
      const { fetch, ranges } = pieceServer(async (sentBytes) => {
        if (isFull || sentBytes < 1.5 * partBytes) return;
        isFull = true;
        await setQuota((await usedBytes()) + 1_000);
      });
      const shelf = await openPageShelf(place, folder, fetch);
      const stopped = await shelf.obtain(model, quiet);
      expect(isFull).toBe(true);
      expect(stopped).toMatchObject({ ok: false, error: { type: 'quota' } });
      expect(stopped.ok ? '' : stopped.error.message).toBe('There is no room left to keep the model.');
      expect(await shelf.kept()).toMatchObject([{ arrivedBytes: partBytes }]);
      await setQuota();
      const obtained = await shelf.obtain(model, quiet);
      expect(await isWhole(obtained.ok ? obtained.value : undefined)).toBe(true);
      expect(ranges).toEqual(['all', `bytes=${partBytes}-`]);
    },
  );

  test('R53: room is made by the model used longest ago, but not by the one in use', async () => {
    const shelf = await openPageShelf('opfs', newFolder(), pieceServer().fetch);
    await shelf.obtain(model, quiet);
    const own = await shelf.importFiles([{ name: 'a.gguf', blob: writeTinyGguf() }], quiet);
    expect(own.ok).toBe(true);
    await setQuota((await usedBytes()) + 1_000);
    const release = await shelf.use(model.id);
    const made = await shelf.makeRoom(100_000);
    expect(made).toMatchObject({ ok: true, value: { removed: [{ manifest: { name: 'tiny' } }] } });
    expect(await shelf.makeRoom(10_000_000)).toMatchObject({ ok: false, error: { type: 'quota' } });
    release();
    await expect.poll(() => webLocks.isTaken(`peerage/model-in-use/${model.id}`)).toBe(false);
    expect(await shelf.makeRoom(10_000_000)).toMatchObject({ ok: true, value: { removed: [{ manifest: model }] } });
    expect(await shelf.kept()).toEqual([]);
  });

  test('R53: a tab that ends releases the model it used', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const locks = frame.contentWindow?.navigator.locks;
    const taken = new Promise<void>((resolve) => {
      void locks?.request('peerage/model-in-use/x', { mode: 'shared' }, () => new Promise(() => resolve()));
    });
    await taken;
    expect(await webLocks.isTaken('peerage/model-in-use/x')).toBe(true);
    frame.remove();
    await expect.poll(() => webLocks.isTaken('peerage/model-in-use/x')).toBe(false);
  });

  test('R54: whether the browser keeps all for good is what it says', async () => {
    const shelf = await openModelStore({ folderName: newFolder() });
    expect((await shelf.usage()).isPersistent).toBe(await navigator.storage.persisted());
  });
});

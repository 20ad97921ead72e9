import { afterAll, describe, expect, test } from 'vitest';
import type { ModelManifest, ModelPackage, ModelShelf } from '#inference';
import { type ContentExchange, createContentExchange, createRpc, hashBytes } from '#swarm';
import { type Clock, asPeerId, createSeededRandom, sha256Hex, systemClock } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';
import { describeFile, describeModel, quiet } from '../../inference/store/shelf-bench.ts';
import { type Place, openPageShelf } from '../../inference/store/page-storage.ts';

const content = Uint8Array.from(createSeededRandom('opfs').bytes(3 * partBytes + 1_000));
const model: ModelManifest = describeModel('m', describeFile('m.bin', content));
const noFetch = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

const folders: string[] = [];
afterAll(async () => {
  const root = await navigator.storage.getDirectory();
  for (const folder of folders) {
    await root.removeEntry(folder, { recursive: true }).catch(() => undefined);
    await caches.delete(folder);
  }
});

/**
 * Delivers in the order of sending. Timers of browsers do not: a nested one waits 4 ms where another waits 1, and calls
 * rely on the order that the swarm promises.
 */
const inOrder: Clock = {
  now: systemClock.now,
  after(delayMs, action) {
    if (delayMs > 100) return systemClock.after(delayMs, action);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', action, { once: true });
    port1.start();
    port2.postMessage(undefined);
    return () => port1.removeEventListener('message', action);
  },
};

interface Tab {
  readonly shelf: ModelShelf;
  readonly exchange: ContentExchange;
}

/** Tabs over real storage and real calls; only the network between them is in memory. */
function openTabs(place: Place): (name: string, folder?: string) => Promise<Tab> {
  const random = createSeededRandom('tabs');
  const network = createMemorySwarmNetwork({ clock: inOrder, random, latencyMs: 1 });
  return async (name, folder = `content-${crypto.randomUUID()}`) => {
    folders.push(folder);
    const swarm = network.join(asPeerId(name));
    const shelf = await openPageShelf(place, folder, noFetch, [model]);
    const exchange = createContentExchange({
      swarm,
      rpc: createRpc({ swarm, clock: systemClock }),
      clock: systemClock,
      random,
      hash: hashBytes,
      local: shelf.content,
    });
    shelf.addSource(exchange.asFileSource());
    await swarm.start();
    return { shelf, exchange };
  };
}

async function digestOf(found: ModelPackage | undefined): Promise<string | undefined> {
  const blob = found?.files.get('m.bin');
  return blob === undefined ? undefined : sha256Hex(new Uint8Array(await blob.arrayBuffer()));
}

describe.each<Place>(['opfs', 'cache'])('a model from another tab into %s', (place) => {
  test('R61: what a closed tab got of it is checked and kept by the next; only the rest is fetched', async () => {
    const openTab = openTabs(place);
    const seeder = await openTab('seeder');
    await seeder.shelf.adopt(model, [new Blob([content])]);
    await expect.poll(() => seeder.exchange.getState().offered.length, { timeout: 20_000 }).toBe(1);
    seeder.exchange.setLimits({ isSharing: true, uploadBytesPerSecond: 8e6, maxUploads: 4 });
    const folder = `content-${crypto.randomUUID()}`;
    const first = await openTab('first', folder);
    const closing = new AbortController();
    const cut = first.shelf.obtain(model, { ...quiet, signal: closing.signal });
    const arrived = async (): Promise<number> => (await first.shelf.kept())[0]?.arrivedBytes ?? 0;
    await expect.poll(arrived, { interval: 20, timeout: 60_000 }).toBeGreaterThan(0);
    closing.abort();
    expect(await cut).toMatchObject({ ok: false, error: { type: 'aborted' } });
    first.exchange.close();

    const next = await openTab('next', folder);
    const kept = (await next.shelf.kept())[0]?.arrivedBytes ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(content.length);
    const obtained = await next.shelf.obtain(model, quiet);
    expect(await digestOf(obtained.ok ? obtained.value : undefined)).toBe(model.files[0]?.sha256);
    expect(next.exchange.getState().takenBytes).toBe(content.length - kept);
    // And nothing of it is there twice.
    expect(await next.shelf.usage()).toMatchObject({ place, modelBytes: content.length, otherBytes: 0 });
    await expect.poll(() => next.exchange.getState().offered.length).toBe(1);
  });
});

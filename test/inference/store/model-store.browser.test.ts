import { afterEach, expect, test } from 'vitest';
import { type ModelManifest, openModelStore } from '#inference';
import { asModelId, createSeededRandom, sha256Hex } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { openOpfsModelFiles } from '../../../src/inference/store/model-files.opfs.ts';

const folder = `test-${crypto.randomUUID()}`;
const content = Uint8Array.from(createSeededRandom('model').bytes(partBytes + 1000));
content.set(new TextEncoder().encode('GGUF'));
const file = { sizeBytes: content.length, sha256: sha256Hex(content) };
const served = URL.createObjectURL(new Blob([content]));
const manifest: ModelManifest = {
  id: asModelId('test'),
  name: 'Test',
  format: 'gguf',
  purpose: 'chat',
  licence: 'none',
  parameters: 1,
  contextTokens: 1,
  needsF16: false,
  memoryBytes: {},
  files: [{ name: 'test.gguf', ...file, sources: [{ type: 'own-origin', path: served }] }],
};
const quiet = { onProgress: () => undefined };

afterEach(async () => {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(folder, { recursive: true });
});

test('R14: files outlive the store that fetched them', async () => {
  const first = await openModelStore({ folderName: folder });
  expect(first.notice).toBeUndefined();
  expect(await first.find(manifest)).toBeUndefined();
  const obtained = await first.obtain(manifest, quiet);
  expect(obtained.ok).toBe(true);

  const second = await openModelStore({ folderName: folder });
  const found = await second.find(manifest);
  const blob = found?.files.get('test.gguf');
  expect(blob && sha256Hex(new Uint8Array(await blob.arrayBuffer()))).toBe(file.sha256);
  await second.remove(manifest);
  expect(await first.find(manifest)).toBeUndefined();
  await second.remove(manifest);
});

test('R14: parts without the mark of a finished check are no model', async () => {
  const files = await openOpfsModelFiles(folder);
  await files?.writePart(file.sha256, 0, content.slice(0, partBytes));
  await files?.writePart(file.sha256, 1, content.slice(partBytes));
  const store = await openModelStore({ folderName: folder });
  expect(await store.find(manifest)).toBeUndefined();
  // All bytes are there: nothing is fetched, only checked.
  const sources = [{ type: 'own-origin', path: '/nowhere' }] as const;
  const noSource = { ...manifest, files: manifest.files.map((one) => ({ ...one, sources })) };
  expect((await store.obtain(noSource, quiet)).ok).toBe(true);
  expect(await store.find(manifest)).toBeDefined();
});

test('R18: two tabs at once fetch once', async () => {
  const stores = [await openModelStore({ folderName: folder }), await openModelStore({ folderName: folder })];
  const phases: string[][] = [[], []];
  const obtained = await Promise.all(
    stores.map((store, tab) =>
      store.obtain(manifest, { onProgress: ({ receivedBytes }) => phases[tab]?.push(`${receivedBytes}`) }),
    ),
  );
  expect(obtained.map((result) => result.ok)).toEqual([true, true]);
  // The second finds the file when its turn comes.
  expect(phases.filter((steps) => steps.includes(`${content.length}`))).toHaveLength(1);
});

test('R19: a tab that waits for another can be stopped', async () => {
  const store = await openModelStore({ folderName: folder });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const holding = navigator.locks.request(`peerage/model/${file.sha256}`, () => held);
  const abort = new AbortController();
  const waiting = store.obtain(manifest, { ...quiet, signal: abort.signal });
  abort.abort();
  expect(await waiting).toMatchObject({ ok: false, error: { type: 'aborted' } });
  release();
  await holding;
});

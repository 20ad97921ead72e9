import { describe, expect, test } from 'vitest';
import type { ModelShelf } from '#inference';
import { err, failure, ok } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { content, expectWhole, model, openBetween, peers } from './peer-bench.ts';
import { describeFile, describeModel, openShelf, quiet } from './shelf-bench.ts';

describe('files for peers', () => {
  async function openFilled(): Promise<{
    shelf: ModelShelf;
    sha256: string;
    files: ReturnType<typeof createMemoryModelFiles>;
  }> {
    const files = createMemoryModelFiles();
    const shelf = openShelf({ files, known: [model] });
    await shelf.adopt(model, [new Blob([content])]);
    return { shelf, sha256: model.files[0]?.sha256 ?? '', files };
  }

  test('R58: ranges of verified files of the catalogue are read', async () => {
    const { shelf, sha256 } = await openFilled();
    expect(await shelf.content.offered()).toEqual([{ sha256, sizeBytes: content.length, name: model.name }]);
    expect(await shelf.content.has(sha256)).toBe(true);
    for (const [offset, length] of [
      [0, 10],
      [partBytes - 5, 10],
      [content.length - 1, 1],
      [content.length, 0],
      [3, 2 ** 20],
    ] as const)
      expect(await shelf.content.read(sha256, offset, length)).toEqual(content.slice(offset, offset + length));
  });

  test("R58: a person's own model is not even there for peers", async () => {
    const { shelf, sha256 } = await openFilled();
    const imported = await shelf.importFiles([{ name: 'mine.gguf', blob: writeTinyGguf() }], quiet);
    if (!imported.ok) throw new Error(imported.error.message);
    // Also when it is obtained again, or checked, as one that is listed.
    expect((await shelf.obtain(imported.value, quiet)).ok).toBe(true);
    expect((await shelf.repair(imported.value, quiet)).ok).toBe(true);
    const own = imported.value.files[0]?.sha256 ?? '';
    expect(await shelf.content.has(own)).toBe(false);
    expect(await shelf.content.read(own, 0, 1)).toBeUndefined();
    expect((await shelf.content.offered()).map((offer) => offer.sha256)).toEqual([sha256]);
  });

  test("R58: peers are not asked for a file of a person's own model, which would tell them of it", async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf } = openBetween([source]);
    const imported = await shelf.importFiles([{ name: 'mine.gguf', blob: writeTinyGguf() }], quiet);
    if (!imported.ok) throw new Error(imported.error.message);
    await shelf.remove(imported.value);
    expect(await shelf.obtain(imported.value, quiet)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(source.jobs).toEqual([]);
  });

  test('R58: unsound questions get nothing', async () => {
    const { shelf, sha256 } = await openFilled();
    for (const [offset, length] of [
      [-1, 10],
      [0, -1],
      [0, content.length + 1],
      [content.length - 1, 2],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [2 ** 53, 1],
      [0, 2 ** 20 + 1],
    ] as const)
      expect(await shelf.content.read(sha256, offset, length)).toBeUndefined();
    for (const name of ['', '..', `${sha256}/..`, sha256.toUpperCase(), 'f'.repeat(64), '__proto__'])
      expect([await shelf.content.has(name), await shelf.content.read(name, 0, 1)]).toEqual([false, undefined]);
  });

  test('R58: an unfinished or removed file is not offered', async () => {
    const { shelf, sha256, files } = await openFilled();
    await shelf.content.read(sha256, 0, 1);
    await files.writeMark(sha256, '');
    expect(await shelf.content.has(sha256)).toBe(false);
    expect(await shelf.content.offered()).toEqual([]);
    await shelf.remove(model);
    expect(await shelf.content.has(sha256)).toBe(false);
  });

  test('R58: a model that was looked up at its hub is as public as one of the catalogue', async () => {
    const shelf = openShelf({ fetch: () => Promise.resolve(new Response(content)) });
    // Described by a hub, known to no catalogue of this browser.
    const found = describeModel(
      'SmolLM2-135M-Instruct-q0f32-MLC',
      describeFile('shard.bin', content, 'https://hub.example/'),
    );
    expect((await shelf.obtain(found, quiet)).ok).toBe(true);
    expect((await shelf.content.offered()).map(({ sizeBytes }) => sizeBytes)).toEqual([content.length]);
  });

  test('R58: who listens hears when files come and go', async () => {
    const shelf = openShelf({ known: [model] });
    const seen: number[] = [];
    const stop = shelf.content.onChange(() => seen.push(seen.length));
    await shelf.adopt(model, [new Blob([content])]);
    expect(seen).toHaveLength(1);
    await shelf.remove(model);
    expect(seen).toHaveLength(2);
    stop();
    await shelf.adopt(model, [new Blob([content])]);
    expect(seen).toHaveLength(2);
  });

  test('R58: one tab serves what another fetches', async () => {
    const { shelf: giver } = await openFilled();
    const taker = openShelf({ fetch: () => Promise.reject(new Error('offline')), known: [model] });
    taker.addSource({
      ...peers(content, []),
      async fill({ content: { sha256, sizeBytes }, draft, verify }) {
        for (let part = 0; part * partBytes < sizeBytes; part++) {
          const bytes = new Uint8Array(Math.min(partBytes, sizeBytes - part * partBytes));
          for (let offset = 0; offset < bytes.length; offset += 2 ** 20) {
            const length = Math.min(2 ** 20, bytes.length - offset);
            bytes.set((await giver.content.read(sha256, part * partBytes + offset, length)) ?? [], offset);
          }
          await draft.write(part, bytes);
        }
        return (await verify()) ? ok(undefined) : err(failure('wrong', 'wrong'));
      },
    });
    await expectWhole(taker);
  });
});

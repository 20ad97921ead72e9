import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRoom, freeUpTo } from '../../../src/inference/store/storage-room.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { createKeptModelFiles, createRoom, describeFile, describeModel, openShelf } from './shelf-bench.ts';

const withRoomFor = (freeBytes: number): ModelFiles => ({
  ...createKeptModelFiles(),
  canTake: (bytes) => Promise.resolve(bytes <= freeBytes),
});

describe('room that was tried out', () => {
  test('R20: free room is found to a megabyte, never more than there is', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(1e12), fc.nat(1e12), async (bytes, freeBytes) => {
        const found = await freeUpTo(bytes, { files: withRoomFor(freeBytes), room: createRoom({}) });
        const most = Math.min(bytes, freeBytes);
        expect(found).toBeLessThanOrEqual(most);
        expect(found).toBeGreaterThanOrEqual(most - 2 ** 20);
      }),
    ));

  test('R20: it counts more than what the browser estimates', async () => {
    const room = createRoom({ estimate: { usedBytes: 0, quotaBytes: 10 * 2 ** 30 } });
    const checked = await checkRoom('It', 8e9, { files: withRoomFor(3e9), room });
    expect(checked.ok ? '' : checked.error.message).toMatch(/needs 8,000 MB more, .* only 3,000 MB more/);
    expect(await checkRoom('It', 2e9, { files: withRoomFor(3e9), room })).toMatchObject({ ok: true });
  });

  test('R20: where nobody can tell, the download begins', async () => {
    const parts = { files: createKeptModelFiles(), room: createRoom({}) };
    expect(await freeUpTo(8e9, parts)).toBeUndefined();
    expect(await checkRoom('It', 8e9, parts)).toMatchObject({ ok: true });
  });

  test('R53: room is made for what does not fit, though the estimate sees plenty', async () => {
    const content = new Uint8Array(3_000_000);
    const model = describeModel('old', describeFile('old.bin', content));
    let freeBytes = 4e6;
    const files = createKeptModelFiles();
    const room = createRoom({ estimate: { usedBytes: 0, quotaBytes: 10 * 2 ** 30 } });
    const shelf = openShelf({
      files: { ...files, canTake: (bytes) => Promise.resolve(bytes <= freeBytes) },
      room,
      known: [model],
    });
    expect((await shelf.adopt(model, [new Blob([content])])).ok).toBe(true);
    freeBytes = 1.1e6;
    expect(await shelf.makeRoom(1_000_000)).toMatchObject({ ok: true, value: { removed: [] } });
    expect(await shelf.makeRoom(9_000_000)).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(await shelf.makeRoom(3_500_000)).toMatchObject({ ok: true, value: { removed: [{ manifest: model }] } });
  });
});

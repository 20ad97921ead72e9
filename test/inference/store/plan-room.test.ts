import { describe, expect, test } from 'vitest';
import {
  type RoomSettings,
  createKeptModelFiles,
  createRoom,
  describeFile,
  describeModel,
  openShelf,
} from './shelf-bench.ts';

const bytes = (length: number, value: number): Uint8Array => {
  const content = new Uint8Array(length).fill(value);
  content.set(new TextEncoder().encode('GGUF'));
  return content;
};

describe('R53: room that would be made', () => {
  test('is told without removing anything, and is what is then removed', async () => {
    const settings: RoomSettings = {};
    const shelf = openShelf({ files: createKeptModelFiles(), room: createRoom(settings) });
    for (const [index, id] of ['first', 'second'].entries()) {
      const content = bytes(1_000, index + 1);
      const file = describeFile(`${id}.gguf`, content);
      await shelf.adopt(describeModel(id, file), [new Blob([content as BlobPart])]);
    }
    settings.estimate = { usedBytes: 3_000, quotaBytes: 3_500 };
    const planned = await shelf.planRoom(1_200);
    expect(planned.ok && planned.value.removed.map(({ manifest }) => manifest.id)).toEqual(['first']);
    expect(planned.ok && planned.value.freedBytes).toBe(1_000);
    expect(await shelf.kept()).toHaveLength(2);
    expect(await shelf.makeRoom(1_200)).toEqual(planned);
    expect((await shelf.kept()).map(({ manifest }) => manifest.id)).toEqual(['second']);
    expect(await shelf.planRoom(9_000)).toMatchObject({ ok: false, error: { type: 'quota' } });
  });
});

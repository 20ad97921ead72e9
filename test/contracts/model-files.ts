import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import type { ModelFiles } from '../../src/inference/store/model-files.ts';

export interface ModelFilesUnderTest {
  readonly files: ModelFiles;
  /** The same storage, opened anew; absent where nothing outlives it. */
  readonly reopen?: () => Promise<ModelFiles>;
}

const bytes = (seed: string, length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createSeededRandom(seed).bytes(length));
const textOf = async (blobs: readonly Blob[]): Promise<string[]> => Promise.all(blobs.map((blob) => blob.text()));
const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));

/** What every place for model files keeps to. `create` gives an empty one on every call. */
export function describeModelFilesContract(
  implementation: string,
  create: () => Promise<ModelFilesUnderTest>,
  place: ModelFiles['place'],
): void {
  describe(`model files contract: ${implementation}`, () => {
    test('R14: it says where it is, and warns where nothing is kept', async () => {
      const { files, reopen } = await create();
      expect(files.place).toBe(place);
      expect(files.notice === undefined).toBe(reopen !== undefined);
      expect(await files.names()).toEqual([]);
    });

    test('R14: what was written is read, also by whoever opens it next', async () => {
      const { files, reopen } = await create();
      const large = bytes('large', 3 * 2 ** 20);
      expect((await files.writePart('a', 0, large)).ok).toBe(true);
      expect((await files.writePart('a', 1, encode('end'))).ok).toBe(true);
      expect((await files.writeMark('a', 'whole')).ok).toBe(true);
      for (const each of [files, await reopen?.()]) {
        if (each === undefined) continue;
        expect(await each.names()).toEqual(['a']);
        expect(await each.sizes('a')).toEqual([large.length, 3]);
        const [first, second] = await each.parts('a');
        expect(new Uint8Array((await first?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(large);
        expect(await second?.text()).toBe('end');
        expect(await each.readMark('a')).toBe('whole');
      }
    });

    test('R14: a part written again replaces the one before', async () => {
      const { files } = await create();
      await files.writePart('a', 0, encode('a longer one'));
      await files.writePart('a', 0, encode('short'));
      await files.writeMark('a', 'first');
      await files.writeMark('a', '');
      expect(await files.sizes('a')).toEqual([5]);
      expect(await textOf(await files.parts('a'))).toEqual(['short']);
      expect(await files.readMark('a')).toBe('');
    });

    test('R15: parts count up to the first that is missing', async () => {
      const { files } = await create();
      await files.writePart('a', 0, encode('0'));
      await files.writePart('a', 2, encode('22'));
      expect(await files.sizes('a')).toEqual([1]);
      await files.writePart('a', 1, encode('111'));
      expect(await textOf(await files.parts('a'))).toEqual(['0', '111', '22']);
      expect([...(await files.partSizes('a'))].toSorted()).toEqual([
        [0, 1],
        [1, 3],
        [2, 2],
      ]);
      await files.removePart('a', 1);
      expect(await files.sizes('a')).toEqual([1]);
      expect(await textOf(await files.parts('a'))).toEqual(['0']);
    });

    test('R15: parts in any order are found and read, gaps or not', async () => {
      const { files, reopen } = await create();
      await files.writePart('a', 12, encode('twelve'));
      await files.writePart('a', 3, encode('three'));
      await files.writeMark('a', 'a mark is no part');
      for (const each of [files, await reopen?.()]) {
        if (each === undefined) continue;
        expect(new Map(await each.partSizes('a'))).toEqual(
          new Map([
            [3, 5],
            [12, 6],
          ]),
        );
        expect(await (await each.readPart('a', 12))?.text()).toBe('twelve');
        expect(await each.readPart('a', 0)).toBeUndefined();
      }
      await files.removePart('a', 12);
      expect([...(await files.partSizes('a')).keys()]).toEqual([3]);
    });

    test('R50: files are apart, and what is removed is gone', async () => {
      const { files } = await create();
      await files.writePart('a', 0, encode('of a'));
      await files.writePart('ab', 0, encode('of ab'));
      await files.writeMark('a', 'a');
      await files.writeMark('c', 'only a mark');
      expect((await files.names()).toSorted()).toEqual(['a', 'ab', 'c']);
      await files.remove('a');
      await files.remove('a');
      await files.removePart('a', 0);
      expect((await files.names()).toSorted()).toEqual(['ab', 'c']);
      expect(await files.parts('a')).toEqual([]);
      expect(await files.readMark('a')).toBeUndefined();
      expect(await textOf(await files.parts('ab'))).toEqual(['of ab']);
      expect(await files.readMark('c')).toBe('only a mark');
    });

    test('R20: it says what cannot fit, or that it cannot tell, and leaves nothing behind', async () => {
      const { files } = await create();
      expect([true, undefined]).toContain(await files.canTake(1_000));
      expect([false, undefined]).toContain(await files.canTake(1e15));
      expect(await files.names()).toEqual([]);
    });

    test('R14: nothing is found where nothing is', async () => {
      const { files } = await create();
      expect(await files.sizes('none')).toEqual([]);
      expect(await files.parts('none')).toEqual([]);
      expect([...(await files.partSizes('none'))]).toEqual([]);
      expect(await files.readPart('none', 0)).toBeUndefined();
      expect(await files.readMark('none')).toBeUndefined();
      await files.remove('none');
    });
  });
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ModelFile, defaultModel } from '#inference';
import { bytesToHex } from '#vocabulary';
import { makeChunkList, shapeOf } from '../../../src/swarm/content/chunk-list.ts';
import { CHUNK_BYTES } from '../../../src/swarm/content/constants.ts';

const digest = (bytes: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()));

/** Where `npm start` keeps models. */
const pathOf = ({ name }: ModelFile): string => join(import.meta.dirname, '../../../.models', name);
const isHere = defaultModel.files.every((file) => existsSync(pathOf(file)));

async function nameOfListOf(handle: FileHandle, sizeBytes: number): Promise<string> {
  const shape = shapeOf(sizeBytes, CHUNK_BYTES);
  if (shape === undefined) throw new Error('The file is empty or too large.');
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const list = await makeChunkList(shape, read, digest);
  if (list === undefined) throw new Error('The file cannot be read.');
  return bytesToHex(await digest(list));
}

test.skipIf(!isHere)(
  'R57: the catalogue names the digest of the default model’s chunk list (skipped where the model was never fetched)',
  async () => {
    for (const file of defaultModel.files) {
      const handle = await open(pathOf(file));
      try {
        expect(file.chunkListSha256).toBe(await nameOfListOf(handle, file.sizeBytes));
      } finally {
        await handle.close();
      }
    }
  },
);

test('R57: a file of the catalogue that has more than one chunk names its chunk list', () => {
  for (const { sizeBytes, chunkListSha256 } of defaultModel.files)
    if (sizeBytes > CHUNK_BYTES) expect(chunkListSha256).toMatch(/^[0-9a-f]{64}$/);
});

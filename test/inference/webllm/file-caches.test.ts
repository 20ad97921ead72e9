import { describe, expect, test } from 'vitest';
import { MODEL_URL, MissingFile, createFileCaches } from '../../../src/inference/webllm/file-caches.webllm.ts';

describe('files as web-llm finds them', () => {
  const files = new Map([
    ['ndarray-cache.json', new Blob(['{}'])],
    ['params_shard_0.bin', new Blob([Uint8Array.of(1, 2, 3)])],
  ]);

  test('R45: what the folder holds is answered, by request and by address', async () => {
    const cache = await createFileCaches(files).open('any');
    for (const asked of [`${MODEL_URL}params_shard_0.bin`, new Request(`${MODEL_URL}params_shard_0.bin`)]) {
      const response = await cache.match(asked);
      expect(new Uint8Array((await response?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
    }
    expect((await cache.keys()).map(({ url }) => url)).toContain(`${MODEL_URL}params_shard_0.bin`);
  });

  test('R45: the list of weights is found under its older name', async () => {
    const cache = await createFileCaches(files).open('any');
    expect(await (await cache.match(`${MODEL_URL}tensor-cache.json`))?.text()).toBe('{}');
  });

  test('R45: what it does not hold is an error and never a download', async () => {
    const cache = await createFileCaches(files).open('any');
    expect(await cache.match(`${MODEL_URL}tokenizer.json`)).toBeUndefined();
    expect(await cache.match('https://elsewhere.invalid/params_shard_0.bin')).toBeUndefined();
    await expect(cache.add(`${MODEL_URL}tokenizer.json`)).rejects.toBeInstanceOf(MissingFile);
  });
});

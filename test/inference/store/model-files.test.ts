import { expect, test } from 'vitest';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { describeModelFilesContract } from '../../contracts/model-files.ts';

test('R20: memory has a limit, and what is there stays', async () => {
  const files = createMemoryModelFiles(10);
  expect((await files.writePart('a', 0, new Uint8Array(8))).ok).toBe(true);
  expect(await files.writePart('b', 0, new Uint8Array(3))).toMatchObject({ ok: false, error: { type: 'quota' } });
  expect((await files.writePart('a', 0, new Uint8Array(10))).ok).toBe(true);
  await files.remove('a');
  expect((await files.writePart('b', 0, new Uint8Array(3))).ok).toBe(true);
});

describeModelFilesContract('memory', async () => ({ files: createMemoryModelFiles() }), 'memory');

import { describe, expect, test } from 'vitest';
import { CHUNK, PART, createMemoryServer, openLaboratory, randomBytes, want } from './content-bench.ts';

const file = randomBytes('file', 40 * CHUNK + 123);

describe('files from other tabs', () => {
  test('R55: a tab without a server gets the file from one that has it, byte by byte', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    const { draft, result, progress } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toEqual({ ok: true, value: undefined });
    expect(draft.bytes()).toEqual(file);
    expect(progress.at(-1)).toBe(file.length);
  });
});

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const folder = new URL('./minilib/', import.meta.url);

describe('the self-written model library', () => {
  test('R40: the compiled file is of these sources', async () => {
    const recorded = (await readFile(new URL('minilib.sha256', folder), 'utf8')).trim().split('\n');
    const names: string[] = [];
    for (const line of recorded) {
      const [digest, name = ''] = line.split(/\s+/);
      names.push(name);
      const bytes = await readFile(new URL(name, folder));
      expect([name, createHash('sha256').update(bytes).digest('hex')]).toEqual([name, digest]);
    }
    const present = (await readdir(folder)).filter((name) => name !== 'minilib.sha256' && name !== 'README.md');
    expect(names.toSorted()).toEqual(present.toSorted());
  });

  test('R40: it is small and asks nothing of web-llm but to call its functions', async () => {
    const bytes = await readFile(new URL('minilib.wasm', folder));
    expect(bytes.length).toBeLessThan(40 * 1024);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ name }) => name);
    expect(imports.toSorted()).toEqual(['TVMFFIWasmFunctionDeleter', 'TVMFFIWasmSafeCall']);
  });
});

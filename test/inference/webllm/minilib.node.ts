import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The compiled library of minilib/, outside of a browser. */
export async function readMinilib(): Promise<Blob> {
  return new Blob([await readFile(join(import.meta.dirname, 'minilib/minilib.wasm'))]);
}

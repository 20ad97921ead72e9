import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModelFile } from '../../../src/inference/catalogue.ts';
import { readGgufHeader } from '../../../src/inference/gguf/gguf-header.ts';
import { type TokenTable, readTokenTable } from '../../../src/inference/tokens/token-table.ts';

const path = fileURLToPath(new URL(`../../../.models/${defaultModelFile.name}`, import.meta.url));

/** Undefined where the default model has not been downloaded. */
export async function readDefaultTokenTable(): Promise<TokenTable | undefined> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== defaultModelFile.sizeBytes) return undefined;
  return readTable(new Blob([readFileSync(path).subarray(0, 8 * 2 ** 20)]));
}

export async function readTable(gguf: Blob): Promise<TokenTable> {
  const header = await readGgufHeader(gguf);
  const table = header.ok ? readTokenTable(header.value) : header;
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}

import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModelFile } from '../../../src/inference/catalogue.ts';
import type { TokenTable } from '../../../src/inference/tokens/token-table.ts';
import { readTable } from './read-table.ts';

const path = fileURLToPath(new URL(`../../../.models/${defaultModelFile.name}`, import.meta.url));

/** Undefined where the default model has not been downloaded. */
export async function readDefaultTokenTable(): Promise<TokenTable | undefined> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== defaultModelFile.sizeBytes) return undefined;
  return readTable(new Blob([readFileSync(path).subarray(0, 8 * 2 ** 20)]));
}

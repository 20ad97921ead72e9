import { readGgufHeader } from '../../../src/inference/gguf/gguf-header.ts';
import { type TokenTable, readTokenTable } from '../../../src/inference/tokens/token-table.ts';

export async function readTable(gguf: Blob): Promise<TokenTable> {
  const header = await readGgufHeader(gguf);
  const table = header.ok ? readTokenTable(header.value) : header;
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}

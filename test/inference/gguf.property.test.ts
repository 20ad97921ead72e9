import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGgufHeader } from '../../src/inference/gguf/gguf-header.ts';
import { readTokenTable } from '../../src/inference/tokens/token-table.ts';
import { createTokeniser } from '../../src/inference/tokens/tokeniser.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

const tiny = new Uint8Array(await writeTinyGguf().arrayBuffer()).slice(0, 20_000);

function survives(bytes: Uint8Array): void {
  const header = parseGgufHeader(bytes);
  if (!header.ok) {
    expect(['not-a-model', 'truncated']).toContain(header.error.type);
    return;
  }
  const table = readTokenTable(header.value);
  if (!table.ok) {
    expect(table.error.type).toBe('not-a-model');
    return;
  }
  const tokeniser = createTokeniser(table.value);
  if (tokeniser.ok) for (const token of tokeniser.value.encode('the rain 😀')) tokeniser.value.bytesOf(token);
}

describe('GGUF headers from anybody', () => {
  test('R12: arbitrary bytes give a header or a typed error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives));
  });

  test('R12: arbitrary bytes after the magic do too', () => {
    const start = Uint8Array.of(...new TextEncoder().encode('GGUF'), 3, 0, 0, 0);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => {
        survives(Uint8Array.of(...start, ...rest));
      }),
    );
  });

  test('R12: a true header with some bytes changed does too', () => {
    const change = fc.tuple(fc.nat(tiny.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = tiny.slice();
        for (const [offset, value] of changes) bytes[offset] = value;
        survives(bytes);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GgufHeader, readGgufHeader } from '../../../src/inference/gguf/gguf-header.ts';
import { parseTensorTable, readTensor, readTensorTable } from '../../../src/inference/gguf/gguf-tensors.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';

const file = writeTinyGguf();
const header = await openHeader(file);
const table = new Uint8Array(await file.slice(header.metadataBytes).arrayBuffer());

async function openHeader(blob: Blob): Promise<GgufHeader> {
  const read = await readGgufHeader(blob);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe('tensors of a GGUF file', () => {
  test('R30: names, shapes, types and places are read', async () => {
    const tensors = await readTensorTable(file, header);
    if (!tensors.ok) throw new Error(tensors.error.message);
    expect(tensors.value.size).toBe(header.tensorCount);
    const norm = tensors.value.get('blk.1.attn_norm.weight');
    expect(norm).toMatchObject({ shape: [64], type: 'F32', sizeBytes: 256 });
    if (norm === undefined) throw new Error('It is not there.');
    expect(await readTensor(file, norm)).toEqual(new Float32Array(64).fill(1));
  });

  test('R30: a file that ends early is refused, wherever it ends', async () => {
    for (const missing of [1, 100, 10_000, file.size - header.metadataBytes - 50, file.size - header.metadataBytes]) {
      const cut = await readTensorTable(file.slice(0, file.size - missing), header);
      expect(cut).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
    }
  });

  test('R30: hostile sizes, types and places are refused', () => {
    const nameLength = Number(new DataView(table.buffer).getBigUint64(0, true));
    const dimensionsAt = 8 + nameLength;
    for (const [offset, value, bytes] of [
      [0, 2n ** 40n, 8],
      [dimensionsAt, 0n, 4],
      [dimensionsAt, 5n, 4],
      [dimensionsAt + 4, 0n, 8],
      [dimensionsAt + 4, 2n ** 62n, 8],
      [dimensionsAt + 20, 99n, 4],
      [dimensionsAt + 24, 1n, 8],
      [dimensionsAt + 24, 2n ** 63n, 8],
      [dimensionsAt + 24, 2n ** 40n, 8],
    ] as const) {
      const changed = table.slice();
      const view = new DataView(changed.buffer);
      if (bytes === 8) view.setBigUint64(offset, value, true);
      else view.setUint32(offset, Number(value), true);
      const parsed = parseTensorTable(changed, header, file.size);
      expect(parsed).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
    }
  });

  test('R30: arbitrary bytes give tensors within the file, or a typed error', () => {
    const holds = (bytes: Uint8Array, tensorCount: number, fileBytes: number): void => {
      const parsed = parseTensorTable(bytes, { ...header, tensorCount }, fileBytes);
      if (!parsed.ok) expect(parsed.error.type).toBe('not-a-model');
      else
        for (const { offsetBytes, sizeBytes } of parsed.value.values())
          expect(offsetBytes + sizeBytes).toBeLessThanOrEqual(fileBytes);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), fc.nat(1e6), holds));
    const start = table.slice(0, 1_500);
    const change = fc.tuple(fc.nat(start.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = start.slice();
        for (const [offset, value] of changes) bytes[offset] = value;
        holds(bytes, header.tensorCount, file.size);
      }),
    );
  });
});

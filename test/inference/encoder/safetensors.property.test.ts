import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSafetensors } from '../../../src/inference/encoder/safetensors.ts';

const bytes = fc.uint8Array({ maxLength: 64 });

async function isTyped(file: Blob): Promise<boolean> {
  const opened = await openSafetensors(file);
  if (!opened.ok) return opened.error.type === 'not-a-model';
  return [...opened.value.tensors.values()].every(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes <= file.size);
}

test('R84: bytes of any kind are a typed error or tensors inside the file', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (any) => {
      expect(await isTyped(new Blob([any as BlobPart]))).toBe(true);
    }),
  );
});

test('R84: any header is a typed error or tensors inside the file', async () => {
  const offset = fc.oneof(fc.nat(70), fc.double(), fc.constant(-1));
  const tensor = fc.record({
    dtype: fc.constantFrom('F32', 'U8', 'F16', 'Q4'),
    shape: fc.array(fc.oneof(fc.nat(8), fc.constantFrom(2 ** 53, -1, 0.5)), { maxLength: 3 }),
    data_offsets: fc.tuple(offset, offset),
  });
  const header = fc.oneof(fc.dictionary(fc.string(), tensor, { maxKeys: 3 }), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(header, bytes, async (any, data) => {
      const text = new TextEncoder().encode(JSON.stringify(any));
      const length = new DataView(new ArrayBuffer(8));
      length.setBigUint64(0, BigInt(text.length), true);
      expect(await isTyped(new Blob([length.buffer, text, data as BlobPart]))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

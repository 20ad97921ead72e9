import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantise } from '../../../../src/inference/gguf/dequantise.ts';
import { type TensorType, blockShapes } from '../../../../src/inference/gguf/tensor-types.ts';
import { bitsOf, toBlockWeights } from '../../../../src/inference/ort/gpu/block-weights.ts';

/** What MatMulNBits multiplies with. */
function valuesOf({ bits, numbers, scales }: ReturnType<typeof toBlockWeights>): Float32Array {
  return Float32Array.from({ length: scales.length * 32 }, (_, index) => {
    const number = bits === 8 ? (numbers[index] ?? 0) : ((numbers[index >> 1] ?? 0) >> (4 * (index & 1))) & 15;
    return (number - (bits === 8 ? 128 : 8)) * (scales[index >> 5] ?? 0);
  });
}

/** Whole blocks of any bytes, their scales finite. */
function blocksOf(type: TensorType): fc.Arbitrary<Uint8Array> {
  const { sizeBytes } = blockShapes[type];
  return fc
    .array(fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes }), { minLength: 1, maxLength: 4 })
    .map((blocks) => {
      const bytes = Uint8Array.from(blocks.flatMap((block) => [...block]));
      for (let at = 0; at < bytes.length; at += sizeBytes)
        for (const scale of [1, 3, 209]) if (scale < sizeBytes) bytes[at + scale] = (bytes[at + scale] ?? 0) & 0xbf;
      return bytes;
    });
}

describe('weights for the graphics processor', () => {
  test.for(['Q4_0', 'Q8_0'] as const)('R88: those of %s are kept as they are', (type) => {
    fc.assert(
      fc.property(blocksOf(type), (bytes) => {
        const values = new Float32Array((bytes.length / blockShapes[type].sizeBytes) * 32);
        dequantise(type, bytes, values);
        const kept = valuesOf(toBlockWeights(type, bytes, bitsOf(type) ?? 8, values.length));
        // Zeros may change their sign.
        expect(kept.map((value) => value + 0)).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  test.for(['Q4_1', 'Q5_0', 'Q5_1', 'Q6_K'] as const)('R88: those of %s are rounded to 8 bits', (type) => {
    fc.assert(
      fc.property(blocksOf(type), (bytes) => {
        const { length, sizeBytes } = blockShapes[type];
        const values = new Float32Array((bytes.length / sizeBytes) * length);
        dequantise(type, bytes, values);
        const kept = valuesOf(toBlockWeights(type, bytes, 8, values.length));
        for (let begin = 0; begin < values.length; begin += 32) {
          const block = values.subarray(begin, begin + 32);
          const most = Math.max(...block.map(Math.abs));
          const off = Math.max(...block.map((value, place) => Math.abs(value - (kept[begin + place] ?? 0))));
          expect(off).toBeLessThanOrEqual(most / 253);
        }
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { dequantise } from '../../../src/inference/gguf/dequantise.ts';
import type { TensorType } from '../../../src/inference/gguf/tensor-types.ts';
import golden from './dequantised.json' with { type: 'json' };

const decode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

describe('numbers of GGUF tensors', () => {
  test.each(Object.entries(golden.types))(
    'R31: %s is read as the reference implementation reads it',
    (type, sample) => {
      const expected = new Float32Array(decode(sample.values).buffer);
      const values = new Float32Array(expected.length);
      dequantise(type as TensorType, decode(sample.bytes), values);
      const most = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      for (const [index, value] of values.entries())
        expect(Math.abs(value - (expected[index] as number))).toBeLessThanOrEqual(most * 1e-6);
    },
  );

  test('R31: 32-bit floats are taken as they are', () => {
    const values = new Float32Array(3);
    dequantise('F32', new Uint8Array(Float32Array.of(1.5, -2, 1e-20).buffer), values);
    expect([...values]).toEqual([1.5, -2, Math.fround(1e-20)]);
  });

  test('R31: parts of blocks are a broken invariant', () => {
    expect(() => dequantise('Q4_1', new Uint8Array(19), new Float32Array(32))).toThrow();
    expect(() => dequantise('Q4_1', new Uint8Array(20), new Float32Array(31))).toThrow();
  });
});

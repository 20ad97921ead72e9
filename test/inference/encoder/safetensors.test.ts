import { describe, expect, test } from 'vitest';
import { openSafetensors } from '../../../src/inference/encoder/safetensors.ts';

function write(header: unknown, data: readonly number[] = []): Blob {
  const bytes = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(bytes.length), true);
  return new Blob([length.buffer, bytes, Uint8Array.from(data)]);
}

const errorOf = async (file: Blob): Promise<string> => {
  const opened = await openSafetensors(file);
  return opened.ok ? 'none' : opened.error.type;
};

describe('safetensors files', () => {
  test('R84: 32-bit and both kinds of 16-bit numbers are read', async () => {
    const tensors = {
      __metadata__: { format: 'pt' },
      full: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      half: { dtype: 'F16', shape: [2, 1], data_offsets: [8, 12] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [12, 16] },
      index: { dtype: 'I64', shape: [], data_offsets: [16, 24] },
    };
    const floats = [...new Uint8Array(Float32Array.of(1.5, -2).buffer)];
    const file = write(tensors, [...floats, 0x00, 0x3c, 0x01, 0x80, 0x80, 0x3f, 0x40, 0xc0, 1, 0, 0, 0, 0, 0, 0, 0]);
    const opened = await openSafetensors(file);
    if (!opened.ok) throw new Error(opened.error.message);
    expect([...opened.value.tensors.keys()]).toEqual(['full', 'half', 'brain', 'index']);
    expect([...(await opened.value.read('full'))]).toEqual([1.5, -2]);
    expect([...(await opened.value.read('half'))]).toEqual([1, -(2 ** -24)]);
    expect([...(await opened.value.read('brain'))]).toEqual([1, -3]);
    await expect(opened.value.read('index')).rejects.toThrow('I64');
    await expect(opened.value.read('none')).rejects.toThrow('none');
  });

  test('R84: lengths, shapes and places that do not fit the file are refused', async () => {
    const one = { dtype: 'U8', shape: [2], data_offsets: [0, 2] };
    expect(await errorOf(write({ one }, [1, 2]))).toBe('none');
    expect(await errorOf(write({}))).toBe('none');
    expect(await errorOf(new Blob(['short']))).toBe('not-a-model');
    expect(await errorOf(new Blob([new Uint8Array(8).fill(255), '{}']))).toBe('not-a-model');
    expect(await errorOf(write('{"one"'))).toBe('not-a-model');
    expect(await errorOf(write('[]'))).toBe('not-a-model');
    expect(await errorOf(write({ one }, [1]))).toBe('not-a-model');
    expect(await errorOf(write({ one }, [1, 2, 3]))).toBe('not-a-model');
    expect(await errorOf(write({ one, two: one }, [1, 2]))).toBe('not-a-model');
    expect(await errorOf(write({ one: { ...one, shape: [3] } }, [1, 2]))).toBe('not-a-model');
    expect(await errorOf(write({ one: { ...one, shape: [-1, -2] } }, [1, 2]))).toBe('not-a-model');
    expect(await errorOf(write({ one: { ...one, data_offsets: [2, 0] } }, [1, 2]))).toBe('not-a-model');
    expect(await errorOf(write({ one: { ...one, data_offsets: [2, 4] } }, [1, 2, 3, 4]))).toBe('not-a-model');
    expect(await errorOf(write({ one: { ...one, dtype: 'U4' } }, [1, 2]))).toBe('not-a-model');
  });
});

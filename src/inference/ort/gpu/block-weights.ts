import { dequantise } from '../../gguf/dequantise.ts';
import type { TensorType } from '../../gguf/tensor-types.ts';

/** Numbers that share a scale, in GGUF's simple formats and here. */
export const blockLength = 32;

export type BlockBits = 4 | 8;

/** Weights as ONNX Runtime's MatMulNBits takes them: unsigned numbers around 8 or 128, and a scale for each 32 of them. */
export interface BlockWeights {
  readonly bits: BlockBits;
  readonly numbers: Uint8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Bits with which a tensor of this kind is kept; undefined for one that is kept in floats. */
export function bitsOf(type: TensorType): BlockBits | undefined {
  if (type === 'F32' || type === 'F16' || type === 'BF16') return undefined;
  return type === 'Q4_0' ? 4 : 8;
}

/**
 * Q4_0 and Q8_0 keep their very numbers; other formats, whose blocks have a least value or are wider, are rounded to 8 bits:
 * by at most 1/254 of the largest of 32 weights. `bytes` are whole rows.
 */
export function toBlockWeights(type: TensorType, bytes: Uint8Array, bits: BlockBits, length: number): BlockWeights {
  if (bits === 4) return repackFours(bytes);
  if (type === 'Q8_0') return repackEights(bytes);
  const values = new Float32Array(length);
  dequantise(type, bytes, values);
  return quantise(values);
}

/** ggml puts number i beside number i + 16; here neighbours share a byte. */
function repackFours(bytes: Uint8Array): BlockWeights {
  const { count, scales } = readScales(bytes, 18);
  const numbers = new Uint8Array(count * 16);
  for (let block = 0; block < count; block++)
    for (let place = 0; place < 8; place++) {
      const [first, second] = [block * 18 + 2 + 2 * place, block * 16 + place];
      const [a, b] = [bytes[first] as number, bytes[first + 1] as number];
      numbers[second] = (a & 15) | ((b & 15) << 4);
      numbers[second + 8] = (a >> 4) | (b & 0xf0);
    }
  return { bits: 4, numbers, scales };
}

function repackEights(bytes: Uint8Array): BlockWeights {
  const { count, scales } = readScales(bytes, 34);
  const numbers = new Uint8Array(count * blockLength);
  for (let block = 0; block < count; block++)
    for (let place = 0; place < blockLength; place++)
      numbers[block * blockLength + place] = (bytes[block * 34 + 2 + place] as number) ^ 0x80;
  return { bits: 8, numbers, scales };
}

/** The 16-bit scales at the beginnings of blocks. */
function readScales(
  bytes: Uint8Array,
  blockBytes: number,
): { readonly count: number; readonly scales: Float32Array<ArrayBuffer> } {
  const count = bytes.length / blockBytes;
  const halves = new Uint8Array(2 * count);
  for (let block = 0; block < count; block++) {
    halves[2 * block] = bytes[block * blockBytes] as number;
    halves[2 * block + 1] = bytes[block * blockBytes + 1] as number;
  }
  const scales = new Float32Array(count);
  dequantise('F16', halves, scales);
  return { count, scales };
}

function quantise(values: Float32Array): BlockWeights {
  const scales = new Float32Array(values.length / blockLength);
  const numbers = new Uint8Array(values.length);
  for (let block = 0; block < scales.length; block++) {
    const begin = block * blockLength;
    let most = 0;
    for (let place = begin; place < begin + blockLength; place++)
      most = Math.max(most, Math.abs(values[place] as number));
    const scale = Math.fround(most / 127);
    scales[block] = scale;
    for (let place = begin; place < begin + blockLength; place++)
      numbers[place] = 128 + (scale === 0 ? 0 : Math.round((values[place] as number) / scale));
  }
  return { bits: 8, numbers, scales };
}

import { type TensorType, blockShapes } from './tensor-types.ts';

/**
 * The numbers a tensor's bytes stand for, in 32-bit floats (layouts: ggml-common.h; 16-bit scales, least significant bits first).
 * `bytes` holds whole blocks; `values` is filled from its beginning.
 */
export function dequantise(type: TensorType, bytes: Uint8Array, values: Float32Array): void {
  const { length, sizeBytes } = blockShapes[type];
  if (bytes.length % sizeBytes !== 0 || (bytes.length / sizeBytes) * length !== values.length)
    throw new Error(`${bytes.length} bytes of ${type} are not ${values.length} numbers.`);
  decoders[type](bytes, values);
}

type Decoder = (bytes: Uint8Array, values: Float32Array) => void;

const decoders: Readonly<Record<TensorType, Decoder>> = {
  F32: (bytes, values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes),
  F16: (bytes, values) => {
    for (let index = 0; index < values.length; index++) values[index] = half(bytes, index * 2);
  },
  BF16: (bytes, values) => {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let index = 0; index < values.length; index++)
      bits[index] = ((bytes[index * 2] as number) << 16) | ((bytes[index * 2 + 1] as number) << 24);
  },
  Q4_0: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 18, to += 32) {
      const scale = half(bytes, from);
      for (let index = 0; index < 16; index++) {
        const packed = bytes[from + 2 + index] as number;
        values[to + index] = ((packed & 15) - 8) * scale;
        values[to + 16 + index] = ((packed >> 4) - 8) * scale;
      }
    }
  },
  Q4_1: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 20, to += 32) {
      const scale = half(bytes, from);
      const least = half(bytes, from + 2);
      for (let index = 0; index < 16; index++) {
        const packed = bytes[from + 4 + index] as number;
        values[to + index] = (packed & 15) * scale + least;
        values[to + 16 + index] = (packed >> 4) * scale + least;
      }
    }
  },
  Q5_0: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 22, to += 32) {
      const scale = half(bytes, from);
      const high = word(bytes, from + 2);
      for (let index = 0; index < 16; index++) {
        const packed = bytes[from + 6 + index] as number;
        values[to + index] = (((packed & 15) | (((high >>> index) & 1) << 4)) - 16) * scale;
        values[to + 16 + index] = (((packed >> 4) | (((high >>> (index + 16)) & 1) << 4)) - 16) * scale;
      }
    }
  },
  Q5_1: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 24, to += 32) {
      const scale = half(bytes, from);
      const least = half(bytes, from + 2);
      const high = word(bytes, from + 4);
      for (let index = 0; index < 16; index++) {
        const packed = bytes[from + 8 + index] as number;
        values[to + index] = ((packed & 15) | (((high >>> index) & 1) << 4)) * scale + least;
        values[to + 16 + index] = ((packed >> 4) | (((high >>> (index + 16)) & 1) << 4)) * scale + least;
      }
    }
  },
  Q8_0: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 34, to += 32) {
      const scale = half(bytes, from);
      for (let index = 0; index < 32; index++)
        values[to + index] = (((bytes[from + 2 + index] as number) << 24) >> 24) * scale;
    }
  },
  Q4_K: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 144, to += 256)
      for (let part = 0; part < 8; part++) {
        const { scale, least } = subBlock(bytes, from, part);
        const shift = (part & 1) * 4;
        for (let index = 0; index < 32; index++) {
          const packed = bytes[from + 16 + (part >> 1) * 32 + index] as number;
          values[to + part * 32 + index] = ((packed >> shift) & 15) * scale - least;
        }
      }
  },
  Q5_K: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 176, to += 256)
      for (let part = 0; part < 8; part++) {
        const { scale, least } = subBlock(bytes, from, part);
        const shift = (part & 1) * 4;
        for (let index = 0; index < 32; index++) {
          const packed = bytes[from + 48 + (part >> 1) * 32 + index] as number;
          const high = ((bytes[from + 16 + index] as number) >> part) & 1;
          values[to + part * 32 + index] = (((packed >> shift) & 15) | (high << 4)) * scale - least;
        }
      }
  },
  Q6_K: (bytes, values) => {
    for (let from = 0, to = 0; from < bytes.length; from += 210, to += 256) {
      const scale = half(bytes, from + 208);
      for (let index = 0; index < 256; index++) {
        // Two halves of 128 numbers, each of four stripes of 32 that share their bytes.
        const upper = index >> 7;
        const stripe = (index >> 5) & 3;
        const place = index & 31;
        const low = bytes[from + upper * 64 + (stripe & 1) * 32 + place] as number;
        const high = ((bytes[from + 128 + upper * 32 + place] as number) >> (stripe * 2)) & 3;
        const value = ((low >> ((stripe >> 1) * 4)) & 15) | (high << 4);
        const ownScale = ((bytes[from + 192 + (index >> 4)] as number) << 24) >> 24;
        values[to + index] = scale * ownScale * (value - 32);
      }
    }
  },
};

/** Scale and minimum of the eighth part of a Q4_K or Q5_K block: 6 bits each, packed into 12 bytes. */
function subBlock(bytes: Uint8Array, from: number, part: number): { scale: number; least: number } {
  const packed = from + 4;
  const at = (offset: number): number => bytes[packed + offset] as number;
  const scale = part < 4 ? at(part) & 63 : (at(part + 4) & 15) | ((at(part - 4) >> 6) << 4);
  const least = part < 4 ? at(part + 4) & 63 : (at(part + 4) >> 4) | ((at(part) >> 6) << 4);
  return { scale: scale * half(bytes, from), least: least * half(bytes, from + 2) };
}

function word(bytes: Uint8Array, offset: number): number {
  const at = (index: number): number => bytes[offset + index] as number;
  return (at(0) | (at(1) << 8) | (at(2) << 16) | (at(3) << 24)) >>> 0;
}

function half(bytes: Uint8Array, offset: number): number {
  return halves[(bytes[offset] as number) | ((bytes[offset + 1] as number) << 8)] as number;
}

/** Every 16-bit float (IEEE 754 binary16) by its bits. */
const halves = Float32Array.from({ length: 0x1_00_00 }, (_, bits) => {
  const sign = bits & 0x80_00 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
});

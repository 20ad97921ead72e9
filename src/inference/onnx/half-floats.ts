import { dequantise } from '../gguf/dequantise.ts';

/** Numbers as a session gives them: 16-bit ones come as their bits, or as the newest browsers' own type. */
export function readFloats(data: ArrayBufferView): Float32Array {
  if (data instanceof Float32Array) return data;
  const values = new Float32Array(data.byteLength / 2);
  dequantise('F16', new Uint8Array(data.buffer, data.byteOffset, data.byteLength), values);
  return values;
}

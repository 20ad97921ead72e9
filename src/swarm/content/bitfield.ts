/** Which chunks somebody has, one bit each, the first in the highest bit of the first byte (as in BitTorrent, BEP 3). */
export function packBits(count: number, has: (chunk: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (let chunk = 0; chunk < count; chunk++)
    if (has(chunk)) bytes[chunk >> 3] = (bytes[chunk >> 3] ?? 0) | (0x80 >> (chunk & 7));
  return bytes;
}

/** One entry a chunk; undefined where the length is wrong or a bit beyond the last chunk is set. */
export function readBits(bytes: Uint8Array, count: number): readonly boolean[] | undefined {
  if (bytes.length !== Math.ceil(count / 8)) return undefined;
  const bits = Array.from(
    { length: bytes.length * 8 },
    (_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0,
  );
  return bits.slice(count).some((isSet) => isSet) ? undefined : bits.slice(0, count);
}

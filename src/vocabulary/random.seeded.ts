import type { Random } from './random.ts';
import { sha256 } from './digest.ts';

/** Deterministic stream of a seed: the same on every machine (sfc32, Doty-Humphrey 2010, seeded with SHA-256). */
export function createSeededRandom(seed: string | Uint8Array): Random {
  const digest = sha256(typeof seed === 'string' ? new TextEncoder().encode(seed) : seed);
  const view = new DataView(digest.buffer, digest.byteOffset);
  let a = view.getUint32(0) | 0;
  let b = view.getUint32(4) | 0;
  let c = view.getUint32(8) | 0;
  let counter = view.getUint32(12) | 0;

  const nextUint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };

  return {
    next: () => nextUint32() / 4_294_967_296,
    bytes: (length) => Uint8Array.from({ length }, () => nextUint32() & 0xff),
  };
}

import type { Random } from './random.ts';

/** Cryptographically strong randomness of the platform. */
export const systemRandom: Random = {
  next: () => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 4_294_967_296,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

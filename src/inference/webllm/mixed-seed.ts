/** web-llm draws with a generator whose first numbers are as small as its seed is: this spreads seeds over its range. */
export function mixedSeed(seed: number): number {
  let mixed = seed | 0;
  // The finaliser of MurmurHash3.
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return ((mixed >>> 0) % (2 ** 31 - 2)) + 1;
}

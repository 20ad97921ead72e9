/** Randomness as a dependency. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `length` independent bytes. */
  bytes(length: number): Uint8Array;
}

/** Uniform integer in [0, bound). */
export function randomInteger(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

/** A new array with the same items in uniformly random order (Fisher-Yates, Durstenfeld 1964). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const pick = randomInteger(random, last + 1);
    const held = result[last] as T;
    result[last] = result[pick] as T;
    result[pick] = held;
  }
  return result;
}

/** Standard normal deviate (Box & Muller 1958). */
export function randomNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

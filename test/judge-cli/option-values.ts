import { availableParallelism } from 'node:os';

export const MOST_THREADS_UNASKED = 4;

/** Threads of the engine; all cores, but not too many, where nothing is said. Throws with a sentence, as the others do. */
export function readThreads(text: string | undefined): number {
  return text === undefined ? Math.min(MOST_THREADS_UNASKED, availableParallelism()) : readWhole('--threads', text, 64);
}

export function readName<T extends string>(option: string, text: string, names: readonly T[]): T {
  const known = names.find((name) => name === text);
  if (known === undefined) throw new Error(`${option} takes ${names.join(', ')}, not "${text}".`);
  return known;
}

export function readWhole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < 1 || value > most)
    throw new Error(`${option} takes a whole number from 1 to ${most}, not "${text}".`);
  return value;
}

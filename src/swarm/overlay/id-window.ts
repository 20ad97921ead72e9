import { SEEN_GENERATIONS, SEEN_GENERATION_MS, SEEN_PER_GENERATION } from './constants.ts';

/**
 * The ids of the last messages, as a value: generations of bounded size, of which the oldest is dropped. Adding copies
 * one generation, never all.
 */
export interface IdWindow {
  readonly generations: readonly ReadonlySet<string>[];
  readonly youngSinceMs: number;
}

export function emptyWindow(nowMs: number): IdWindow {
  return { generations: [new Set()], youngSinceMs: nowMs };
}

export function hasId(window: IdWindow, id: string): boolean {
  return window.generations.some((generation) => generation.has(id));
}

export function addId(window: IdWindow, id: string, nowMs: number): IdWindow {
  const [young = new Set<string>(), ...old] = window.generations;
  if (young.size < SEEN_PER_GENERATION && nowMs - window.youngSinceMs < SEEN_GENERATION_MS)
    return { generations: [new Set(young).add(id), ...old], youngSinceMs: window.youngSinceMs };
  return { generations: [new Set([id]), young, ...old].slice(0, SEEN_GENERATIONS), youngSinceMs: nowMs };
}

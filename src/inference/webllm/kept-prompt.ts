import { sharedLength } from '../tokens/forced-decoding.ts';

/**
 * Prompts are read in blocks that begin at multiples of this many tokens. Small enough to be stopped within a moment,
 * large enough to keep a graphics processor busy.
 */
export const BLOCK_TOKENS = 128;

/** What the cache of keys and values holds. */
export interface KeptPrompt {
  readonly tokens: readonly number[];
  /** So many of them were read as a prompt, in blocks; the rest one by one. */
  readonly promptLength: number;
  /** Whether what follows the whole prompt is known without computing anything. */
  readonly knowsNext: boolean;
}

/**
 * How many tokens of the cache the prompt may build on. Only whole blocks, read just as they would be read now, and a prompt
 * that is the same to the end: so every token's numbers come from the same computation whatever was asked before.
 */
export function reusableLength(kept: KeptPrompt, prompt: readonly number[], block = BLOCK_TOKENS): number {
  const shared = Math.min(sharedLength(kept.tokens, prompt), kept.promptLength);
  if (shared === prompt.length && shared === kept.promptLength && kept.knowsNext) return shared;
  // At least one token must be computed to know what follows.
  return Math.floor(Math.min(shared, prompt.length - 1) / block) * block;
}

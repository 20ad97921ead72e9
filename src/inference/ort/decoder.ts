import type { Embedding } from './embedding.ts';
import { type KeyValueCache, createPrefixCaches } from './key-value-cache.ts';
import type { LlamaShape } from './llama-shape.ts';

/** One pass of the graph over some tokens after those in a cache. */
export interface Pass {
  readonly cache: KeyValueCache;
  readonly hidden: Float32Array<ArrayBuffer>;
  readonly positions: readonly number[];
  /** Added to attention scores, tokens x (cached + tokens). */
  readonly bias: Float32Array<ArrayBuffer>;
  /** Tokens whose logits are wanted; at least one. */
  readonly rows: readonly number[];
  /** Also the residual stream after this block. */
  readonly layer?: number;
}

export interface PassResult {
  /** New keys and values: tensors x heads x tokens x head width. */
  readonly fresh: Float32Array;
  /** rows x vocabulary. */
  readonly logits: Float32Array;
  /** tokens x width, where asked for. */
  readonly states?: Float32Array;
}

export type RunPass = (pass: Pass) => Promise<PassResult>;

/** Thrown out of whatever was being computed. */
export class Stopped extends Error {}

export interface DecoderParts {
  readonly shape: LlamaShape;
  readonly embedding: Embedding;
  readonly run: RunPass;
  /** Lets messages in; throws `Stopped` when one of them ends the task. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

/** The model with the prompts it remembers. */
export interface Decoder {
  readonly vocabulary: number;
  /**
   * A cache of all tokens of the prompt but the last, whatever it held before reused. Every task reads the last token
   * itself, because only then are there logits to begin with, and truncates the cache to the prompt when it is done.
   */
  open(prompt: readonly number[]): Promise<OpenedPrompt>;
  /** Reads tokens after those in the cache, which it then holds; logits of `rows`. */
  read(cache: KeyValueCache, tokens: readonly number[], options: ReadOptions): Promise<PassResult>;
  /** Reads a tree whose root is the next token after the cache; only the root is kept. */
  readTree(cache: KeyValueCache, tree: TreeInput): Promise<PassResult>;
  /** Tokens that one pass should read, so that a task can be stopped soon. */
  chunk(): number;
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

export interface OpenedPrompt {
  readonly cache: KeyValueCache;
  readonly last: number;
  /** Tokens read for it just now. */
  readonly evaluatedTokens: number;
  readonly durationMs: number;
}

export interface ReadOptions {
  readonly rows: readonly number[];
  readonly layer?: number;
}

export interface TreeInput {
  readonly tokens: readonly number[];
  readonly depths: readonly number[];
  readonly bias: Float32Array<ArrayBuffer>;
  readonly rows: readonly number[];
}

/** A pass takes about this long: an abort waits no longer. */
const passMs = 150;
const smallestChunk = 8;
/** More do not read faster. */
const largestChunk = 128;
/** Prompts remembered: a judge's beginnings, and a conversation. */
const rememberedPrompts = 3;

export function createDecoder({ shape, embedding, run, breathe, now }: DecoderParts): Decoder {
  const caches = createPrefixCaches(
    { tensors: 2 * shape.layers, heads: shape.keyHeads, headWidth: shape.headWidth },
    rememberedPrompts,
  );
  let chunk = 32;

  const timed = async (pass: Pass): Promise<PassResult> => {
    const beginMs = now();
    const result = await run(pass);
    const count = pass.positions.length;
    const tokenMs = (now() - beginMs) / count;
    // Small passes cost more a token and say little about large ones.
    if (count >= smallestChunk && tokenMs > 0) chunk = clamp(Math.floor(passMs / tokenMs), smallestChunk, largestChunk);
    return result;
  };

  const read: Decoder['read'] = async (cache, tokens, options) => {
    const cached = cache.tokens.length;
    cache.reserve(tokens.length);
    const result = await timed({
      cache,
      hidden: embedding.embed(tokens),
      positions: tokens.map((_, index) => cached + index),
      // The library itself hides what comes later.
      bias: new Float32Array(tokens.length * (cached + tokens.length)),
      ...options,
    });
    cache.append(tokens, result.fresh, tokens.length);
    return result;
  };

  return {
    vocabulary: shape.vocabulary,
    breathe,
    now,
    chunk: () => chunk,
    read,
    async open(prompt) {
      const last = prompt.at(-1);
      if (last === undefined) throw new Error('A prompt has no tokens.');
      const beginMs = now();
      const cache = caches.take(prompt, prompt.length - 1);
      const end = prompt.length - 1;
      // A pass of one token computes otherwise than longer ones, which all agree to the last bit: a prompt must not
      // be read by one, or replies would depend on what was remembered.
      // The beginning of a prompt of two tokens is the exception, and is not used for others.
      if (end - cache.tokens.length === 1) cache.truncate(end - 2);
      if (cache.tokens.length === 1) cache.truncate(0);
      const known = cache.tokens.length;
      while (cache.tokens.length < end) {
        await breathe();
        const begin = cache.tokens.length;
        const count = end - begin === chunk + 1 ? chunk - 1 : chunk;
        await read(cache, prompt.slice(begin, Math.min(begin + count, end)), { rows: [0] });
      }
      return { cache, last, evaluatedTokens: end - known, durationMs: now() - beginMs };
    },
    async readTree(cache, { tokens, depths, bias, rows }) {
      const cached = cache.tokens.length;
      cache.reserve(tokens.length);
      const positions = depths.map((depth) => cached + depth);
      const result = await timed({ cache, hidden: embedding.embed(tokens), positions, bias, rows });
      cache.append(tokens.slice(0, 1), result.fresh, tokens.length);
      return result;
    },
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

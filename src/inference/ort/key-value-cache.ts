import { sharedLength } from '../tokens/forced-decoding.ts';

export interface CacheSize {
  /** Tensors: keys and values of each block. */
  readonly tensors: number;
  readonly heads: number;
  readonly headWidth: number;
}

/** Keys and values of a sequence of tokens: for each tensor `heads` x `room` x `headWidth`, filled up to `tokens`. */
export interface KeyValueCache {
  readonly tokens: readonly number[];
  readonly room: number;
  readonly tensors: readonly Float32Array<ArrayBuffer>[];
  /** Makes room for some more tokens. */
  reserve(more: number): void;
  /** `fresh` is tensors x heads x `count` x headWidth; its first `tokens.length` places are taken. */
  append(tokens: readonly number[], fresh: Float32Array, count: number): void;
  truncate(length: number): void;
  /** Takes over the first tokens of another cache. */
  copyFrom(other: KeyValueCache, length: number): void;
}

/** Room grows by this many tokens, and when it must, by a quarter. */
const step = 64;

export function createKeyValueCache({ tensors: tensorCount, heads, headWidth }: CacheSize): KeyValueCache {
  let tokens: number[] = [];
  let room = 0;
  let tensors = Array.from({ length: tensorCount }, () => new Float32Array(0));

  const copyRows = (from: readonly Float32Array[], fromRoom: number, length: number): void => {
    for (const [index, target] of tensors.entries())
      for (let head = 0; head < heads; head++) {
        const begin = head * fromRoom * headWidth;
        const rows = (from[index] as Float32Array).subarray(begin, begin + length * headWidth);
        target.set(rows, head * room * headWidth);
      }
  };
  const reserve = (more: number): void => {
    const needed = tokens.length + more;
    if (needed <= room) return;
    const before = { tensors, room };
    room = Math.ceil(Math.max(needed, room * 1.25) / step) * step;
    tensors = before.tensors.map(() => new Float32Array(heads * room * headWidth));
    copyRows(before.tensors, before.room, tokens.length);
  };

  return {
    get tokens() {
      return tokens;
    },
    get room() {
      return room;
    },
    get tensors() {
      return tensors;
    },
    reserve,
    append(more, fresh, count) {
      reserve(more.length);
      for (const [index, target] of tensors.entries())
        for (let head = 0; head < heads; head++) {
          const begin = (index * heads + head) * count * headWidth;
          const rows = fresh.subarray(begin, begin + more.length * headWidth);
          target.set(rows, (head * room + tokens.length) * headWidth);
        }
      tokens.push(...more);
    },
    truncate(length) {
      tokens.length = Math.min(tokens.length, Math.max(0, length));
    },
    copyFrom(other, length) {
      tokens = [];
      reserve(length);
      copyRows(other.tensors, other.room, length);
      tokens = other.tokens.slice(0, length);
    },
  };
}

/** Caches of several prompts; judges alternate between a few beginnings. */
export interface PrefixCaches {
  /** A cache that holds the longest known beginning of the tokens, at most `limit` of them, and nothing else. */
  take(tokens: readonly number[], limit: number): KeyValueCache;
}

/** Where less than this would be lost, a cache is cut instead of copied. */
const smallLoss = 64;

export function createPrefixCaches(size: CacheSize, count: number): PrefixCaches {
  /** Most recently used last. */
  const caches: KeyValueCache[] = [];

  return {
    take(tokens, limit) {
      const lengthIn = (cache: KeyValueCache): number => Math.min(limit, sharedLength(cache.tokens, tokens));
      let best = caches.at(-1);
      for (const cache of caches) if (best === undefined || lengthIn(cache) > lengthIn(best)) best = cache;
      const length = best === undefined ? 0 : lengthIn(best);
      let taken: KeyValueCache;
      if (best !== undefined && best.tokens.length - length <= smallLoss) {
        taken = best;
        taken.truncate(length);
      } else {
        const oldest = caches.length < count ? createKeyValueCache(size) : caches[0];
        if (oldest === undefined) throw new Error('There is no cache.');
        taken = oldest;
        if (best !== undefined && best !== taken) taken.copyFrom(best, length);
        else taken.truncate(length);
      }
      const place = caches.indexOf(taken);
      if (place >= 0) caches.splice(place, 1);
      caches.push(taken);
      return taken;
    },
  };
}

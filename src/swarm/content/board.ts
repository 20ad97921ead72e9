import type { Random } from '#vocabulary';
import { MAX_ASKERS, MAX_OPEN_PARTS } from './constants.ts';

/** Who has which chunks, what was asked of whom, and what is asked next. No time and no bytes in here. */
export interface Board {
  readonly count: number;
  readonly isHere: (chunk: number) => boolean;
  readonly missing: () => number;
  /** Again when it has more. `isServer`: has everything and is asked in runs, which begin at the lowest chunk. */
  setSource(key: string, has: (chunk: number) => boolean, isServer: boolean): void;
  /** What was asked of it is free again. */
  removeSource(key: string): void;
  /**
   * Notes that the source is asked for a row of at most `maxLength` chunks, and returns it. First of parts already begun,
   * then the rarest. When all that anybody has is asked for, chunks for which `mayRepeat` holds are asked of this one too.
   */
  ask(key: string, maxLength: number, mayRepeat: (chunk: number) => boolean): readonly number[];
  readonly hasSource: (key: string, chunk: number) => boolean;
  /** It will not come from there. */
  unask(key: string, chunk: number): void;
  /** It is here; whoever else was asked for it is returned. */
  settle(chunk: number): readonly string[];
  /** Whether any source of those known has a chunk that is missing. */
  canGoOn(): boolean;
}

interface Source {
  readonly has: (chunk: number) => boolean;
  readonly isServer: boolean;
}

export function createBoard(count: number, chunksPerPart: number, random: Random): Board {
  const here = new Uint8Array(count);
  /** How many peers have each chunk. */
  const copies = new Uint16Array(count);
  const sources = new Map<string, Source>();
  const askers = new Map<number, Set<string>>();
  const partOf = (chunk: number): number => Math.floor(chunk / chunksPerPart);
  let missing = count;

  const countCopies = ({ has, isServer }: Source, change: 1 | -1): void => {
    if (isServer) return;
    for (let chunk = 0; chunk < count; chunk++) if (has(chunk)) copies[chunk] = (copies[chunk] ?? 0) + change;
  };

  /** Parts of which something is here or on its way, but not all is here. */
  const openParts = (): ReadonlySet<number> => {
    const open = new Set([...askers.keys()].map(partOf));
    if (chunksPerPart === 1) return open;
    for (let first = 0; first < count; first += chunksPerPart) {
      const end = Math.min(count, first + chunksPerPart);
      const arrived = here.subarray(first, end).reduce((sum, each) => sum + each, 0);
      if (arrived > 0 && arrived < end - first) open.add(partOf(first));
    }
    return open;
  };

  const isFree = (chunk: number): boolean => here[chunk] === 0 && !askers.has(chunk);

  const pickFree = ({ has, isServer }: Source): number | undefined => {
    const open = openParts();
    let best: number | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (let chunk = 0; chunk < count; chunk++) {
      if (!isFree(chunk) || !has(chunk)) continue;
      const isOpen = open.has(partOf(chunk));
      if (!isOpen && open.size >= MAX_OPEN_PARTS) continue;
      const rank = (isOpen ? 0 : count) + (copies[chunk] ?? 0);
      if (rank > bestRank) continue;
      equals = rank < bestRank ? 1 : equals + 1;
      // Of equals any one (reservoir sampling): takers that begin at the same time get different chunks to trade.
      if (rank < bestRank || (!isServer && random.next() * equals < 1)) best = chunk;
      bestRank = rank;
    }
    return best;
  };

  const pickRepeat = (key: string, { has }: Source, mayRepeat: (chunk: number) => boolean): number | undefined => {
    for (let chunk = 0; chunk < count; chunk++)
      if (isFree(chunk) && [...sources.values()].some((source) => source.has(chunk))) return undefined;
    let best: number | undefined;
    let fewest: number = MAX_ASKERS;
    for (const [chunk, asked] of askers)
      if (asked.size < fewest && !asked.has(key) && has(chunk) && mayRepeat(chunk))
        [best, fewest] = [chunk, asked.size];
    return best;
  };

  const note = (key: string, chunk: number): void => {
    const asked = askers.get(chunk) ?? new Set();
    askers.set(chunk, asked.add(key));
  };

  const unask = (key: string, chunk: number): void => {
    const asked = askers.get(chunk);
    if (asked?.delete(key) === true && asked.size === 0) askers.delete(chunk);
  };

  return {
    count,
    isHere: (chunk) => here[chunk] === 1,
    missing: () => missing,
    setSource(key, has, isServer) {
      const before = sources.get(key);
      if (before !== undefined) countCopies(before, -1);
      // A copy: what the source says later must not change the count under our feet.
      const known = Uint8Array.from({ length: count }, (_, chunk) => (has(chunk) ? 1 : 0));
      const source = { has: (chunk: number) => known[chunk] === 1, isServer };
      sources.set(key, source);
      countCopies(source, 1);
    },
    removeSource(key) {
      const source = sources.get(key);
      if (source !== undefined) countCopies(source, -1);
      sources.delete(key);
      for (const chunk of [...askers.keys()]) unask(key, chunk);
    },
    ask(key, maxLength, mayRepeat) {
      const source = sources.get(key);
      if (source === undefined || maxLength < 1) return [];
      const first = pickFree(source) ?? pickRepeat(key, source, mayRepeat);
      if (first === undefined) return [];
      const row = [first];
      note(key, first);
      for (let next = first + 1; row.length < maxLength && next < count && isFree(next) && source.has(next); next++) {
        row.push(next);
        note(key, next);
      }
      return row;
    },
    hasSource: (key, chunk) => sources.get(key)?.has(chunk) === true,
    unask,
    settle(chunk) {
      const asked = [...(askers.get(chunk) ?? [])];
      askers.delete(chunk);
      if (here[chunk] === 0) missing--;
      here[chunk] = 1;
      return asked;
    },
    canGoOn() {
      for (let chunk = 0; chunk < count; chunk++)
        if (here[chunk] === 0 && [...sources.values()].some((source) => source.has(chunk))) return true;
      return false;
    },
  };
}

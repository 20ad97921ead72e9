import type { KeptModel } from '../model-shelf.ts';

export interface EvictionPlan {
  readonly removed: readonly KeptModel[];
  /** If less than wanted, even all that may go is not enough. */
  readonly freedBytes: number;
}

/**
 * Which models go: unfinished downloads first, then what was used longest ago, and of these no more than it takes. Never
 * what is pinned or in use. A file that models share is freed with the last of them.
 */
export function planEviction(
  kept: readonly KeptModel[],
  arrivedByDigest: ReadonlyMap<string, number>,
  wantedBytes: number,
): EvictionPlan {
  const freedBy = (removed: ReadonlySet<KeptModel>): number => {
    const stillNeeded = new Set(kept.filter((model) => !removed.has(model)).flatMap(digestsOf));
    const freed = new Set([...removed].flatMap(digestsOf).filter((digest) => !stillNeeded.has(digest)));
    return [...freed].reduce((sum, digest) => sum + (arrivedByDigest.get(digest) ?? 0), 0);
  };
  const removable = kept
    .filter(({ isPinned, isInUse }) => !isPinned && !isInUse)
    .toSorted((a, b) => Number(isWhole(a)) - Number(isWhole(b)) || a.lastUsedMs - b.lastUsedMs);

  const removed = new Set<KeptModel>();
  for (const model of removable) {
    if (freedBy(removed) >= wantedBytes) break;
    removed.add(model);
  }
  if (freedBy(removed) < wantedBytes) return { removed: [], freedBytes: freedBy(removed) };
  // A small old model need not go where a later one had to go anyway and is enough.
  for (const model of [...removed].toReversed()) {
    removed.delete(model);
    if (freedBy(removed) < wantedBytes) removed.add(model);
  }
  return { removed: removable.filter((model) => removed.has(model)), freedBytes: freedBy(removed) };
}

function digestsOf({ manifest }: KeptModel): string[] {
  return manifest.files.map(({ sha256 }) => sha256);
}

function isWhole({ arrivedBytes, sizeBytes }: KeptModel): boolean {
  return arrivedBytes >= sizeBytes;
}

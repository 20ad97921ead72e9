import type { PeerId } from '#vocabulary';

/** Which chunk list a peer goes by for a file. */
export interface ListClaim {
  readonly peer: PeerId;
  /** SHA-256 of the list, hex. */
  readonly listName: string;
  /** It says that it has the whole file, so that it must know the list to be right. */
  readonly isWhole: boolean;
}

/**
 * The list that most peers claim who say that they have the whole file; those who still fetch it may be deceived themselves
 * and only decide between equals. `trusted` is the only one where somebody vouches for it.
 */
export function chooseList(
  claims: readonly ListClaim[],
  { trusted, excluded }: { readonly trusted: string | undefined; readonly excluded: ReadonlySet<string> },
): string | undefined {
  const votes = new Map<string, number>();
  for (const { listName, isWhole } of claims) {
    if (excluded.has(listName) || (trusted !== undefined && listName !== trusted)) continue;
    // More than all partial claims together could outweigh.
    votes.set(listName, (votes.get(listName) ?? 0) + (isWhole ? claims.length + 1 : 1));
  }
  let best: string | undefined;
  for (const [name, count] of votes) if (best === undefined || count > (votes.get(best) ?? 0)) best = name;
  return best;
}

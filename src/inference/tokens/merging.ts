/** Lower is merged earlier; undefined where the pair does not merge. */
export type MergeRank = (left: string, right: string) => number | undefined;

interface Candidate {
  readonly rank: number;
  readonly left: number;
  readonly right: number;
  /** Length of the pair's text when it was queued: a pair that has changed since is stale. */
  readonly length: number;
}

/**
 * Merges neighbours, best rank first and leftmost first among equals, until no pair merges (Sennrich et al. 2016).
 * O(n log n), so that a long word without spaces cannot stall the page.
 */
export function mergeSymbols(symbols: readonly string[], rank: MergeRank): string[] {
  const texts = [...symbols];
  const next = texts.map((_, index) => (index + 1 < texts.length ? index + 1 : -1));
  const previous = texts.map((_, index) => index - 1);
  const queue = new CandidateHeap();

  const offer = (left: number, right: number): void => {
    if (left < 0 || right < 0) return;
    const [a, b] = [texts[left] as string, texts[right] as string];
    const pairRank = rank(a, b);
    if (pairRank !== undefined) queue.push({ rank: pairRank, left, right, length: a.length + b.length });
  };

  for (let left = 0; left + 1 < texts.length; left++) offer(left, left + 1);
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const [a, b] = [texts[best.left] as string, texts[best.right] as string];
    if (a === '' || b === '' || a.length + b.length !== best.length) continue;
    texts[best.left] = a + b;
    texts[best.right] = '';
    const after = next[best.right] as number;
    next[best.left] = after;
    if (after >= 0) previous[after] = best.left;
    offer(previous[best.left] as number, best.left);
    offer(best.left, after);
  }
  return texts.filter((text) => text !== '');
}

class CandidateHeap {
  readonly #items: Candidate[] = [];

  push(candidate: Candidate): void {
    const items = this.#items;
    let place = items.length;
    items.push(candidate);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(candidate, items[parent] as Candidate)) break;
      items[place] = items[parent] as Candidate;
      place = parent;
    }
    items[place] = candidate;
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1] as Candidate, items[child] as Candidate)) child++;
      if (!isBefore(items[child] as Candidate, last)) break;
      items[place] = items[child] as Candidate;
      place = child;
    }
    items[place] = last;
    return first;
  }
}

function isBefore(a: Candidate, b: Candidate): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
}

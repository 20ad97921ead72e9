import { type Failure, type Result, ok } from '#vocabulary';
import type { KeptFile } from './kept-file.ts';

export interface WorkProgress {
  /** What has a result, those of earlier runs included. */
  readonly done: number;
  readonly total: number;
  /** Done by this run. */
  readonly fresh: number;
}

export interface KeptWork<Item, Value, Tab extends { close(): Promise<void> }> {
  /** By key; items of one key share a result. */
  readonly items: readonly (readonly [key: string, item: Item])[];
  readonly kept: KeptFile<Value>;
  /** Called only where an item has no result yet. */
  readonly openTab: () => Promise<Result<Tab, Failure>>;
  readonly ask: (tab: Tab, item: Item) => Promise<Result<Value, Failure>>;
  readonly onProgress: (progress: WorkProgress) => void;
}

/** The results of all items, in their order; those that are there already are not asked for again. */
export async function completeWork<Item, Value, Tab extends { close(): Promise<void> }>(
  work: KeptWork<Item, Value, Tab>,
): Promise<Result<readonly Value[], Failure>> {
  const { items, kept, ask, onProgress } = work;
  const missing = new Map(items.filter(([key]) => kept.get(key) === undefined));
  if (missing.size > 0) {
    const tab = await work.openTab();
    if (!tab.ok) return tab;
    let fresh = 0;
    try {
      for (const [key, item] of missing) {
        const value = await ask(tab.value, item);
        if (!value.ok) return value;
        kept.add(key, value.value);
        fresh++;
        onProgress({ done: items.length - missing.size + fresh, total: items.length, fresh });
      }
    } finally {
      await tab.value.close();
    }
  }
  return ok(items.map(([key]) => kept.get(key) as Value));
}

import { type Failure, type Result, ok } from '#vocabulary';
import type { JudgeTab } from './judge-tab.ts';
import { type Pair, keyOfPair } from './pair.ts';
import type { PairResult } from './pair-result.ts';
import type { ResultsFile } from './results-file.ts';

export interface JudgingProgress {
  /** Pairs whose result is there, those of earlier runs included. */
  readonly done: number;
  readonly total: number;
  /** Judged by this run. */
  readonly judged: number;
}

export interface JudgingWork {
  readonly pairs: readonly Pair[];
  readonly results: ResultsFile;
  /** Called only where a pair has no result yet. */
  readonly openTab: () => Promise<Result<JudgeTab, Failure>>;
  readonly onProgress: (progress: JudgingProgress) => void;
}

/** The results of all pairs, in their order; those that are there already are not judged again. */
export async function judgePairs(work: JudgingWork): Promise<Result<readonly PairResult[], Failure>> {
  const { pairs, results, onProgress } = work;
  const keyed = pairs.map((pair) => ({ pair, key: keyOfPair(pair) }));
  const missing = new Map(
    keyed.filter(({ key }) => results.get(key) === undefined).map(({ pair, key }) => [key, pair]),
  );
  if (missing.size > 0) {
    const tab = await work.openTab();
    if (!tab.ok) return tab;
    let judged = 0;
    try {
      for (const [key, pair] of missing) {
        const result = await tab.value.judge(pair);
        if (!result.ok) return result;
        results.add(key, result.value);
        judged++;
        onProgress({ done: pairs.length - missing.size + judged, total: pairs.length, judged });
      }
    } finally {
      await tab.value.close();
    }
  }
  return ok(keyed.map(({ key }) => results.get(key) as PairResult));
}

import type { Failure, Result } from '#vocabulary';
import type { JudgeTab } from './judge-tab.ts';
import { type WorkProgress, completeWork } from './kept-work.ts';
import { type Pair, keyOfPair } from './pair.ts';
import type { PairResult } from './pair-result.ts';
import type { ResultsFile } from './results-file.ts';

export interface JudgingWork {
  readonly pairs: readonly Pair[];
  readonly results: ResultsFile;
  /** Called only where a pair has no result yet. */
  readonly openTab: () => Promise<Result<JudgeTab, Failure>>;
  readonly onProgress: (progress: WorkProgress) => void;
}

/** The results of all pairs, in their order; those that are there already are not judged again. */
export function judgePairs({
  pairs,
  results,
  openTab,
  onProgress,
}: JudgingWork): Promise<Result<readonly PairResult[], Failure>> {
  return completeWork({
    items: pairs.map((pair) => [keyOfPair(pair), pair] as const),
    kept: results,
    openTab,
    ask: (tab, pair) => tab.judge(pair),
    onProgress,
  });
}

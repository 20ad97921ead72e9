import { join } from 'node:path';
import type { Failure, Result } from '#vocabulary';
import { openModelTab } from './model-tab.ts';
import type { JudgePage, JudgeSettings } from './page/judge-page.ts';
import type { Pair } from './pair.ts';
import type { PairResult } from './pair-result.ts';

/** A real tab that judges, one pair after the other. */
export interface JudgeTab {
  /** An error is the end of the tab. */
  judge(pair: Pair): Promise<Result<PairResult, Failure>>;
  close(): Promise<void>;
}

interface JudgeWindow {
  readonly judgePage: JudgePage;
}

/** Builds the page, opens it in a browser and loads the model. Throws where there is no browser. */
export async function openJudgeTab(modelFile: string, settings: JudgeSettings): Promise<Result<JudgeTab, Failure>> {
  const tab = await openModelTab(join(import.meta.dirname, 'page'), modelFile, (page) =>
    page.evaluate((wanted) => (globalThis as unknown as JudgeWindow).judgePage.load(wanted), settings),
  );
  if (!tab.ok) return tab;
  const { ask, close } = tab.value;
  return {
    ok: true,
    value: {
      judge: (pair) =>
        ask((page) => page.evaluate((asked) => (globalThis as unknown as JudgeWindow).judgePage.judge(asked), pair)),
      close,
    },
  };
}

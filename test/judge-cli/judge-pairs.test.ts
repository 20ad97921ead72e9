import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { judgePairs } from './judge-pairs.ts';
import type { JudgeTab } from './judge-tab.ts';
import type { WorkProgress } from './kept-work.ts';
import type { Pair } from './pair.ts';
import type { PairResult } from './pair-result.ts';
import { openResults } from './results-file.ts';
import { judgedResult } from './results.scripted.ts';

const pairs = [3, 1, 2, 1].map((n): Pair => ({ question: `q${n}`, better: 'b', worse: 'w' }));
const crashed = err(failure('tab-crashed', 'The tab crashed.'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-judge-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Judges q1, q2, ... as log-odds 1, 2, ...; crashes at the questions named. */
function judgeAll(crashAt: readonly string[] = []): Promise<{
  readonly outcome: Result<readonly PairResult[], Failure>;
  readonly asked: readonly string[];
  readonly progress: readonly WorkProgress[];
  readonly closed: number;
}> {
  const asked: string[] = [];
  const progress: WorkProgress[] = [];
  let closed = 0;
  const tab: JudgeTab = {
    judge({ question }) {
      asked.push(question);
      return Promise.resolve(crashAt.includes(question) ? crashed : ok(judgedResult(Number(question.slice(1)))));
    },
    close: () => Promise.resolve(void closed++),
  };
  const results = openResults({ path: join(folder, 'results.jsonl'), plan: 'p', fresh: false });
  if (!results.ok) throw new Error(results.error.message);
  return judgePairs({
    pairs,
    results: results.value,
    openTab: () => Promise.resolve(ok(tab)),
    onProgress: (one) => progress.push(one),
  }).then((outcome) => {
    results.value.close();
    return { outcome, asked, progress, closed };
  });
}

test('results come in the order of the pairs, and equal pairs are judged once', async () => {
  const { outcome, asked, progress, closed } = await judgeAll();
  expect(outcome).toMatchObject({ ok: true, value: [{ logOdds: 3 }, { logOdds: 1 }, { logOdds: 2 }, { logOdds: 1 }] });
  expect(asked).toEqual(['q3', 'q1', 'q2']);
  expect(progress.at(-1)).toEqual({ done: 4, total: 4, fresh: 3 });
  expect(closed).toBe(1);
});

test('J5: a crash ends the run, and the next one goes on from there', async () => {
  const first = await judgeAll(['q2']);
  expect(first.outcome).toEqual(crashed);
  expect(first.closed).toBe(1);
  const second = await judgeAll();
  expect(second.asked).toEqual(['q2']);
  const third = await judgeAll();
  expect(third.asked).toEqual([]);
  expect(third.closed).toBe(0);
  expect(third.outcome).toEqual(second.outcome);
});

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { planGold } from '../../src/judging/calibration/gold-plan.ts';
import { defaultModel, defaultModelFile } from '../../src/inference/catalogue.ts';
import { type Ended, runMain } from '../judge-cli/run-judge.ts';
import { sizes } from './gold-sizes.ts';
import { keyOfPlan, openState } from './gold-state.ts';
import { measuredItem } from './measured.scripted.ts';

/** Runs of the command that others have no part in, most of whose items are measured already. */
export interface KeptRun {
  readonly total: number;
  run(args: readonly string[]): Promise<Ended>;
  /** Ids in the file, in their order. */
  kept(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** `left` items of the default model's quick plan are for the run to measure. */
export function prepareRun(folder: string, left: number): KeptRun {
  const seed = `test-${process.pid}-${left}-${Date.now()}`;
  const plan = planGold(seed, sizes.quick);
  const key = keyOfPlan({ id: defaultModel.id, sha256: defaultModelFile.sha256 }, 'wllama', plan);
  const path = join(import.meta.dirname, '../../.cache/calibrate', `${key}.jsonl`);
  const state = openState({ path, plan: key, fresh: true });
  if (!state.ok) throw new Error(state.error.message);
  // Items whose answers are known, of several sources, are the quickest to measure.
  const quick = new Set(plan.filter(({ source }) => source !== 'sampled').slice(0, left));
  for (const item of plan) if (!quick.has(item)) state.value.add(item.id, measuredItem(item));
  state.value.close();
  return {
    total: plan.length,
    run: (args) => runMain(join(import.meta.dirname, 'main.ts'), ['--size', 'quick', '--seed', seed, ...args], folder),
    async kept() {
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').slice(1);
      return lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
    },
    remove: () => rm(path, { force: true }),
  };
}

import { type BenchRow } from './bench-row.ts';
import { measureClicks } from './inference/clicks.ts';
import { measureEngines } from './inference/engine-speeds.ts';
import { openEnginesStage } from './inference/engines-tab.ts';
import { measureMemory } from './inference/memory.ts';
import { measureOverheads } from './inference/overheads.ts';
import { measureReuse } from './inference/reuse.ts';

/** Engines against the libraries they are made of, and against each other, in real tabs with the real model. */
export async function run(report: (line: string) => void): Promise<BenchRow[]> {
  const stage = await openEnginesStage();
  try {
    return [
      ...(await measureOverheads(stage, report)),
      ...(await measureEngines(stage, report)),
      ...(await measureReuse(stage, report)),
      ...(await measureMemory(stage, report)),
      ...(await measureClicks(stage, report)),
    ];
  } finally {
    await stage.close();
  }
}

import { defaultCalibration } from '#judging';
import { loadRecording } from '../judging/recorded-gold.ts';
import type { BenchRow } from './bench-row.ts';
import { measureHeldOutPairs } from './judging/held-out-pairs.ts';
import { measureSampledRounds } from './judging/sampled-rounds.ts';
import { measureScoringSpeed } from './judging/scoring-speed.ts';

/** What the shipped judge is worth on what it was not fitted on, from the recording; and its speed, in a tab. */
export async function run(report: (line: string) => void): Promise<BenchRow[]> {
  const recording = loadRecording(defaultCalibration.modelId);
  return [
    ...measureHeldOutPairs(recording, report),
    ...measureSampledRounds(recording, report),
    ...(await measureScoringSpeed(recording, report)),
  ];
}

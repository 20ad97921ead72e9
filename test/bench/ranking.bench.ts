import type { BenchRow } from './bench-row.ts';
import { measureAccuracy } from './ranking/accuracy.ts';
import { measureCoverage } from './ranking/coverage.ts';
import { measureSpeed } from './ranking/speed.ts';
import { measureWaves } from './ranking/waves.ts';

/** Speed, coverage of intervals, votes saved by active waves, and accuracy under adversaries: some minutes in all. */
export async function run(report: (line: string) => void): Promise<BenchRow[]> {
  report('Speed …');
  const speed = measureSpeed();
  report('Coverage of intervals …');
  const coverage = measureCoverage();
  report('Active waves …');
  const waves = measureWaves();
  report('Accuracy under adversaries …');
  return [...speed, ...coverage, ...waves, ...measureAccuracy(report)];
}

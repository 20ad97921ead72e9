const WARM_UPS = 20;
const MOST_TURNS = 151;
const LEAST_TURNS = 5;
/** So many milliseconds are spent on a comparison: fewer turns where one takes long. */
const BUDGET_MS = 2_000;
/** Ours is the short one: samples of it are cheap, and one that was interrupted must not count. */
const OURS_A_TURN = 3;
/** A shorter timing would be that of the clock; a longer one would more often be interrupted by other work. */
const LEAST_SAMPLE_MS = 0.2;

/** Milliseconds. */
export interface Medians {
  readonly ours: number;
  readonly rival: number;
}

/** Median milliseconds of both, measured in turns so that what else the machine does falls on both alike. */
export function compareTimes(ours: () => void, rival: () => void): Medians {
  const warm = performance.now();
  for (let round = 0; round < WARM_UPS && performance.now() - warm < BUDGET_MS / 5; round++) {
    ours();
    rival();
  }
  const ourRuns = runsToSample(ours);
  const rivalRuns = runsToSample(rival);
  const ourTimes: number[] = [];
  const rivalTimes: number[] = [];
  const start = performance.now();
  while (rivalTimes.length < MOST_TURNS && (rivalTimes.length < LEAST_TURNS || performance.now() - start < BUDGET_MS)) {
    for (let sample = 0; sample < OURS_A_TURN; sample++) ourTimes.push(timeOf(ours, ourRuns));
    rivalTimes.push(timeOf(rival, rivalRuns));
  }
  return { ours: median(ourTimes), rival: median(rivalTimes) };
}

/** Runs that one timing takes; finding out also warms the code up. */
function runsToSample(work: () => void): number {
  let runs = 1;
  while (timeOf(work, runs) * runs < LEAST_SAMPLE_MS) runs *= 2;
  return runs;
}

function timeOf(work: () => void, runs: number): number {
  const start = performance.now();
  for (let run = 0; run < runs; run++) work();
  return (performance.now() - start) / runs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

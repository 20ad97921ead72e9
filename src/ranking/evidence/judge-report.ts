import { logistic } from '../numerics/elementary.ts';
import type { VoteCells } from '../vote-cells.ts';

/** How one judge's votes compare with the strengths that all votes gave. Shares and scores are weighted by the votes' weights. */
export interface JudgeReport {
  /** Weight of its votes. */
  readonly weight: number;
  /** Share of its decided votes that prefer the answer found stronger; undefined without any. */
  readonly agreement: number | undefined;
  /** Share of pairs shown to it in both orders on which it decided the same way; undefined where it saw none so. */
  readonly swapConsistency: number | undefined;
  /** Share of its ordered votes for whatever stood first, ties half; 0.5 is impartial, undefined without ordered votes. */
  readonly firstShare: number | undefined;
  /** Mean squared distance of its outcomes from what was found (1 or 0 for the first; Brier 1950): 0.25 says nothing. */
  readonly brier: number | undefined;
  /** Expected calibration error: mean distance between its outcomes and the fitted probabilities, over five bins of outcomes. */
  readonly calibrationError: number | undefined;
}

/** Strengths closer than this decide nothing. */
const UNDECIDED = 1e-9;
const BINS = 5;

/**
 * One report for each judge. Repeated votes of a judge on a pair enter by their mean. The judge's own votes are part of
 * the strengths: with few judges agreement flatters.
 */
export function reportJudges(cells: VoteCells, strengths: Float64Array): JudgeReport[] {
  const tallies = Array.from({ length: cells.judgeCount }, createTally);
  for (let cell = 0; cell < cells.judges.length; cell++) {
    const weight = (cells.firstWins[cell] as number) + (cells.secondWins[cell] as number);
    if (weight > 0) addCell(tallies[cells.judges[cell] as number] as JudgeTally, cells, cell, weight, strengths);
  }
  return tallies.map(summarise);
}

interface JudgeTally {
  weight: number;
  decided: number;
  agreed: number;
  orderedWeight: number;
  firstWins: number;
  squares: number;
  scored: number;
  /** By bin of outcome: weight, sum of outcomes, sum of fitted probabilities. */
  readonly bins: { weight: number; stated: number; fitted: number }[];
  /** By pair, lower index first: preference for the lower one, seen with either first. */
  readonly shown: Map<number, { lowFirst?: number; highFirst?: number }>;
}

function createTally(): JudgeTally {
  return {
    weight: 0,
    decided: 0,
    agreed: 0,
    orderedWeight: 0,
    firstWins: 0,
    squares: 0,
    scored: 0,
    bins: Array.from({ length: BINS }, () => ({ weight: 0, stated: 0, fitted: 0 })),
    shown: new Map(),
  };
}

function addCell(tally: JudgeTally, cells: VoteCells, cell: number, weight: number, strengths: Float64Array): void {
  const first = cells.firsts[cell] as number;
  const second = cells.seconds[cell] as number;
  const wins = cells.firstWins[cell] as number;
  const outcome = wins / weight;
  const gap = (strengths[first] as number) - (strengths[second] as number);
  tally.weight += weight;
  if (Math.abs(gap) > UNDECIDED) {
    // A half is no decision; two opposite votes are one for and one against.
    const decided = Math.abs(outcome - 0.5) > UNDECIDED ? weight : 0;
    tally.decided += decided;
    if (outcome > 0.5 === gap > 0) tally.agreed += decided;
    tally.squares += weight * (outcome - (gap > 0 ? 1 : 0)) ** 2;
    tally.scored += weight;
  }
  const bin = tally.bins[Math.min(BINS - 1, Math.floor(outcome * BINS))] as JudgeTally['bins'][number];
  bin.weight += weight;
  bin.stated += wins;
  bin.fitted += weight * logistic(gap);
  if (cells.ordered[cell] === 0) return;
  tally.orderedWeight += weight;
  tally.firstWins += wins;
  const key = Math.min(first, second) * cells.itemCount + Math.max(first, second);
  const seen = tally.shown.get(key) ?? {};
  if (first < second) seen.lowFirst = outcome;
  else seen.highFirst = 1 - outcome;
  tally.shown.set(key, seen);
}

function summarise(tally: JudgeTally): JudgeReport {
  const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
  let twice = 0;
  let same = 0;
  for (const { lowFirst, highFirst } of tally.shown.values()) {
    if (lowFirst === undefined || highFirst === undefined) continue;
    twice += 1;
    if (Math.sign(lowFirst - 0.5) === Math.sign(highFirst - 0.5)) same += 1;
  }
  const distance = tally.bins.reduce((sum, bin) => sum + Math.abs(bin.stated - bin.fitted), 0);
  return {
    weight: tally.weight,
    agreement: share(tally.agreed, tally.decided),
    swapConsistency: share(same, twice),
    firstShare: share(tally.firstWins, tally.orderedWeight),
    brier: share(tally.squares, tally.scored),
    calibrationError: share(distance, tally.weight),
  };
}

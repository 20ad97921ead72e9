import {
  type Calibration,
  type GoldPair,
  type GoldSlate,
  type Panel,
  type PairFigures,
  LOWEST_USEFUL_ACCURACY,
  beatsChance,
  calibrate,
  decisiveFigures,
} from '#judging';
import { type Failure, type Result, ok } from '#vocabulary';
import { judgedPairs } from '../../src/judging/calibration/calibrate.ts';
import { pairsOf } from '../../src/judging/calibration/gold.ts';
import { figuresOf } from '../../src/judging/calibration/metrics.ts';
import { tabVersionOf } from '../../src/judging/calibration/refresh.ts';
import { compareLengths, lengthClasses } from '../judge-cli/length-class.ts';
import type { MeasuredItem } from './measured-item.ts';

/** What each panel makes of a group of pairs that are held out. */
export interface Row {
  readonly name: string;
  readonly questions: number;
  readonly pairs: number;
  readonly panels: readonly PairFigures[];
}

export interface CalibrateFigures {
  /** Questions with a pair of a right and a wrong answer that the weights were fitted on. */
  readonly fitted: number;
  readonly overall: readonly Row[];
  readonly bySource: readonly Row[];
  readonly byFamily: readonly Row[];
  /** Without attacks, as the next: a dozen short lies on each question would be most of either. */
  readonly byDifficulty: readonly Row[];
  readonly byLength: readonly Row[];
  readonly votes: { readonly count: boolean; readonly why: string };
  /** Questions to which all own answers were right, or all wrong: nothing is learnt from those. */
  readonly onesided: number;
  readonly skipped: readonly string[];
  readonly tokens: number;
  readonly seconds: number;
}

export interface CalibrateReport {
  readonly model: string;
  readonly version: string;
  readonly seed: string;
  readonly slates: number;
  readonly panels: readonly Panel[];
  readonly figures: CalibrateFigures;
}

export interface Calibrated {
  readonly calibration: Calibration;
  readonly report: CalibrateReport;
}

/** Fits what was measured, in the order of the plan, and tells how well it holds. */
export function calibrateMeasured(
  items: readonly MeasuredItem[],
  { modelId, seed }: { readonly modelId: string; readonly seed: string },
): Result<Calibrated, Failure> {
  const slates = items.flatMap((item) => item.slates);
  const made = calibrate(slates, { modelId, seed, version: versionOf(modelId, slates) });
  if (!made.ok) return made;
  const { version, panels } = made.value;
  const figures = figuresOn(items, slates, made.value);
  const report = { model: modelId, version, seed, slates: slates.length, panels, figures };
  return ok({ calibration: made.value, report });
}

/** The digest is that of a tab's own calibrations: the same slates, the same digits. */
function versionOf(modelId: string, slates: readonly GoldSlate[]): string {
  return `${modelId}/cli-${tabVersionOf(modelId, slates).slice(-12)}`;
}

function figuresOn(
  items: readonly MeasuredItem[],
  slates: readonly GoldSlate[],
  calibration: Calibration,
): CalibrateFigures {
  const { panels } = calibration;
  const heldOut = pairsOf(slates.filter(({ split }) => split === 'held-out'));
  const genuine = heldOut.filter(({ slate }) => slate.source !== 'attack');
  const fitted = slates.filter((slate) => slate.split === 'fit' && pairsOf([slate]).length > 0);
  return {
    fitted: fitted.length,
    overall: rowsBy(heldOut, panels, () => 'all'),
    bySource: rowsBy(heldOut, panels, ({ slate }) => slate.source, ['sampled', 'written', 'procedural', 'attack']),
    byFamily: rowsBy(heldOut, panels, ({ slate }) => `${slate.source} ${slate.family}`),
    byDifficulty: rowsBy(genuine, panels, ({ slate }) => String(slate.difficulty ?? 'unknown')),
    byLength: rowsBy(genuine, panels, ({ better, worse }) => compareLengths(better.words, worse.words), lengthClasses),
    votes: votesOf(calibration),
    onesided: slates.filter((slate) => slate.source === 'sampled' && pairsOf([slate]).length === 0).length,
    skipped: items.flatMap(({ skipped }) => (skipped === undefined ? [] : [skipped.message])),
    tokens: items.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: items.reduce((sum, { ms }) => sum + ms, 0) / 1_000,
  };
}

/** In the order given, else by name. */
function rowsBy(
  pairs: readonly GoldPair[],
  panels: readonly Panel[],
  nameOf: (pair: GoldPair) => string,
  order?: readonly string[],
): Row[] {
  const groups = Map.groupBy(pairs, nameOf);
  return (order ?? [...groups.keys()].toSorted()).flatMap((name) => {
    const figures = panels.flatMap(({ weights }) => figuresOf(judgedPairs(groups.get(name) ?? [], weights)) ?? []);
    const [first] = figures;
    if (first === undefined) return [];
    return [{ name, questions: first.accuracy.count, pairs: first.pairs, panels: figures }];
  });
}

/** What the product goes by (beatsChance), in words. */
function votesOf(calibration: Calibration): CalibrateFigures['votes'] {
  const own = calibration.panels[0]?.heldOut?.bySource.sampled;
  const accuracy = decisiveFigures(calibration)?.accuracy;
  const count = beatsChance(calibration);
  if (accuracy === undefined) return { count, why: 'no pair of a right and a wrong answer was held out' };
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return {
    count,
    why:
      `panel 1 is right in ${share(accuracy.share)} of ${accuracy.count} ${own === undefined ? 'questions' : 'questions with own answers'} ` +
      `(95 %: at least ${share(accuracy.low)}); more than ${share(LOWEST_USEFUL_ACCURACY)} is needed`,
  };
}

import { type Failure, type Result, ok } from '#vocabulary';
import type { ReadingName } from '../judge.ts';
import { MAX_LOG_ODDS } from '../panel/panel.ts';
import type { Calibration, GoldSource, HeldOutFigures, Panel, ReadingWeight } from './calibration.ts';
import { fitPanel, logOddsOf } from './fit-panel.ts';
import { type GoldPair, type GoldSlate, pairsOf } from './gold.ts';
import { type JudgedPair, type PairFigures, figuresOf } from './metrics.ts';

/**
 * Panels from the cheapest to the dearest. The first costs a question two short passes, however many answers there are; the
 * second also every answer's own tokens. Further readings made no panel better on families left out (README.md).
 */
export const PANEL_READINGS: readonly (readonly ReadingName[])[] = [
  ['cloze', 'cloze-new', 'agreement'],
  ['cloze', 'cloze-new', 'agreement', 'forward'],
];

export interface CalibrationOptions {
  readonly modelId: string;
  readonly version: string;
  readonly seed: string;
  readonly panels?: readonly (readonly ReadingName[])[];
}

/** Fits every panel on the slates for fitting and measures it on those held out. */
export function calibrate(slates: readonly GoldSlate[], options: CalibrationOptions): Result<Calibration, Failure> {
  const { modelId, version, seed, panels: readings = PANEL_READINGS } = options;
  const fitted = slates.filter(({ split }) => split === 'fit');
  const panels: Panel[] = [];
  for (const names of readings) {
    const weights = fitPanel(fitted, names);
    if (!weights.ok) return weights;
    const rounded = weights.value.map(({ name, scale, weight }) => ({
      name,
      scale: round(scale),
      weight: round(weight),
    }));
    const heldOut = measureHeldOut(slates, rounded);
    panels.push({ weights: rounded, ...(heldOut === undefined ? {} : { heldOut }) });
  }
  return ok({ version, modelId, calibrated: true, seed, panels });
}

/** Figures of weights on the slates held out; undefined without any. */
export function measureHeldOut(
  slates: readonly GoldSlate[],
  weights: readonly ReadingWeight[],
): HeldOutFigures | undefined {
  const pairs = pairsOf(slates.filter(({ split }) => split === 'held-out'));
  const all = figuresOf(judgedPairs(pairs, weights));
  if (all === undefined) return undefined;
  const bySource: Partial<Record<GoldSource, PairFigures>> = {};
  for (const [source, some] of Map.groupBy(pairs, ({ slate }) => slate.source)) {
    const figures = figuresOf(judgedPairs(some, weights));
    if (figures !== undefined) bySource[source] = roundFigures(figures);
  }
  return { ...roundFigures(all), bySource };
}

/** What weights say of the pairs that have all readings. Attacks on one question are trials of their own. */
export function judgedPairs(pairs: readonly GoldPair[], weights: readonly ReadingWeight[]): JudgedPair[] {
  return pairs
    .map((pair) => {
      const { source, family, question } = pair.slate;
      return {
        question: source === 'attack' ? `${family}/${question}` : `${source}/${question}`,
        logOdds: logOddsOf(pair, weights, MAX_LOG_ODDS),
      };
    })
    .filter(({ logOdds }) => Number.isFinite(logOdds));
}

/** Accuracy on families that the weights were not fitted on, each family left out in turn: for choosing readings. */
export function validate(
  slates: readonly GoldSlate[],
  names: readonly ReadingName[],
): Result<PairFigures | undefined, Failure> {
  const fitted = slates.filter(({ split }) => split === 'fit');
  const judged: JudgedPair[] = [];
  for (const [family, left] of Map.groupBy(fitted, (slate) => slate.family)) {
    const rest = fitted.filter((slate) => slate.family !== family);
    const weights = fitPanel(rest, names);
    if (!weights.ok) return weights;
    judged.push(...judgedPairs(pairsOf(left), weights.value));
  }
  return ok(figuresOf(judged));
}

/** Constants that travel are short and the same wherever they were computed. */
const round = (value: number): number => Math.round(value * 1e5) / 1e5;

function roundFigures({ accuracy, pairs, brier, ece }: PairFigures): PairFigures {
  const { share, count, low, high } = accuracy;
  return {
    accuracy: { share: round(share), count, low: round(low), high: round(high) },
    pairs,
    brier: round(brier),
    ece: round(ece),
  };
}

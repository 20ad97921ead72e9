import { logistic, softplus } from '../numerics/elementary.ts';
import type { JudgeEstimate } from '../ranking.ts';
import type { VoteCells } from '../vote-cells.ts';

/**
 * P(judge j prefers a, shown first, to b) = logistic(gamma_j (s_a - s_b) + q_j + c_j (x_a - x_b)): answer strengths s,
 * the judge's discrimination gamma, its bias for the first position q (ordered votes only) and its private taste c for a
 * property of style x (ranking.md; BTL with judge discrimination: arXiv 2601.21817; the biases as in NoisyBT).
 * Priors: s ~ N(0, strengthDeviation²); gamma_j ~ N(mean by standing, (discriminationDeviation x mean)²) on [0, mean]:
 * what a judge votes can only lower how far it is believed, only its record raises it, so that judges who agree on an
 * invented order cannot make each other strong; q_j ~ N(q, positionDeviation²) about a bias q ~ N(0, commonPositionDeviation²) that all judges
 * share, as tabs with the same model do; c_j ~ N(0, styleDeviation²).
 */
export interface JudgePriors {
  readonly strengthDeviation: number;
  readonly discriminationDeviation: number;
  readonly positionDeviation: number;
  readonly commonPositionDeviation: number;
  readonly styleDeviation: number;
}

/** Free numbers of one judge: discrimination, position bias, style bias. */
export const JUDGE_PARAMETERS = 3;

export interface JudgeModel {
  readonly cells: VoteCells;
  readonly priors: JudgePriors;
  /** Centre of each judge's discrimination prior; 0 fixes the discrimination at 0. */
  readonly priorMeans: Float64Array;
  /** Style property of each item, centred, in standard deviations; zeros where nothing is known. */
  readonly style: Float64Array;
  /** Cells of judge j are those from `starts[j]` up to `starts[j + 1]`. */
  readonly starts: Uint32Array;
  /** Which global numbers each judge's votes touch. */
  readonly touched: TouchedNumbers;
}

/**
 * For judge j the places from `starts[j]` up to `starts[j + 1]` list, ascending, the items it compared and last the common
 * position bias (index: number of items). `first` and `second` give each cell's items by their places in that list.
 */
export interface TouchedNumbers {
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** A point in parameter space. `local` holds (gamma, q, c) of each judge in turn. */
export interface JudgePoint {
  readonly strengths: Float64Array;
  readonly local: Float64Array;
  /** Position bias that judges share. */
  readonly commonPosition: number;
}

export function createJudgeModel(
  cells: VoteCells,
  priors: JudgePriors,
  priorMeanOf: (judge: number) => number,
  style: readonly number[] = [],
): JudgeModel {
  const starts = new Uint32Array(cells.judgeCount + 1);
  for (const judge of cells.judges) starts[judge + 1]! += 1;
  for (let judge = 0; judge < cells.judgeCount; judge++) starts[judge + 1]! += starts[judge] as number;
  return {
    cells,
    priors,
    priorMeans: Float64Array.from({ length: cells.judgeCount }, (_, judge) => priorMeanOf(judge)),
    style: standardise(style, cells.itemCount),
    starts,
    touched: findTouched(cells, starts),
  };
}

function findTouched(cells: VoteCells, cellStarts: Uint32Array): TouchedNumbers {
  const { itemCount, judgeCount, firsts, seconds } = cells;
  const starts = new Uint32Array(judgeCount + 1);
  const first = new Uint32Array(firsts.length);
  const second = new Uint32Array(firsts.length);
  const placeOf = new Uint32Array(itemCount);
  const rows: number[] = [];
  for (let judge = 0; judge < judgeCount; judge++) {
    const from = cellStarts[judge] as number;
    const to = cellStarts[judge + 1] as number;
    const items = new Set([...firsts.subarray(from, to), ...seconds.subarray(from, to)]);
    let place = 0;
    for (const item of [...items].sort((a, b) => a - b)) {
      placeOf[item] = place++;
      rows.push(item);
    }
    if (to > from) rows.push(itemCount);
    for (let cell = from; cell < to; cell++) {
      first[cell] = placeOf[firsts[cell] as number] as number;
      second[cell] = placeOf[seconds[cell] as number] as number;
    }
    starts[judge + 1] = rows.length;
  }
  return { starts, rows: Uint32Array.from(rows), first, second };
}

/** Where a fit begins: every answer equal, every judge as its prior expects. */
export function priorPoint(model: JudgeModel): JudgePoint {
  const local = new Float64Array(model.cells.judgeCount * JUDGE_PARAMETERS);
  for (const [judge, mean] of model.priorMeans.entries()) local[judge * JUDGE_PARAMETERS] = mean;
  return { strengths: new Float64Array(model.cells.itemCount), local, commonPosition: 0 };
}

/** Standard deviation of a judge's discrimination before its votes: proportional to the mean, so that standing 0 stays 0. */
export function discriminationDeviation(model: JudgeModel, judge: number): number {
  return model.priors.discriminationDeviation * Math.min(1, model.priorMeans[judge] as number);
}

/** Linear predictor of one cell. */
export function predictor(model: JudgeModel, point: JudgePoint, cell: number): number {
  const { cells, style } = model;
  const first = cells.firsts[cell] as number;
  const second = cells.seconds[cell] as number;
  const own = (cells.judges[cell] as number) * JUDGE_PARAMETERS;
  const { local, strengths } = point;
  return (
    (local[own] as number) * ((strengths[first] as number) - (strengths[second] as number)) +
    (local[own + 1] as number) * (cells.ordered[cell] as number) +
    (local[own + 2] as number) * ((style[first] as number) - (style[second] as number))
  );
}

/** Up to an additive constant. */
export function logPosterior(model: JudgeModel, point: JudgePoint): number {
  const { cells, priors, priorMeans } = model;
  let value = -0.5 * square(point.commonPosition / priors.commonPositionDeviation);
  for (const strength of point.strengths) value -= 0.5 * square(strength / priors.strengthDeviation);
  for (let judge = 0; judge < cells.judgeCount; judge++) {
    // A judge without votes would follow its prior wherever that goes.
    if (model.starts[judge] === model.starts[judge + 1]) continue;
    const own = judge * JUDGE_PARAMETERS;
    const deviation = discriminationDeviation(model, judge);
    if (deviation > 0)
      value -= 0.5 * square(((point.local[own] as number) - (priorMeans[judge] as number)) / deviation);
    value -= 0.5 * square(((point.local[own + 1] as number) - point.commonPosition) / priors.positionDeviation);
    value -= 0.5 * square((point.local[own + 2] as number) / priors.styleDeviation);
  }
  for (let cell = 0; cell < cells.judges.length; cell++) {
    const eta = predictor(model, point, cell);
    // w log p + l log(1 - p) with one logarithm: log p = -softplus(-eta), log(1 - p) = log p - eta.
    const wins = cells.firstWins[cell] as number;
    const losses = cells.secondWins[cell] as number;
    value -= (wins + losses) * softplus(-eta) + losses * eta;
  }
  return value;
}

/** What a point says of each judge. */
export function judgeEstimates(point: JudgePoint, judgeCount: number): JudgeEstimate[] {
  return Array.from({ length: judgeCount }, (_, judge) => {
    const own = judge * JUDGE_PARAMETERS;
    return {
      discrimination: point.local[own] as number,
      positionBias: point.local[own + 1] as number,
      styleBias: point.local[own + 2] as number,
    };
  });
}

/** P(first is preferred) of one cell. */
export function preference(model: JudgeModel, point: JudgePoint, cell: number): number {
  return logistic(predictor(model, point, cell));
}

function standardise(values: readonly number[], count: number): Float64Array {
  const standard = new Float64Array(count);
  if (values.length < count || count === 0) return standard;
  let mean = 0;
  for (let item = 0; item < count; item++) mean += (values[item] as number) / count;
  let variance = 0;
  for (let item = 0; item < count; item++) variance += square((values[item] as number) - mean) / count;
  if (!(variance > 1e-12 * (1 + mean * mean))) return standard;
  const deviation = Math.sqrt(variance);
  for (let item = 0; item < count; item++) standard[item] = ((values[item] as number) - mean) / deviation;
  return standard;
}

function square(x: number): number {
  return x * x;
}

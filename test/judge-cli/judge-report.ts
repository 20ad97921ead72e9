import type { ReadingName } from '#judging';
import { type PairFigures, type Proportion, figuresOf } from '../../src/judging/calibration/metrics.ts';
import { MAX_ANSWER_BYTES, MAX_QUESTION_BYTES } from '../../src/judging/readings/prompts.ts';
import { MAX_READ_LENGTH, capText, neutraliseText, wordsOf } from '../../src/judging/text.ts';
import { type LengthClass, compareLengths } from './length-class.ts';
import type { JudgingPlan } from './judging-plan.ts';
import type { Pair } from './pair.ts';
import { type JudgedResult, type PairResult, isScreened, readingLogOdds } from './pair-result.ts';

export interface Accuracy {
  readonly accuracy: number;
  /** 95 % interval (Wilson). */
  readonly low: number;
  readonly high: number;
}

export interface JudgeReport {
  readonly model: string;
  readonly pairs: number;
  readonly readings: Readonly<Partial<Record<ReadingName, Accuracy>>>;
  readonly panel: Accuracy & { readonly brier: number; readonly ece: number };
  readonly tokens: number;
  readonly seconds: number;
  /** Names the panel's constants. */
  readonly calibration: string;
  /** False where the panel stands in for one that was never measured. */
  readonly calibrated: boolean;
  /** Different questions: pairs of one question share one vote in every figure. */
  readonly questions: number;
  /** The panel's accuracy by which answer has more words. */
  readonly byLength: Readonly<Record<LengthClass, { readonly pairs: number } & Partial<Accuracy>>>;
  /** Pairs that a text which is no answer decided. */
  readonly screened: number;
  /** Pairs with a text of which judges read the beginning only. */
  readonly cut: number;
  readonly failed: readonly { readonly reason: string; readonly pairs: number }[];
}

interface Judged {
  readonly pair: Pair;
  readonly result: JudgedResult;
}

/** Undefined where no pair could be judged. */
export function reportOn(
  pairs: readonly Pair[],
  results: readonly PairResult[],
  { names, calibration }: JudgingPlan,
): JudgeReport | undefined {
  const judged: Judged[] = [];
  const failed = new Map<string, number>();
  for (const [index, pair] of pairs.entries()) {
    const result = results[index] as PairResult;
    if ('failed' in result) failed.set(result.failed, (failed.get(result.failed) ?? 0) + 1);
    else judged.push({ pair, result });
  }
  const panel = figures(judged, ({ logOdds }) => logOdds);
  if (panel === undefined) return undefined;
  const ofReading = (name: ReadingName): Accuracy =>
    accuracyOf((figures(judged, (result) => readingLogOdds(result, name)) as PairFigures).accuracy);
  return {
    model: calibration.modelId,
    pairs: judged.length,
    readings: Object.fromEntries(names.map((name) => [name, ofReading(name)])),
    panel: { ...accuracyOf(panel.accuracy), brier: panel.brier, ece: panel.ece },
    tokens: judged.reduce((sum, { result }) => sum + result.tokens, 0),
    seconds: judged.reduce((sum, { result }) => sum + result.ms, 0) / 1_000,
    calibration: calibration.version,
    calibrated: calibration.calibrated,
    questions: panel.accuracy.count,
    byLength: byLength(judged),
    screened: judged.filter(({ result }) => isScreened(result)).length,
    cut: judged.filter(({ pair }) => isCut(pair)).length,
    failed: [...failed].map(([reason, count]) => ({ reason, pairs: count })),
  };
}

function figures(judged: readonly Judged[], logOddsOf: (result: JudgedResult) => number): PairFigures | undefined {
  return figuresOf(judged.map(({ pair, result }) => ({ question: pair.question, logOdds: logOddsOf(result) })));
}

/** Sums of thirds and twelfths end a little beside what they mean; a share of 0.95 shall count as 0.95. */
export function accuracyOf({ share, low, high }: Proportion): Accuracy {
  const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;
  return { accuracy: rounded(share), low: rounded(low), high: rounded(high) };
}

function byLength(judged: readonly Judged[]): JudgeReport['byLength'] {
  const classed = Map.groupBy(judged, ({ pair }) => lengthClassOf(pair));
  const of = (name: LengthClass): JudgeReport['byLength'][LengthClass] => {
    const some = classed.get(name) ?? [];
    const told = figures(some, ({ logOdds }) => logOdds);
    return { pairs: some.length, ...(told === undefined ? {} : accuracyOf(told.accuracy)) };
  };
  return { worseLonger: of('worseLonger'), similar: of('similar'), betterLonger: of('betterLonger') };
}

export function lengthClassOf({ better, worse }: Pair): LengthClass {
  return compareLengths(wordsOf(better).length, wordsOf(worse).length);
}

function isCut({ question, better, worse }: Pair): boolean {
  const beyond = (text: string, bytes: number): boolean =>
    text.length > MAX_READ_LENGTH || capText(neutraliseText(text), bytes).capped;
  return beyond(question, MAX_QUESTION_BYTES) || [better, worse].some((answer) => beyond(answer, MAX_ANSWER_BYTES));
}

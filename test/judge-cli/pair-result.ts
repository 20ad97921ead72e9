import type { Judgement, ReadingName, ScreeningReason } from '#judging';

/** What a judge said of one pair; positive speaks for the better answer. */
export interface JudgedResult {
  /** The panel's. */
  readonly logOdds: number;
  /** Of each reading alone; empty where a text was screened and nothing was read. */
  readonly readings: Readonly<Partial<Record<ReadingName, number>>>;
  /** Why an answer counts as none. */
  readonly screened: { readonly better?: ScreeningReason; readonly worse?: ScreeningReason };
  readonly tokens: number;
  readonly ms: number;
}

export interface FailedResult {
  readonly failed: string;
}

export type PairResult = JudgedResult | FailedResult;

/** The result of a judgement on the better and the worse answer, in this order. */
export function resultOf(judgement: Judgement, names: readonly ReadingName[], ms: number): PairResult {
  const [better, worse] = judgement.answers;
  const [verdict] = judgement.verdicts;
  if (better === undefined || worse === undefined || verdict === undefined)
    return { failed: 'The judge gave no verdict.' };
  const screened = {
    ...(better.screening.genuine ? {} : { better: better.screening.reason }),
    ...(worse.screening.genuine ? {} : { worse: worse.screening.reason }),
  };
  const base = { logOdds: verdict.logOdds, screened, tokens: judgement.evaluatedTokens, ms };
  if (Object.keys(screened).length > 0) return { ...base, readings: {} };
  const readings: Partial<Record<ReadingName, number>> = {};
  for (const name of names) {
    const valueIn = (answer: typeof better): number =>
      answer.readings.find((reading) => reading.name === name)?.value ?? Number.NaN;
    const value = judgement.pairs.find((pair) => pair.name === name)?.value ?? valueIn(better) - valueIn(worse);
    if (!Number.isFinite(value)) return { failed: `The reading "${name}" of this pair is missing or no number.` };
    readings[name] = value;
  }
  return { ...base, readings };
}

/** What the pair would get of this reading alone: screening decides before any reading does. */
export function readingLogOdds(result: JudgedResult, name: ReadingName): number {
  return isScreened(result) ? result.logOdds : (result.readings[name] ?? 0);
}

export function isScreened({ screened }: JudgedResult): boolean {
  return screened.better !== undefined || screened.worse !== undefined;
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { Calibration, Panel } from '../calibration/calibration.ts';
import type { JudgeError, JudgedAnswer, PairVerdict, Reading, ReadingName } from '../judge.ts';
import { createJudge } from './panel-judge.ts';
import { comparePairs } from './panel.ts';
import { isReadable, readingsOf } from './plan.ts';
import type { Engines } from './work.ts';

/** What a judge stated of the answers it read, as a ballot holds it. */
export interface Statement {
  /** Positions of answers that were screened. */
  readonly screened: readonly number[];
  /** Of every answer; empty for a screened one. */
  readonly readings: readonly (readonly Reading[])[];
  readonly votes: readonly Pick<PairVerdict, 'first' | 'second' | 'logOdds'>[];
}

/** Rounding of a number on its way through a record. */
const ARITHMETIC_TOLERANCE = 1e-6;

/**
 * Whether the votes are what the calibration makes of the readings. Needs no model: anyone can tell. Undefined where it cannot be
 * told: the statement came without readings, or no panel of the calibration has just these.
 */
export function votesFollow({ screened, readings, votes }: Statement, calibration: Calibration): boolean | undefined {
  const judged = readings.map((own, answer): JudgedAnswer =>
    screened.includes(answer)
      ? { screening: { genuine: false, reason: 'unreadable' }, readings: [] }
      : { screening: { genuine: true }, readings: own },
  );
  const read = judged.find(({ readings: own }) => own.length > 0);
  // Where nothing was read, screening alone decided, or the readings were left out of a ballot that was too large.
  const isToldApart = judged.filter(({ screening }) => screening.genuine).length < 2;
  const panel = read === undefined ? calibration.panels[0] : panelWith(read.readings, calibration);
  if (panel === undefined || (read === undefined && !isToldApart)) return undefined;
  const { verdicts } = comparePairs(judged, [], panel.weights);
  return votes.every(({ first, second, logOdds }) => {
    const verdict = verdicts.find((one) => one.first === first && one.second === second);
    return verdict !== undefined && Math.abs(verdict.logOdds - logOdds) <= ARITHMETIC_TOLERANCE;
  });
}

function panelWith(readings: readonly Reading[], { panels }: Calibration): Panel | undefined {
  const stated = new Set(readings.map(({ name }) => name));
  return panels.find(
    (panel) => panel.weights.length === stated.size && panel.weights.every(({ name }) => stated.has(name)),
  );
}

/**
 * How far two honest readings of one text by one model may differ, by build, batch and processor (measured between llama.cpp in
 * WebAssembly and a 32-bit pass). Means over tokens differ little, one word's or one token's probability more.
 */
export const RECHECK_TOLERANCE: Readonly<Record<ReadingName, number>> = {
  cloze: 1.5,
  'cloze-new': 1.5,
  agreement: 0.25,
  forward: 0.25,
  unprompted: 0.25,
  backward: 0.4,
  'yes-no': 0.6,
  letter: 0.6,
  'reasoned-letter': 2,
  probe: 0.25,
};

export interface Recheck {
  readonly agrees: boolean;
  /** Every reading that differs by more than its tolerance. */
  readonly differences: readonly {
    readonly answer: number;
    readonly name: ReadingName;
    readonly stated: number;
    /** Undefined where this judge made no such reading of the answer. */
    readonly found: number | undefined;
  }[];
  /** Stated readings that these engines cannot make. */
  readonly unchecked: readonly ReadingName[];
  readonly evaluatedTokens: number;
}

export interface RecheckRequest {
  readonly question: string;
  readonly answers: readonly string[];
  readonly others: readonly string[];
  readonly readings: Statement['readings'];
  readonly signal?: AbortSignal;
}

/** Reads the answers again with one's own copy of the model and compares. */
export async function recheckReadings(
  { calibration, ...engines }: Engines & { readonly calibration: Calibration },
  { readings, ...request }: RecheckRequest,
): Promise<Result<Recheck, JudgeError>> {
  const stated = readings.find((own) => own.length > 0) ?? [];
  const panel = panelWith(stated, calibration);
  if (panel === undefined)
    return err(failure('malformed-reading', 'These readings are of no panel of this calibration.'));
  const checked = { weights: panel.weights.filter(({ name }) => isReadable(name, engines)) };
  const unchecked = readingsOf(panel).filter((name) => !isReadable(name, engines));
  const judged = await createJudge({ ...engines, calibration: { ...calibration, panels: [checked] } }).judge(request);
  if (!judged.ok) return judged;
  const differences = readings.flatMap((own, answer) =>
    readingsOf(checked).flatMap((name) => {
      const before = own.find((reading) => reading.name === name)?.value;
      const found = judged.value.answers[answer]?.readings.find((reading) => reading.name === name)?.value;
      if (before === undefined && found === undefined) return [];
      const isNear = Math.abs((before ?? Number.NaN) - (found ?? Number.NaN)) <= RECHECK_TOLERANCE[name];
      return isNear ? [] : [{ answer, name, stated: before ?? Number.NaN, found }];
    }),
  );
  return ok({
    agrees: differences.length === 0,
    differences,
    unchecked,
    evaluatedTokens: judged.value.evaluatedTokens,
  });
}

import type { JudgedResult } from './pair-result.ts';

/** A result as a tab might give it. */
export function judgedResult(
  logOdds: number,
  readings: JudgedResult['readings'] = { cloze: logOdds },
  screened: JudgedResult['screened'] = {},
): JudgedResult {
  return { logOdds, readings, screened, tokens: 100, ms: 500 };
}

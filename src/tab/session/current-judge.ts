import { ok } from '#vocabulary';
import {
  type Calibration,
  type Judge,
  type Scorer,
  type StateReader,
  beatsChance,
  budgetFor,
  createJudge,
  probeOf,
} from '#judging';

/**
 * What a judgement may take at most while the others of a round wait: three answers by the full panel where four tabs share two
 * processor cores. It mostly takes half of that, because what the engine keeps is not computed again. A slower tab reads the
 * cheap panel, which is as good where the answer is a word, and not where it is an explanation.
 */
const JUDGING_SECONDS = 90;

export interface CurrentJudgeOptions {
  readonly scorer: Scorer;
  /** The same engine, where it shows its states: judged is by more readings then. Undefined where it does not. */
  readonly stateReader?: () => StateReader | undefined;
  /** The calibration in use; it may change from one judgement to the next. */
  readonly calibration: () => Calibration;
  /** Tokens that the engine reads a second, once it was measured. */
  readonly tokensPerSecond: () => number | undefined;
}

/** A judge with the calibration in use. Where that is no better than chance its votes carry no weight, for all to see. */
export function createCurrentJudge({ scorer, stateReader, calibration, tokensPerSecond }: CurrentJudgeOptions): Judge {
  // Fetched before a round, in which the server may be out of reach.
  void probeOf(calibration());
  return {
    async judge(request) {
      const current = calibration();
      const speed = tokensPerSecond();
      const budget = speed === undefined ? {} : { budgetTokens: budgetFor(speed, JUDGING_SECONDS) };
      const states = stateReader?.();
      // Without its probe a judge reads what else it can.
      const isProbed = states !== undefined && (await probeOf(current)).ok;
      const engines = isProbed ? { scorer, stateReader: states } : { scorer };
      const judged = await createJudge({ ...engines, calibration: current }).judge({ ...budget, ...request });
      if (!judged.ok || beatsChance(current)) return judged;
      const verdicts = judged.value.verdicts.map((verdict) => ({ ...verdict, weight: 0 }));
      return ok({ ...judged.value, verdicts });
    },
  };
}

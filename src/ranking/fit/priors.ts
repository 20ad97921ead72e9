import type { JudgePriors } from './judge-model.ts';

/** Standard deviation of a strength before any vote: 95 % of answers lie within ±3 logits, odds of 20 to 1. */
export const PRIOR_DEVIATION = 1.5;

/**
 * What is believed of judges before they vote. Chosen by simulated rounds (`npm run bench -- ranking`): a wider prior on
 * discrimination silences colluders sooner but lets a large group that agrees on one invented answer silence the others.
 */
export const JUDGE_PRIORS: JudgePriors = {
  strengthDeviation: PRIOR_DEVIATION,
  discriminationDeviation: 0.45,
  positionDeviation: 0.5,
  commonPositionDeviation: 1,
  styleDeviation: 0.3,
};

/** What a judge without a record is taken for. */
const NEUTRAL_STANDING = 0.5;

/** Below this a standing counts as 0, whose votes are not read at all. */
const SILENT_STANDING = 1e-3;

/**
 * Centre of a judge's discrimination: 0 for standing 0, whose votes then say nothing, 1 for a stranger, 1.5 for a judge
 * that has always proved right. Strangers stand at 1, so that a swarm without history reads votes as they are meant.
 */
function standingToDiscrimination(standing: number): number {
  if (standing < SILENT_STANDING) return 0;
  return standing <= NEUTRAL_STANDING ? standing / NEUTRAL_STANDING : 1 + (standing - NEUTRAL_STANDING);
}

/** The same for one of several judges; a missing standing is neutral. */
export function priorDiscrimination(judgeStanding: readonly number[], judge: number): number {
  return standingToDiscrimination(judgeStanding[judge] ?? NEUTRAL_STANDING);
}

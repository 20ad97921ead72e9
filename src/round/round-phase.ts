import type { RoundPhase } from './view.ts';

const FINAL: ReadonlySet<RoundPhase> = new Set(['settled', 'stopped', 'failed', 'interrupted']);

/** Whether nothing more comes of a round in this phase. */
export function isRoundOver(phase: RoundPhase): boolean {
  return FINAL.has(phase);
}

import type { DoneGold } from '#judging';

/** What a tab read of one item of the plan, and what that took. */
export interface MeasuredItem extends DoneGold {
  readonly tokens: number;
  readonly ms: number;
}

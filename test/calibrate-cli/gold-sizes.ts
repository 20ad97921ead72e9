import type { GoldItem, GoldSize, GoldSource } from '#judging';
import { TAB_GOLD_SIZE } from '../../src/judging/calibration/gold-plan.ts';

export const sizeNames = ['quick', 'tab', 'full'] as const;
export type SizeName = (typeof sizeNames)[number];

/** More than there are of written pairs. */
const ALL = 1_000;

/** Questions of each source. */
export const sizes: Readonly<Record<SizeName, GoldSize>> = {
  /** For trying: weights of so few questions are worth nothing. */
  quick: {
    sampled: { fit: 3, 'held-out': 3 },
    written: { fit: 3, 'held-out': 3 },
    procedural: { fit: 2, 'held-out': 2 },
    attack: { fit: 0, 'held-out': 1 },
  },
  tab: TAB_GOLD_SIZE,
  /** For shipping. */
  full: {
    sampled: { fit: 240, 'held-out': 480 },
    written: { fit: ALL, 'held-out': ALL },
    procedural: { fit: 60, 'held-out': 120 },
    attack: { fit: 8, 'held-out': 16 },
  },
};

/** Seconds that an item of the default model takes on two cores with nothing else to do, at some 40 tokens a second. */
const SECONDS: Readonly<Record<GoldSource, number>> = { sampled: 14, written: 4, procedural: 3, attack: 3 };

export function estimateSeconds(items: readonly GoldItem[]): number {
  return items.reduce((sum, { source }) => sum + SECONDS[source], 0);
}

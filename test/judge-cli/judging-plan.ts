import { createHash } from 'node:crypto';
import { type Calibration, type Panel, type ReadingName, calibrationOf } from '#judging';
import type { ModelId } from '#vocabulary';
import { readablePanels } from '../../src/judging/panel/plan.ts';
import { readings } from '../../src/judging/readings/registry.ts';

/** Which readings are made of every pair, and what the panel makes of them. */
export interface JudgingPlan {
  /** Readings to tell of. */
  readonly names: readonly ReadingName[];
  /** One panel of all readings, those that the model's own panel lacks without weight: its verdict is the panel's. */
  readonly calibration: Calibration;
  /** Readings of the model's own panel. */
  readonly panel: readonly ReadingName[];
}

export function planJudging(modelId: ModelId, asked: readonly ReadingName[] | undefined): JudgingPlan {
  const calibration = calibrationOf(modelId);
  // The command's engine shows no states.
  const { weights } = readablePanels(calibration, {}).at(-1) as Panel;
  const panel = weights.map(({ name }) => name);
  const names = asked ?? panel;
  const further = names.filter((name) => !panel.includes(name)).map((name) => ({ name, scale: 1, weight: 0 }));
  return {
    names: inOrder(names),
    panel,
    calibration: { ...calibration, panels: [{ weights: [...weights, ...further] }] },
  };
}

function inOrder(names: readonly ReadingName[]): ReadingName[] {
  return readings.map(({ name }) => name).filter((name) => names.includes(name));
}

/** Names everything that results depend on, so that none is taken for another's. */
export function keyOfPlan(
  model: { readonly id: ModelId; readonly sha256: string },
  engine: string,
  plan: JudgingPlan,
): string {
  const [panel] = plan.calibration.panels;
  return createHash('sha256')
    .update(JSON.stringify([model.id, model.sha256, engine, plan.calibration.version, panel?.weights]))
    .digest('hex');
}

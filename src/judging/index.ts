export type * from './judge.ts';
export {
  type Calibration,
  type GoldSource,
  type HeldOutFigures,
  type Panel,
  type ReadingWeight,
  LOWEST_USEFUL_ACCURACY,
  beatsChance,
} from './calibration/calibration.ts';
export { calibrationOf, defaultCalibration } from './calibration/catalogue.ts';
export { type CalibrationOptions, calibrate } from './calibration/calibrate.ts';
export type { GoldAnswer, GoldPair, GoldSlate, Split } from './calibration/gold.ts';
export { type PairFigures, type Proportion } from './calibration/metrics.ts';
export { type PanelOptions, createJudge } from './panel/judge.panel.ts';
export { MAX_LOG_ODDS } from './panel/panel.ts';
export { budgetFor } from './panel/plan.ts';

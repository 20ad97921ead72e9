export type * from './judge.ts';
export {
  type Calibration,
  type GoldSource,
  type HeldOutFigures,
  type Panel,
  type ReadingWeight,
  LOWEST_USEFUL_ACCURACY,
  beatsChance,
  decisiveFigures,
} from './calibration/calibration.ts';
export { calibrationOf, defaultCalibration, findShipped, isUnmeasured, probeOf } from './calibration/catalogue.ts';
export { type CalibrationOptions, calibrate } from './calibration/calibrate.ts';
export type { GoldAnswer, GoldPair, GoldSlate, Split } from './calibration/gold.ts';
export { type PairFigures, type Proportion } from './calibration/metrics.ts';
export { type PanelOptions, createJudge } from './panel/panel-judge.ts';
export { type Recheck, type RecheckRequest, type Statement, recheckReadings, votesFollow } from './panel/recheck.ts';
export { MAX_LOG_ODDS } from './panel/panel.ts';
export { budgetFor } from './panel/plan.ts';
export { type Gold, loadGold } from './calibration/gold-loading.ts';
export type { GoldItem, GoldSize } from './calibration/gold-plan.ts';
export type { DoneGold, GoldPorts, GoldRunError, Writer } from './calibration/gold-run.ts';
export { GOLD_REVISION, REFIT_AFTER, calibrateTab, refreshCalibration } from './calibration/refresh.ts';
export {
  type CalibrationNotice,
  type CalibrationStore,
  type GoldProgress,
  type KeptCalibration,
  readKept,
} from './calibration/calibration-store.ts';
export { createMemoryCalibrationStore } from './calibration/calibration-store.memory.ts';

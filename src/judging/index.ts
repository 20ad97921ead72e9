export type * from './judge.ts';
export {
  type Calibration,
  type CalibrationAccuracy,
  type ReadingWeight,
  beatsChance,
  calibrationOf,
  defaultCalibration,
} from './calibration/calibration.ts';
export { type GoldQuestion, fitCalibration } from './calibration/calibration-fit.ts';
export { type PanelOptions, createJudge } from './panel/judge.panel.ts';
export { MAX_LOG_ODDS } from './panel/panel.ts';

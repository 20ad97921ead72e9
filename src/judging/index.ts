export type * from './judge.ts';
export {
  type Calibration,
  type CalibrationAccuracy,
  type ReadingWeight,
  beatsChance,
  calibrationOf,
  defaultCalibration,
} from './calibration.ts';
export { type GoldQuestion, fitCalibration } from './calibration-fit.ts';
export { type PanelOptions, createJudge } from './judge.panel.ts';
export { MAX_LOG_ODDS } from './panel.ts';

export type * from './engine.ts';
export type * from './model.ts';
export type * from './model-shelf.ts';
export { engineKinds, packGguf, sizeOfModel } from './model.ts';
export { defaultModel } from './catalogue.ts';
export { type OfferedModel, offerModels } from './offered-models.ts';
export { findMlcManifest } from './webllm/catalogue.webllm.ts';
export { chatEngines, createAnyEngine } from './engine.any.ts';
export { openModelStore } from './store/model-store.browser.ts';
export type { Benchmark } from './device/benchmark.ts';
export { benchmarkDevice } from './device/benchmark.browser.ts';
export { type Runnable, canRun, engineNames, enginesOf } from './device/can-run.ts';
export type { DeviceFacts } from './device/device-facts.ts';
export { readDeviceFacts } from './device/device-facts.browser.ts';
export { type ModelShape, estimateMemoryBytes } from './device/memory.ts';
export {
  type EngineChoice,
  type KnownSpeeds,
  type Recommendation,
  rankEngines,
  recommendEngine,
  recommendModels,
} from './device/recommend.ts';
export { type SpeedRecord, readSpeedRecords, rememberSpeed } from './device/speed-record.ts';

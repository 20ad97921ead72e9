export type * from './engine.ts';
export type * from './model.ts';
export { defaultModel } from './catalogue.ts';
export { createWllamaEngine } from './wllama/engine.wllama.ts';
export { openModelStore } from './store/model-store.opfs.ts';

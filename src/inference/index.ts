export type * from './engine.ts';
export type * from './model.ts';
export { defaultModel } from './catalogue.ts';
export { createWllamaEngine } from './engine.wllama.ts';
export { openModelStore } from './model-store.opfs.ts';

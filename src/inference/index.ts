export type * from './engine.ts';
export type * from './model.ts';
export { engineKinds, packGguf, sizeOfModel } from './model.ts';
export { defaultModel } from './catalogue.ts';
export { createAnyEngine } from './engine.any.ts';
export { openModelStore } from './store/model-store.opfs.ts';

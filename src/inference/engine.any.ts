import { err, failure, systemClock } from '#vocabulary';
import type { Engine } from './engine.ts';
import { createServedEngine } from './serving/served-engine.ts';
import { type WllamaOptions, wllamaBackend } from './wllama/backend.wllama.ts';

export interface EngineOptions {
  readonly wllama?: WllamaOptions;
}

/** One engine over all libraries; each load names the one that runs it, whose code is fetched then. */
export function createAnyEngine(options: EngineOptions = {}): Engine {
  const starters = { wllama: wllamaBackend(options.wllama) };
  return createServedEngine(
    (request, gauge) =>
      request.engine === 'wllama'
        ? starters.wllama(request, gauge)
        : Promise.resolve(err(failure('unsupported', `The engine "${request.engine}" is not here.`))),
    systemClock,
  );
}

import { type Engine, type LoadRequest, type ModelPackage } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import type { Backend } from '../../../src/inference/serving/backend.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { type WebllmOptions, webllmBackend } from '../../../src/inference/webllm/backend.webllm.ts';
import { valueOf } from '../../contracts/engine.ts';

export function loadOf(model: ModelPackage, contextTokens = 512): LoadRequest {
  return { modelId: asModelId('tiny'), engine: 'webllm', model, threads: 1, contextTokens };
}

export function createWebllmEngine(options?: WebllmOptions): Engine {
  return createServedEngine(webllmBackend(options), systemClock);
}

export interface Measured {
  readonly backend: Backend;
  /** Tokens of every prompt read so far, as far as they were computed. */
  readonly prefills: readonly number[];
}

/** The engine without the shell of turns, with what it says of its work. */
export async function startMeasured(model: ModelPackage, contextTokens = 512): Promise<Measured> {
  const prefills: number[] = [];
  const gauge = { recordPrefill: (tokens: number) => prefills.push(tokens), recordDecode: () => undefined };
  const backend = valueOf(await webllmBackend()(loadOf(model, contextTokens), gauge));
  return { backend, prefills };
}

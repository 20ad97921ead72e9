import { err, failure, systemClock } from '#vocabulary';
import type { Engine, LoadRequest } from './engine.ts';
import type { EngineKind } from './model.ts';
import type { StartBackend } from './serving/backend.ts';
import { createServedEngine } from './serving/served-engine.ts';
import { type WllamaOptions, wllamaBackend } from './wllama/backend.wllama.ts';

export interface EngineOptions {
  readonly wllama?: WllamaOptions;
}

/** Libraries that run chat models here. */
export const chatEngines: readonly EngineKind[] = ['webllm', 'ort', 'wllama'];

/** One engine over all libraries; each load names the one that runs it, whose code is fetched then. */
export function createAnyEngine(options: EngineOptions = {}): Engine {
  const startBackend: StartBackend = async (request, gauge) => {
    const start = await findBackend(request, options);
    if (start !== undefined) return start(request, gauge);
    const { engine, model } = request;
    return err(failure('load-failed', `"${engine}" does not read ${model.format} models.`, 'Choose another engine.'));
  };
  return createServedEngine(startBackend, systemClock);
}

async function findBackend({ engine, model }: LoadRequest, options: EngineOptions): Promise<StartBackend | undefined> {
  switch (engine) {
    case 'wllama':
      return wllamaBackend(options.wllama);
    case 'webllm':
      return (await import('./webllm/backend.webllm.ts')).webllmBackend();
    case 'ort':
      if (model.format === 'gguf' || model.format === 'onnx') return findDecoder(model.format);
      if (model.format === 'safetensors') return (await import('./encoder/backend.ort.ts')).encoderBackend();
      return undefined;
  }
}

/** On the graphics processor where there is one. */
async function findDecoder(format: 'gguf' | 'onnx'): Promise<StartBackend> {
  const { hasHardwareGpu, onnxBackend, ortGpuBackend } = await import('./onnx/backend.ort.ts');
  const device = (await hasHardwareGpu()) ? 'gpu' : 'cpu';
  if (format === 'onnx') return onnxBackend({ device });
  return device === 'gpu' ? ortGpuBackend() : (await import('./ort/backend.ort.ts')).ortBackend();
}

import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { Backend, StartBackend } from '../serving/backend.ts';
import { openLlamaFile } from './llama-file.ts';
import type { Precision } from './llama-graph.ts';
import { cacheBytes, choosePrecision, weightBytes } from './memory.ts';
import { createTaskBackend } from './task-backend.ts';
import { startTaskPort } from './task-port.ort.ts';

export interface OrtOptions {
  /** By default exact where memory allows. */
  readonly precision?: Precision;
  /** What model and cache may take; by default half of what the device says it has. */
  readonly availableBytes?: number;
}

/** A decoder from a GGUF file in ONNX Runtime on the processor, in a worker of its own. */
export function ortBackend(options: OrtOptions = {}): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const opened = await openLlamaFile(request.model);
    if (!opened.ok) return opened;
    const { file, tensors, shape, language, tokeniser, endTokens } = opened.value;
    const contextTokens = Math.min(request.contextTokens, shape.trainedContext);
    const available = options.availableBytes ?? halfOfMemory();
    const precision = options.precision ?? choosePrecision(shape, contextTokens, available);
    if (precision === undefined) return err(tooLarge);

    // Without isolation there is no shared memory, hence no threads.
    const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.floor(request.threads)) : 1;
    const start = { type: 'start', file, tensors, shape } as const;
    const port = await startTaskPort({ ...start, precision, contextTokens, threads }, request.signal);
    if (!port.ok) return port;
    return ok(
      createTaskBackend({
        port: port.value,
        gauge,
        language,
        tokeniser,
        endTokens,
        facts: {
          kind: 'ort',
          engine: 'onnxruntime-web 1.30.0',
          device: 'cpu',
          threads,
          contextTokens,
          vocabularySize: shape.vocabulary,
          canEmbed: false,
          stateLayers: shape.layers,
          memoryBytes: weightBytes(shape, precision) + cacheBytes(shape, contextTokens),
        },
      }),
    );
  };
}

/** Browsers round it and tell no more than 8 GiB; some tell nothing, and then 4 are assumed. */
function halfOfMemory(): number {
  const { deviceMemory = 4 } = navigator as { readonly deviceMemory?: number };
  return (deviceMemory / 2) * 2 ** 30;
}

const tooLarge = failure(
  'out-of-memory',
  'There is not enough memory for this model.',
  'Close other tabs, or load a smaller model.',
);

import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { readTensorTable } from '../gguf/gguf-tensors.ts';
import type { Backend, StartBackend } from '../serving/backend.ts';
import { openGgufModel } from '../tokens/gguf-language.ts';
import { readEndTokens } from './end-tokens.ts';
import type { Precision } from './llama-graph.ts';
import { readLlamaShape } from './llama-shape.ts';
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
    const model = await openGgufModel(request.model);
    if (!model.ok) return model;
    const { weights: file, header, language } = model.value;
    if (!language.tokeniser.ok) return err({ ...language.tokeniser.error, type: 'load-failed' });
    const tensors = await readTensorTable(file, header);
    if (!tensors.ok) return err(failure('load-failed', tensors.error.message, tensors.error.remedy));
    const shape = readLlamaShape(header, tensors.value);
    if (!shape.ok) return shape;
    const contextTokens = Math.min(request.contextTokens, shape.value.trainedContext);
    const available = options.availableBytes ?? halfOfMemory();
    const precision = options.precision ?? choosePrecision(shape.value, contextTokens, available);
    if (precision === undefined) return err(tooLarge);

    // Without isolation there is no shared memory, hence no threads.
    const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.floor(request.threads)) : 1;
    const start = { type: 'start', file, tensors: tensors.value, shape: shape.value } as const;
    const port = await startTaskPort({ ...start, precision, contextTokens, threads }, request.signal);
    if (!port.ok) return port;
    return ok(
      createTaskBackend({
        port: port.value,
        gauge,
        language,
        tokeniser: language.tokeniser.value,
        endTokens: readEndTokens(header),
        facts: {
          kind: 'ort',
          engine: 'onnxruntime-web 1.30.0',
          device: 'cpu',
          threads,
          contextTokens,
          vocabularySize: shape.value.vocabulary,
          canEmbed: false,
          stateLayers: shape.value.layers,
          memoryBytes: weightBytes(shape.value, precision) + cacheBytes(shape.value, contextTokens),
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

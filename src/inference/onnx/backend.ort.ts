import { type Result, err, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { openLlamaFile } from '../ort/llama-file.ts';
import { cacheBytes } from '../ort/memory.ts';
import { createTaskBackend } from '../ort/task-backend.ts';
import { startTaskPort } from '../ort/task-port.ort.ts';
import type { Backend, StartBackend } from '../serving/backend.ts';
import { openTokenizerJsonLanguage } from '../tokens/tokenizer-json-language.ts';
import type { ComputeDevice, GpuStart, OnnxStart } from './messages.ts';
import { readOnnxFiles } from './onnx-files.ts';

export { hasHardwareGpu } from './gpu-presence.ort.ts';

export interface OnnxOptions {
  readonly device: ComputeDevice;
}

export interface OrtGpuOptions {
  readonly startWorker?: () => Worker;
}

/** A decoder that was exported to ONNX. */
export function onnxBackend({ device }: OnnxOptions): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const files = await readOnnxFiles(request.model);
    if (!files.ok) return files;
    const { graph, data, config, tokenizer, tokenizerConfig, template } = files.value;
    const language = await openTokenizerJsonLanguage({ tokenizer, config: tokenizerConfig, template });
    if (!language.ok) return language;
    const { tokeniser, endToken } = language.value;
    if (!tokeniser.ok) return err({ ...tokeniser.error, type: 'load-failed' });

    // Without isolation there is no shared memory, hence no threads.
    const isThreaded = device === 'cpu' && globalThis.crossOriginIsolated;
    const threads = isThreaded ? Math.max(1, Math.floor(request.threads)) : 1;
    const start: OnnxStart = { type: 'start', source: 'onnx', graph, data, sizes: config, device, threads };
    const port = await startTaskPort(start, request.signal, startOwnWorker);
    if (!port.ok) return port;
    const weightBytes = [graph, ...data.values()].reduce((sum, file) => sum + file.size, 0);
    return ok(
      createTaskBackend({
        port: port.value,
        gauge,
        language: language.value,
        tokeniser: tokeniser.value,
        endTokens: [...config.endTokens, ...(endToken === undefined ? [] : [endToken])],
        facts: {
          kind: 'ort',
          engine,
          device,
          threads,
          contextTokens: Math.min(request.contextTokens, config.trainedContext),
          vocabularySize: config.vocabulary,
          canEmbed: false,
          stateLayers: 0,
          memoryBytes: weightBytes,
        },
      }),
    );
  };
}

/** A decoder from a GGUF file on the graphics processor, its weights as they are in the file or rounded to 8 bits. */
export function ortGpuBackend({ startWorker = startOwnWorker }: OrtGpuOptions = {}): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const opened = await openLlamaFile(request.model);
    if (!opened.ok) return opened;
    const { file, tensors, shape, language, tokeniser, endTokens } = opened.value;
    const contextTokens = Math.min(request.contextTokens, shape.trainedContext);
    const start: GpuStart = {
      type: 'start',
      source: 'gguf',
      file,
      tensors,
      shape,
      contextTokens,
    };
    const port = await startTaskPort(start, request.signal, startWorker);
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
          engine,
          device: 'gpu',
          threads: 1,
          contextTokens,
          vocabularySize: shape.vocabulary,
          canEmbed: false,
          stateLayers: shape.layers,
          // The cache stands once: it is written where it is read.
          memoryBytes: file.size + cacheBytes(shape, contextTokens) / 2,
        },
      }),
    );
  };
}

function startOwnWorker(): Worker {
  return new Worker(new URL('./worker.ort.ts', import.meta.url), { type: 'module', name: 'onnx-decoder' });
}

const engine = 'onnxruntime-web 1.30.0';

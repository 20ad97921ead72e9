import { type Result, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { Backend, ModelLanguage, ReadPrompt, SpeedRecorder, StartBackend } from '../serving/backend.ts';
import { openGgufModel } from '../tokens/gguf-language.ts';
import type { ScoringContext } from './context.wllama.ts';
import { generateReply } from './generation.wllama.ts';
import { predictNext } from './prediction.wllama.ts';
import type { WllamaRuntime } from './runtime.wllama.ts';
import { scoreTexts } from './scoring.wllama.ts';

export interface WllamaOptions {
  /**
   * The library keeps the computed state of every earlier prompt, up to 8 GiB, in a 4 GiB heap, and has no switch for it.
   * A runtime that may hold this much is replaced by a fresh one before the next request: seconds, once in a long while.
   */
  readonly keptStateLimitBytes?: number;
}

/** llama.cpp on the processor, in a worker of its own. The library (9 MB with its wasm) is fetched by the first load. */
export function wllamaBackend({ keptStateLimitBytes = 512 * 2 ** 20 }: WllamaOptions = {}): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const model = await openGgufModel(request.model);
    if (!model.ok) return model;
    const { weights, language } = model.value;

    const { startRuntime } = await import('./runtime.wllama.ts');
    // Without isolation there is no shared memory, hence no threads.
    const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.floor(request.threads)) : 1;
    const { contextTokens, signal } = request;
    const runtime = await startRuntime({ weights, threads, contextTokens, keptStateLimitBytes, signal });
    if (!runtime.ok) return runtime;
    return ok(createBackend(runtime.value, language, gauge, { threads, weightsBytes: weights.size }));
  };
}

function createBackend(
  runtime: WllamaRuntime,
  language: ModelLanguage,
  gauge: SpeedRecorder,
  { threads, weightsBytes }: { readonly threads: number; readonly weightsBytes: number },
): Backend {
  const { endToken } = language;
  const tokeniser = language.tokeniser.ok ? language.tokeniser.value : undefined;
  const scoringContext = (prompt: ReadPrompt): ScoringContext => {
    if (tokeniser === undefined) throw new Error('Scores of an unknown vocabulary were asked for.');
    return { runtime, tokeniser, endToken, gauge, prompt };
  };
  return {
    facts: {
      kind: 'wllama',
      engine: 'wllama 3.8.1',
      device: 'cpu',
      threads,
      contextTokens: runtime.contextTokens,
      vocabularySize: runtime.vocabularySize,
      canEmbed: false,
      stateLayers: 0,
      memoryBytes: weightsBytes + runtime.contextTokens * runtime.stateBytesPerToken,
    },
    language,
    generate: (prompt, request, signal, emit) =>
      generateReply({ runtime, tokeniser, endToken, gauge, prompt }, request, signal, emit),
    score: (prompt, texts, signal, onToken) => scoreTexts(scoringContext(prompt), texts, signal, onToken),
    predict: (prompt, firstTokens, signal) => predictNext(scoringContext(prompt), firstTokens, signal),
    isDead: runtime.isDead,
    mustBeReplaced: runtime.mustBeReplaced,
    exit: () => runtime.exit(),
  };
}

import { type Result, err, failure, ok } from '#vocabulary';
import { type ChatTemplate, compileChatTemplate } from '../tokens/chat-template.ts';
import type {
  ContinuationScore,
  Engine,
  EngineError,
  EngineFacts,
  GenerateEvent,
  GenerateRequest,
  LoadRequest,
  PredictRequest,
  Prediction,
  Prompt,
  ScoreRequest,
} from '../engine.ts';
import { openEventStream } from '../serving/event-stream.ts';
import { generateReply } from './generation.wllama.ts';
import { readGgufHeader } from '../gguf/gguf-header.ts';
import { predictNext } from './prediction.wllama.ts';
import type { WllamaRuntime } from './runtime.wllama.ts';
import { type ScoringContext, scoreTexts } from './scoring.wllama.ts';
import { createSpeedGauge } from '../serving/speed-gauge.ts';
import { readTokenTable } from '../tokens/token-table.ts';
import { type Tokeniser, createTokeniser } from '../tokens/tokeniser.ts';
import { createTurns } from '../serving/turns.ts';

interface Loaded {
  readonly runtime: WllamaRuntime;
  readonly request: LoadRequest;
  readonly facts: EngineFacts;
  readonly template: ChatTemplate;
  readonly tokeniser: Result<Tokeniser, EngineError>;
  readonly endToken: number | undefined;
}

const notLoaded = failure('not-loaded', 'No model is loaded.', 'Load a model first.');
const loadStopped = failure('aborted', 'Loading the model was stopped.');
const overflow = failure(
  'context-overflow',
  'The conversation is longer than what the model can hold.',
  'Shorten the question or the answers.',
);

export interface WllamaOptions {
  /**
   * The library keeps the computed state of every earlier prompt, up to 8 GiB, in a 4 GiB heap, and has no switch for it.
   * A runtime that may hold this much is replaced by a fresh one before the next request: seconds, once in a long while.
   */
  readonly keptStateLimitBytes?: number;
}

/** llama.cpp on the processor, in a worker of its own. The library (9 MB with its wasm) is fetched by the first `load`. */
export function createWllamaEngine({ keptStateLimitBytes = 512 * 2 ** 20 }: WllamaOptions = {}): Engine {
  const turns = createTurns();
  const gauge = createSpeedGauge();
  let loaded: Loaded | undefined;
  let unloading = new AbortController();

  /** The loaded model with a runtime that is fit for one more request. */
  const ready = async (): Promise<Result<Loaded, EngineError>> => {
    if (loaded === undefined) return err(notLoaded);
    if (loaded.runtime.mustBeReplaced()) {
      const { request, facts, runtime } = loaded;
      await runtime.exit();
      const renewed = await start(request, keptStateLimitBytes);
      // Unloaded meanwhile.
      if (loaded === undefined && renewed.ok) await renewed.value.runtime.exit();
      if (loaded === undefined || !renewed.ok) {
        loaded = undefined;
        return renewed.ok ? err(notLoaded) : renewed;
      }
      loaded = { ...renewed.value, facts };
    }
    return ok(loaded);
  };

  /** What the request left behind: a dead library is no loaded model. */
  const settle = async (): Promise<void> => {
    if (loaded?.runtime.isDead() === true) await release();
  };

  const release = async (): Promise<void> => {
    const { runtime } = loaded ?? {};
    loaded = undefined;
    await runtime?.exit();
  };

  const serveGeneration = async (
    request: GenerateRequest,
    emit: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const endTurn = await turns.take(signal);
    if (endTurn === undefined) return emit({ type: 'end', reason: 'aborted', promptTokens: 0, tokens: 0 });
    const gate = createGate(emit);
    let promptTokens = 0;
    const work = async (): Promise<void> => {
      const model = await ready();
      if (!model.ok) return gate.emit({ type: 'error', error: model.error });
      const { runtime, template, tokeniser } = model.value;
      const rendered = template.render(request.messages);
      if (!rendered.ok) return gate.emit({ type: 'error', error: rendered.error });
      promptTokens = countPrompt(tokeniser, rendered.value, runtime.contextTokens);
      if (promptTokens >= runtime.contextTokens) return gate.emit({ type: 'error', error: overflow });
      if (request.maxTokens < 1) return gate.emit({ type: 'end', reason: 'length', promptTokens, tokens: 0 });
      const context = {
        runtime,
        tokeniser: tokeniser.ok ? tokeniser.value : undefined,
        rendered: rendered.value,
        gauge,
      };
      await generateReply(context, request, signal, gate.emit);
    };
    const finished = work().finally(settle).finally(endTurn);
    // The library stops only between batches; the caller does not wait for that, the next request does.
    await Promise.race([finished, aborting(signal)]);
    gate.emit({ type: 'end', reason: 'aborted', promptTokens, tokens: gate.tokens() });
  };

  /** The loaded model and the prompt as it reads it, which fits. */
  const readPrompt = async (prompt: Prompt): Promise<Result<ScoringContext, EngineError>> => {
    const model = await ready();
    if (!model.ok) return model;
    const { runtime, template, tokeniser, endToken } = model.value;
    if (!tokeniser.ok) return tokeniser;
    const rendered = template.render(prompt);
    if (!rendered.ok) return rendered;
    const promptTokens = isTooLong(tokeniser.value, rendered.value, runtime.contextTokens)
      ? []
      : tokeniser.value.encodePrompt(rendered.value);
    if (promptTokens.length === 0 || promptTokens.length > runtime.contextTokens) return err(overflow);
    return ok({ runtime, tokeniser: tokeniser.value, endToken, rendered: rendered.value, promptTokens, gauge });
  };

  const serveScore = async (
    request: ScoreRequest,
    signal: AbortSignal,
  ): Promise<Result<readonly ContinuationScore[], EngineError>> => {
    const prompt = await readPrompt(request.prompt);
    if (!prompt.ok) return prompt;
    const { runtime, tokeniser, promptTokens } = prompt.value;
    const limit = runtime.contextTokens;
    const texts = request.continuations.map(({ text, ends }) => ({
      tokens: isTooLong(tokeniser, text, limit) ? undefined : tokeniser.encode(text),
      ends,
    }));
    const fitting = texts.flatMap(({ tokens, ends }) =>
      tokens !== undefined && promptTokens.length + tokens.length + (ends ? 1 : 0) <= limit ? [{ tokens, ends }] : [],
    );
    if (fitting.length < texts.length) return err(overflow);

    let tokensDone = 0;
    const tokensTotal = fitting.reduce((total, { tokens, ends }) => total + tokens.length + (ends ? 1 : 0), 0);
    return scoreTexts(prompt.value, fitting, signal, () => {
      tokensDone++;
      if (!signal.aborted) request.onProgress?.(tokensDone, tokensTotal);
    });
  };

  const servePrediction = async (
    request: PredictRequest,
    signal: AbortSignal,
  ): Promise<Result<Prediction, EngineError>> => {
    const prompt = await readPrompt(request.prompt);
    if (!prompt.ok) return prompt;
    const { promptTokens, runtime } = prompt.value;
    // One token is written after it.
    if (promptTokens.length >= runtime.contextTokens) return err(overflow);
    return predictNext(prompt.value, request.candidates, signal);
  };

  /** Serves a request in its turn; an abort answers it at once. */
  const inTurn = async <T>(
    serve: (signal: AbortSignal) => Promise<Result<T, EngineError>>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result<T, EngineError>> => {
    const aborted = err(failure('aborted' as const, 'Scoring was stopped.'));
    const endTurn = await turns.take(signal);
    if (endTurn === undefined) return aborted;
    const work = serve(signal).finally(settle).finally(endTurn);
    return Promise.race([work, aborting(signal).then(() => aborted)]);
  };

  return {
    async load(request) {
      const stop = AbortSignal.any([unloading.signal, ...(request.signal === undefined ? [] : [request.signal])]);
      const endTurn = await turns.take(stop);
      if (endTurn === undefined) return err(loadStopped);
      try {
        await release();
        const started = await start({ ...request, signal: stop }, keptStateLimitBytes);
        if (!started.ok) return started;
        if (stop.aborted) {
          await started.value.runtime.exit();
          return err(loadStopped);
        }
        // The caller's signal was about this load, not about later renewals of the runtime.
        loaded = { ...started.value, request: { ...request, signal: unloading.signal } };
        return ok(loaded.facts);
      } finally {
        endTurn();
      }
    },
    facts: () => loaded?.facts,
    speed: () => gauge.speed(),
    countTokens(text) {
      if (loaded === undefined) return err(notLoaded);
      const { tokeniser, runtime } = loaded;
      if (!tokeniser.ok) return tokeniser;
      return isTooLong(tokeniser.value, text, runtime.contextTokens)
        ? err(overflow)
        : ok(tokeniser.value.encode(text).length);
    },
    generate: (request) =>
      openEventStream<GenerateEvent>((emit, signal) => serveGeneration(request, emit, signal), request.signal),
    score: (request) => inTurn((signal) => serveScore(request, signal), request.signal),
    predict: (request) => inTurn((signal) => servePrediction(request, signal), request.signal),
    embed: () =>
      Promise.resolve(
        err(failure('unsupported', 'This engine computes no embeddings.', 'Choose a model of an engine that does.')),
      ),
    async unload() {
      unloading.abort();
      unloading = new AbortController();
      await release();
    },
  };
}

async function start(request: LoadRequest, keptStateLimitBytes: number): Promise<Result<Loaded, EngineError>> {
  const beginMs = performance.now();
  const header = await readGgufHeader(request.weights);
  if (!header.ok) return err(failure('load-failed', header.error.message, 'Choose another model file.'));
  const table = readTokenTable(header.value);
  if (!table.ok) return err(failure('load-failed', table.error.message, 'Choose another model file.'));
  const template = await compileChatTemplate(table.value);
  if (!template.ok) return template;

  const { startRuntime } = await import('./runtime.wllama.ts');
  // Without isolation there is no shared memory, hence no threads.
  const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.floor(request.threads)) : 1;
  const { weights, contextTokens, signal } = request;
  const runtime = await startRuntime({ weights, threads, contextTokens, keptStateLimitBytes, signal });
  if (!runtime.ok) return runtime;
  const facts: EngineFacts = {
    engine: 'wllama 3.8.1',
    modelId: request.modelId,
    threads,
    contextTokens: runtime.value.contextTokens,
    vocabularySize: runtime.value.vocabularySize,
    canEmbed: false,
    loadMs: performance.now() - beginMs,
  };
  const tokeniser = createTokeniser(table.value);
  return ok({
    runtime: runtime.value,
    request,
    facts,
    template: template.value,
    tokeniser,
    endToken: table.value.endToken,
  });
}

/** So long that its tokens cannot fit, however long they are: not worth the time of counting. */
function isTooLong(tokeniser: Tokeniser, text: string, contextTokens: number): boolean {
  return text.length > contextTokens * tokeniser.longestToken;
}

function countPrompt(tokeniser: Result<Tokeniser, EngineError>, rendered: string, contextTokens: number): number {
  if (!tokeniser.ok) return 0;
  return isTooLong(tokeniser.value, rendered, contextTokens)
    ? Number.POSITIVE_INFINITY
    : tokeniser.value.encodePrompt(rendered).length;
}

/** Lets events through up to and with the first last one. */
function createGate(emit: (event: GenerateEvent) => void): {
  emit(event: GenerateEvent): void;
  tokens(): number;
} {
  let tokens = 0;
  let isShut = false;
  return {
    emit(event) {
      if (isShut) return;
      if (event.type === 'text') tokens = event.tokens;
      else isShut = true;
      emit(event);
    },
    tokens: () => tokens,
  };
}

function aborting(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

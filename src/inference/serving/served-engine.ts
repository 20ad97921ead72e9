import { type Clock, type Result, err, failure, ok } from '#vocabulary';
import type {
  ContinuationScore,
  ContinuationStates,
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
  StatesRequest,
} from '../engine.ts';
import { isTooLong } from '../tokens/tokeniser.ts';
import type { Backend, ReadPrompt, StartBackend } from './backend.ts';
import { openEventStream } from './event-stream.ts';
import { createReplyGate } from './reply-gate.ts';
import { createSpeedGauge } from './speed-gauge.ts';
import { createTurns } from './turns.ts';

interface Loaded {
  readonly backend: Backend;
  readonly request: LoadRequest;
  readonly facts: EngineFacts;
}

const notLoaded = failure('not-loaded', 'No model is loaded.', 'Load a model first.');
const loadStopped = failure('aborted', 'Loading the model was stopped.');
const requestStopped = failure('aborted', 'The request was stopped.');
const noEndToken = failure('unsupported', 'The model has no token that ends a turn.');
const overflow = failure(
  'context-overflow',
  'The conversation is longer than what the model can hold.',
  'Shorten the question or the answers.',
);

/** Turns a library that runs one model and one request at a time into the engine that everybody uses. */
export function createServedEngine(startBackend: StartBackend, clock: Clock): Engine {
  const turns = createTurns();
  let gauge = createSpeedGauge();
  let loaded: Loaded | undefined;
  let unloading = new AbortController();

  const start = async (request: LoadRequest): Promise<Result<Loaded, EngineError>> => {
    const beginMs = clock.now();
    const started = await startBackend(request, gauge);
    if (!started.ok) return started;
    const facts = { ...started.value.facts, modelId: request.modelId, loadMs: clock.now() - beginMs };
    return ok({ backend: started.value, request, facts });
  };

  const release = async (): Promise<void> => {
    const { backend } = loaded ?? {};
    loaded = undefined;
    await backend?.exit();
  };

  /** The loaded model with a backend that is fit for one more request. */
  const ready = async (): Promise<Result<Backend, EngineError>> => {
    if (loaded === undefined) return err(notLoaded);
    if (!loaded.backend.mustBeReplaced()) return ok(loaded.backend);
    const { request, facts, backend } = loaded;
    await backend.exit();
    const renewed = await start(request);
    // Unloaded meanwhile.
    if (loaded === undefined && renewed.ok) await renewed.value.backend.exit();
    if (loaded === undefined || !renewed.ok) {
      loaded = undefined;
      return renewed.ok ? err(notLoaded) : renewed;
    }
    loaded = { ...renewed.value, facts };
    return ok(loaded.backend);
  };

  /** What the request left behind: a dead library is no loaded model. */
  const settle = async (): Promise<void> => {
    if (loaded?.backend.isDead() === true) await release();
  };

  const readPrompt = ({ facts, language }: Backend, prompt: Prompt): Result<ReadPrompt, EngineError> => {
    const rendered = language.template.render(prompt);
    if (!rendered.ok) return rendered;
    const { tokeniser } = language;
    if (!tokeniser.ok) return ok({ rendered: rendered.value, tokens: [] });
    if (isTooLong(tokeniser.value, rendered.value, facts.contextTokens)) return err(overflow);
    const tokens = tokeniser.value.encodePrompt(rendered.value);
    return tokens.length < facts.contextTokens ? ok({ rendered: rendered.value, tokens }) : err(overflow);
  };

  const serveGeneration = async (
    request: GenerateRequest,
    emit: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const endTurn = await turns.take(signal);
    if (endTurn === undefined) return emit({ type: 'end', reason: 'aborted', promptTokens: 0, tokens: 0 });
    const gate = createReplyGate(emit);
    let promptTokens = 0;
    const work = async (): Promise<void> => {
      const backend = await ready();
      if (!backend.ok) return gate.emit({ type: 'error', error: backend.error });
      const prompt = readPrompt(backend.value, request.messages);
      if (!prompt.ok) return gate.emit({ type: 'error', error: prompt.error });
      promptTokens = prompt.value.tokens.length;
      if (request.maxTokens < 1) return gate.emit({ type: 'end', reason: 'length', promptTokens, tokens: 0 });
      await gate.survive(async (emitOnce) => {
        const current = await ready();
        if (!current.ok) return emitOnce({ type: 'error', error: current.error });
        await current.value.generate(prompt.value, request, signal, emitOnce);
      });
    };
    const finished = work().finally(settle).finally(endTurn);
    // A library stops only between its batches; the caller does not wait for that, the next request does.
    await Promise.race([finished, aborting(signal)]);
    gate.emit({ type: 'end', reason: 'aborted', promptTokens, tokens: gate.tokens() });
  };

  const serveScore = async (
    backend: Backend,
    request: ScoreRequest,
    signal: AbortSignal,
  ): Promise<Result<readonly ContinuationScore[], EngineError>> => {
    const prompt = readPrompt(backend, request.prompt);
    if (!prompt.ok) return prompt;
    const { facts, language } = backend;
    const { tokeniser } = language;
    if (!tokeniser.ok) return tokeniser;
    const limit = facts.contextTokens;
    const texts = request.continuations.flatMap(({ text, ends }) => {
      if (isTooLong(tokeniser.value, text, limit)) return [];
      const tokens = tokeniser.value.encode(text);
      return prompt.value.tokens.length + tokens.length + (ends ? 1 : 0) <= limit ? [{ tokens, ends }] : [];
    });
    if (texts.length < request.continuations.length) return err(overflow);
    if (texts.some((text) => text.ends) && language.endToken === undefined) return err(noEndToken);
    const total = texts.reduce((sum, text) => sum + text.tokens.length + (text.ends ? 1 : 0), 0);
    let done = 0;
    return backend.score(prompt.value, texts, signal, () => request.onProgress?.(++done, total));
  };

  const servePrediction = async (
    backend: Backend,
    request: PredictRequest,
    signal: AbortSignal,
  ): Promise<Result<Prediction, EngineError>> => {
    const { tokeniser } = backend.language;
    if (!tokeniser.ok) return tokeniser;
    const prompt = readPrompt(backend, request.prompt);
    if (!prompt.ok) return prompt;
    const firstTokens = request.candidates.map((text) => tokeniser.value.encode(text.slice(0, FIRST_TOKEN_TEXT))[0]);
    return backend.predict(prompt.value, firstTokens, signal);
  };

  const serveStates = async (
    backend: Backend,
    request: StatesRequest,
    signal: AbortSignal,
  ): Promise<Result<ContinuationStates, EngineError>> => {
    const { facts, language } = backend;
    if (backend.states === undefined || request.layer < 1 || request.layer > facts.stateLayers) return err(noStates);
    if (!language.tokeniser.ok) return language.tokeniser;
    const prompt = readPrompt(backend, request.prompt);
    if (!prompt.ok) return prompt;
    if (isTooLong(language.tokeniser.value, request.continuation, facts.contextTokens)) return err(overflow);
    const tokens = language.tokeniser.value.encode(request.continuation);
    if (tokens.length === 0) return err(failure('unsupported', 'There is no text to read states of.'));
    if (prompt.value.tokens.length + tokens.length > facts.contextTokens) return err(overflow);
    return backend.states(prompt.value, tokens, request.layer, signal);
  };

  /** Serves a request in its turn, once more when the device was lost meanwhile; an abort answers it at once. */
  const inTurn = async <T>(
    serve: (backend: Backend, signal: AbortSignal) => Promise<Result<T, EngineError>>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result<T, EngineError>> => {
    const endTurn = await turns.take(signal);
    if (endTurn === undefined) return err(requestStopped);
    const serveOnce = async (): Promise<Result<T, EngineError>> => {
      const backend = await ready();
      return backend.ok ? serve(backend.value, signal) : backend;
    };
    const work = async (): Promise<Result<T, EngineError>> => {
      const first = await serveOnce();
      return !first.ok && first.error.type === 'device-lost' && !signal.aborted ? serveOnce() : first;
    };
    const finished = work().finally(settle).finally(endTurn);
    return Promise.race([finished, aborting(signal).then(() => err(requestStopped))]);
  };

  return {
    async load(request) {
      const stop = AbortSignal.any([unloading.signal, ...(request.signal === undefined ? [] : [request.signal])]);
      const endTurn = await turns.take(stop);
      if (endTurn === undefined) return err(loadStopped);
      try {
        await release();
        if (stop.aborted) return err(loadStopped);
        // Another model or library has another speed.
        gauge = createSpeedGauge();
        const started = await start({ ...request, signal: stop });
        if (!started.ok) return started;
        if (stop.aborted) {
          await started.value.backend.exit();
          return err(loadStopped);
        }
        // The caller's signal was about this load, not about later renewals of the backend.
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
      const { facts, language } = loaded.backend;
      if (!language.tokeniser.ok) return language.tokeniser;
      return isTooLong(language.tokeniser.value, text, facts.contextTokens)
        ? err(overflow)
        : ok(language.tokeniser.value.encode(text).length);
    },
    generate: (request) =>
      openEventStream<GenerateEvent>((emit, signal) => serveGeneration(request, emit, signal), request.signal),
    score: (request) => inTurn((backend, signal) => serveScore(backend, request, signal), request.signal),
    predict: (request) => inTurn((backend, signal) => servePrediction(backend, request, signal), request.signal),
    states: (request) => inTurn((backend, signal) => serveStates(backend, request, signal), request.signal),
    embed: (texts) => inTurn((backend, signal) => backend.embed?.(texts, signal) ?? Promise.resolve(err(noEmbeddings))),
    async unload() {
      unloading.abort();
      unloading = new AbortController();
      await release();
    },
  };
}

/** Longer than any token: what follows cannot change which token is first. */
const FIRST_TOKEN_TEXT = 4_096;
const noEmbeddings = failure(
  'unsupported',
  'This model computes no embeddings.',
  'Choose a model that is made for them.',
);
const noStates = failure(
  'unsupported',
  'This engine shows no states of that layer.',
  'Load the model with ONNX Runtime.',
);

function aborting(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

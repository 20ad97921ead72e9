import type {
  ChatMessage,
  ContinuationScore,
  Engine,
  EngineError,
  EngineFacts,
  GenerateEvent,
  GenerateRequest,
  PredictRequest,
  Prediction,
  Prompt,
  ScoreRequest,
} from '#inference';
import { type Clock, type Result, createSeededRandom, err, failure, ok, sleep } from '#vocabulary';
import { openEventStream } from '../../src/inference/serving/event-stream.ts';
import { createTurns } from '../../src/inference/serving/turns.ts';

export interface Script {
  readonly clock: Clock;
  /** What the model says; by default words drawn by the seed (by the conversation alone when greedy). */
  readonly reply?: (request: GenerateRequest) => string;
  /** Log probability of a word after a conversation and the words before it; by default a hash of all three. */
  readonly logProbability?: (prompt: readonly ChatMessage[], before: readonly string[], word: string) => number;
  /** 0 (the default) takes no time. */
  readonly prefillTokensPerSecond?: number;
  readonly decodeTokensPerSecond?: number;
  /** Refuses to load with this. */
  readonly loadError?: EngineError;
}

/** Stands for the end of a turn among the words that are scored. */
export const endOfTurn = '';

const words = ['the', 'rain', 'falls', 'on', 'stone', 'and', 'light', 'bends', 'blue', 'because', 'air', 'scatters'];
const notLoaded = failure('not-loaded', 'No model is loaded.');
const overflow = failure('context-overflow', 'Too long.');
const aborted = failure('aborted', 'Stopped.');

/**
 * An engine that follows a script: for tests and simulations only. Its tokens are words with the space before them.
 * Time passes on the clock it is given, so that whole rounds run on a virtual one.
 */
export function createScriptedEngine(script: Script): Engine {
  const { clock, reply = drawReply, logProbability = hashLogProbability } = script;
  const turns = createTurns();
  let facts: EngineFacts | undefined;
  let unloaded = new AbortController();
  let speed = { prefillTokensPerSecond: undefined, decodeTokensPerSecond: undefined } as ReturnType<Engine['speed']>;

  /** Resolves when the tokens are computed, or early when stopped. */
  const compute = async (tokens: number, tokensPerSecond: number | undefined, signal: AbortSignal): Promise<void> => {
    if ((tokensPerSecond ?? 0) > 0) await sleep(clock, (tokens * 1000) / (tokensPerSecond as number), signal);
    // Even an engine that takes no time lets others run between its tokens.
    else await Promise.resolve();
  };
  const remember = (): void => {
    speed = {
      prefillTokensPerSecond: script.prefillTokensPerSecond ?? 1e6,
      decodeTokensPerSecond: script.decodeTokensPerSecond ?? 1e6,
    };
  };

  const write = async (
    request: GenerateRequest,
    emit: (event: GenerateEvent) => void,
    stopped: AbortSignal,
  ): Promise<void> => {
    const promptTokens = tokensOfPrompt(request.messages);
    if (request.schema !== undefined)
      return emit({ type: 'error', error: failure('unsupported', 'It follows no schema.') });
    const end = (reason: 'stop' | 'length' | 'aborted', tokens: number): void =>
      emit({ type: 'end', reason, promptTokens, tokens });
    if (facts === undefined) return emit({ type: 'error', error: notLoaded });
    if (promptTokens >= facts.contextTokens) return emit({ type: 'error', error: overflow });
    const signal = AbortSignal.any([stopped, unloaded.signal]);
    await compute(promptTokens, script.prefillTokensPerSecond, signal);
    const limit = Math.min(request.maxTokens, facts.contextTokens - promptTokens);
    const text = reply(request);
    const cut = Math.min(...(request.stop ?? []).map((stop) => indexOrEnd(text, stop)), text.length);
    const pieces = tokensOf(text.slice(0, cut));
    for (const [index, piece] of pieces.slice(0, limit).entries()) {
      await compute(1, script.decodeTokensPerSecond, signal);
      if (signal.aborted) return end('aborted', index);
      const told = request.logProbabilities === true;
      const logProbabilities = told ? [logProbability(request.messages, pieces.slice(0, index), piece)] : undefined;
      emit({
        type: 'text',
        text: piece,
        tokens: index + 1,
        ...(logProbabilities === undefined ? {} : { logProbabilities }),
      });
    }
    remember();
    end(pieces.length > limit ? 'length' : 'stop', Math.min(pieces.length, limit));
  };

  const weigh = async (
    request: ScoreRequest,
    stopped: AbortSignal,
  ): Promise<Result<readonly ContinuationScore[], EngineError>> => {
    if (facts === undefined) return err(notLoaded);
    const messages = messagesOf(request.prompt);
    const limit = facts.contextTokens - tokensOfPrompt(messages);
    const texts = request.continuations.map(({ text, ends }) => [...tokensOf(text), ...(ends ? [endOfTurn] : [])]);
    if (limit <= 0 || texts.some((tokens) => tokens.length > limit)) return err(overflow);
    const signal = AbortSignal.any([stopped, unloaded.signal]);
    await compute(tokensOfPrompt(messages), script.prefillTokensPerSecond, signal);
    const total = texts.reduce((sum, tokens) => sum + tokens.length, 0);
    let done = 0;
    const scores: ContinuationScore[] = [];
    for (const tokens of texts) {
      const logProbabilities: number[] = [];
      for (const [index, token] of tokens.entries()) {
        await compute(1, script.decodeTokensPerSecond, signal);
        if (signal.aborted) return err(aborted);
        logProbabilities.push(logProbability(messages, tokens.slice(0, index), token));
        request.onProgress?.(++done, total);
      }
      scores.push({
        tokens: tokens.map(hash),
        logProbabilities,
        evaluatedTokens: tokens.length + (scores.length === 0 ? tokensOfPrompt(messages) : 0),
      });
    }
    remember();
    return ok(scores);
  };

  const foresee = async (request: PredictRequest, stopped: AbortSignal): Promise<Result<Prediction, EngineError>> => {
    if (facts === undefined) return err(notLoaded);
    const messages = messagesOf(request.prompt);
    const promptTokens = tokensOfPrompt(messages);
    if (promptTokens >= facts.contextTokens) return err(overflow);
    const signal = AbortSignal.any([stopped, unloaded.signal]);
    await compute(promptTokens, script.prefillTokensPerSecond, signal);
    if (signal.aborted) return err(aborted);
    remember();
    const logProbabilities = request.candidates.map((text) => {
      const [first] = tokensOf(text);
      return first === undefined ? undefined : logProbability(messages, [], first);
    });
    return ok({ logProbabilities, floor: -20, evaluatedTokens: promptTokens });
  };

  return {
    async load(request) {
      const endTurn = await turns.take(request.signal);
      if (endTurn === undefined) return err(aborted);
      endTurn();
      if (script.loadError !== undefined) return err(script.loadError);
      const { modelId, contextTokens, threads } = request;
      facts = {
        kind: 'wllama',
        engine: 'scripted',
        device: 'cpu',
        modelId,
        threads,
        contextTokens,
        vocabularySize: 2 ** 32,
        canEmbed: true,
        stateLayers: 0,
        memoryBytes: 0,
        loadMs: 0,
      };
      return ok(facts);
    },
    facts: () => facts,
    speed: () => speed,
    countTokens: (text) => (facts === undefined ? err(notLoaded) : ok(tokensOf(text).length)),
    generate: (request) =>
      openEventStream<GenerateEvent>(async (emit, signal) => {
        const endTurn = await turns.take(signal);
        if (endTurn === undefined) return emit({ type: 'end', reason: 'aborted', promptTokens: 0, tokens: 0 });
        await write(request, emit, signal).finally(endTurn);
      }, request.signal),
    async score(request) {
      const signal = request.signal ?? new AbortController().signal;
      const endTurn = await turns.take(signal);
      return endTurn === undefined ? err(aborted) : weigh(request, signal).finally(endTurn);
    },
    async predict(request) {
      const signal = request.signal ?? new AbortController().signal;
      const endTurn = await turns.take(signal);
      return endTurn === undefined ? err(aborted) : foresee(request, signal).finally(endTurn);
    },
    states: async () => (facts === undefined ? err(notLoaded) : err(failure('unsupported', 'It has no states.'))),
    embed: async (texts) => {
      if (facts === undefined) return err(notLoaded);
      return ok(texts.map((text) => unitVector(text)));
    },
    unload() {
      unloaded.abort();
      unloaded = new AbortController();
      facts = undefined;
      return Promise.resolve();
    },
  };
}

function drawReply({ messages, seed, temperature }: GenerateRequest): string {
  const random = createSeededRandom(JSON.stringify([messages, temperature > 0 ? seed : 0]));
  const length = 8 + Math.floor(random.next() * 8);
  const drawn = Array.from({ length }, () => words[Math.floor(random.next() * words.length)]);
  return `${drawn.join(' ')}.`;
}

function hashLogProbability(prompt: readonly ChatMessage[], before: readonly string[], word: string): number {
  return -5 * createSeededRandom(JSON.stringify([prompt, before, word])).next();
}

function messagesOf(prompt: Prompt): readonly ChatMessage[] {
  return 'plain' in prompt ? [{ role: 'user', content: prompt.plain }] : prompt;
}

function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

/** As chat templates do, four tokens around each message and three to begin the reply. */
function tokensOfPrompt(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + tokensOf(content).length + 4, 3);
}

function indexOrEnd(text: string, part: string): number {
  const index = text.indexOf(part);
  return index < 0 ? text.length : index;
}

function hash(word: string): number {
  return Math.floor(createSeededRandom(word).next() * 2 ** 32);
}

function unitVector(text: string): Float32Array {
  const random = createSeededRandom(text);
  const vector = Float32Array.from({ length: 8 }, () => random.next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

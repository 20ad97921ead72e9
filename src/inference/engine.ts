import type { Failure, ModelId, Result } from '#vocabulary';
import type { EngineKind, ModelPackage } from './model.ts';

/** One turn of a conversation, before any chat template. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type EngineErrorType =
  | 'not-loaded'
  | 'load-failed'
  | 'out-of-memory'
  | 'context-overflow'
  | 'unsupported'
  | 'aborted'
  | 'engine-crashed'
  /** The graphics processor was taken away; the model is loaded again before the next request. */
  | 'device-lost';
export type EngineError = Failure<EngineErrorType>;

/** What an engine says of itself and of the model it holds. */
export interface EngineFacts {
  readonly kind: EngineKind;
  /** Name and version of the library that computes, e.g. `wllama 3.8.1`. */
  readonly engine: string;
  /** Where it computes. */
  readonly device: 'cpu' | 'gpu';
  readonly modelId: ModelId;
  readonly threads: number;
  readonly contextTokens: number;
  readonly vocabularySize: number;
  readonly canEmbed: boolean;
  /** Layers whose states can be read; 0 where the engine shows none. */
  readonly stateLayers: number;
  /** What the model takes: weights and the cache of a full context. */
  readonly memoryBytes: number;
  readonly loadMs: number;
}

/** Tokens a second, exponentially averaged over recent work; undefined until measured. */
export interface EngineSpeed {
  readonly prefillTokensPerSecond: number | undefined;
  readonly decodeTokensPerSecond: number | undefined;
}

export interface LoadRequest {
  readonly modelId: ModelId;
  readonly engine: EngineKind;
  readonly model: ModelPackage;
  readonly threads: number;
  readonly contextTokens: number;
  readonly signal?: AbortSignal;
}

export interface GenerateRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** Same seed, same request, same engine and thread count: same tokens. */
  readonly seed: number;
  readonly stop?: readonly string[];
  /** JSON schema (its text) that the reply must follow; engines that cannot refuse with `unsupported`. */
  readonly schema?: string;
  /** Also say how likely each token was. */
  readonly logProbabilities?: boolean;
  readonly signal?: AbortSignal;
}

/** A stream ends with exactly one `end` or `error`. Concatenated `text` of the pieces is the answer, always valid UTF-8. */
export type GenerateEvent =
  /**
   * `tokens` counts all tokens so far, this piece's included. `logProbabilities` (natural, of the model before temperature
   * and cuts) are those of the tokens since the piece before, where asked for and readable.
   */
  | {
      readonly type: 'text';
      readonly text: string;
      readonly tokens: number;
      readonly logProbabilities?: readonly number[];
    }
  | {
      readonly type: 'end';
      readonly reason: 'stop' | 'length' | 'aborted';
      readonly promptTokens: number;
      readonly tokens: number;
    }
  | { readonly type: 'error'; readonly error: EngineError };

/** What stands before the tokens that are scored: a conversation, put into the model's template, or text as it is. */
export type Prompt = readonly ChatMessage[] | { readonly plain: string };

/** A prompt and how it might continue. */
export interface ScoreRequest {
  readonly prompt: Prompt;
  /** Scored independently of each other; they share the prompt's cached computation. */
  readonly continuations: readonly Continuation[];
  readonly signal?: AbortSignal;
  /** Called after every evaluated token, for progress and heartbeats. */
  readonly onProgress?: (tokensDone: number, tokensTotal: number) => void;
}

export interface Continuation {
  readonly text: string;
  /** Also score the end-of-turn mark after the text. */
  readonly ends: boolean;
}

/** Log probability (natural) of every token of a continuation given the prompt and the tokens before it. */
export interface ContinuationScore {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  /** Tokens of the text whose probability the engine could not read; they are in neither list. Absent when all were read. */
  readonly unreadTokens?: number;
  /** Tokens the engine computed for this, of prompt and continuation, without those it had kept from before. */
  readonly evaluatedTokens: number;
}

/** A prompt and texts of which only the first token is looked at. */
export interface PredictRequest {
  readonly prompt: Prompt;
  readonly candidates: readonly string[];
  readonly signal?: AbortSignal;
}

/** What a model expects next, from one pass over the prompt. */
export interface Prediction {
  /** Log probability (natural) of each candidate's first token, in their order; undefined where it is below `floor`. */
  readonly logProbabilities: readonly (number | undefined)[];
  /** Log probability of the least likely token the engine reported. */
  readonly floor: number;
  readonly evaluatedTokens: number;
}

/** A text whose inner states are wanted, after a prompt. */
export interface StatesRequest {
  readonly prompt: Prompt;
  readonly continuation: string;
  /** 1 is the output of the first block. */
  readonly layer: number;
  readonly signal?: AbortSignal;
}

/** Residual stream after a layer, over the tokens of the continuation. */
export interface ContinuationStates {
  readonly mean: Float32Array;
  readonly last: Float32Array;
  readonly evaluatedTokens: number;
}

/** The port every engine implements; one contract suite (test/contracts/engine.ts) runs against all of them. */
export interface Engine {
  load(request: LoadRequest): Promise<Result<EngineFacts, EngineError>>;
  facts(): EngineFacts | undefined;
  speed(): EngineSpeed;
  /** Number of tokens the model's own tokeniser makes of the text, without special tokens. */
  countTokens(text: string): Result<number, EngineError>;
  /** Requests are served one after the other in the order of their calls. */
  generate(request: GenerateRequest): AsyncIterable<GenerateEvent>;
  score(request: ScoreRequest): Promise<Result<readonly ContinuationScore[], EngineError>>;
  predict(request: PredictRequest): Promise<Result<Prediction, EngineError>>;
  /** `unsupported` by engines that do not show their states. */
  states(request: StatesRequest): Promise<Result<ContinuationStates, EngineError>>;
  /** Unit-length vectors, or `unsupported`. */
  embed(texts: readonly string[]): Promise<Result<readonly Float32Array[], EngineError>>;
  unload(): Promise<void>;
}

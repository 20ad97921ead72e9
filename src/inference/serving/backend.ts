import type { Result } from '#vocabulary';
import type {
  ContinuationScore,
  ContinuationStates,
  EngineError,
  EngineFacts,
  GenerateEvent,
  GenerateRequest,
  LoadRequest,
  Prediction,
  StatesRequest,
} from '../engine.ts';
import type { ChatTemplate } from '../tokens/chat-template.ts';
import type { ForcedText } from '../tokens/forced-decoding.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';

/** How a model reads and writes, from its own metadata. */
export interface ModelLanguage {
  /** An error where the kind of vocabulary is unknown: replies work without, counting and scoring do not. */
  readonly tokeniser: Result<Tokeniser, EngineError>;
  readonly template: ChatTemplate;
  /** The token that ends a turn; undefined where the model names none. */
  readonly endToken: number | undefined;
}

/** A prompt as the model reads it; it fits the context with at least one token to spare. */
export interface ReadPrompt {
  readonly rendered: string;
  /** Empty where the vocabulary is unknown. */
  readonly tokens: readonly number[];
}

/**
 * A loaded model as one library runs it: what differs between engines. `createServedEngine` keeps for all of them turns,
 * templates, limits, aborts, loading and renewal; a backend is asked one thing at a time.
 */
export interface Backend {
  readonly facts: Omit<EngineFacts, 'modelId' | 'loadMs'>;
  readonly language: ModelLanguage;
  /** Emits exactly one `end` or `error`, last. Never more than `maxTokens` (>= 1) tokens nor beyond the context. */
  generate(
    prompt: ReadPrompt,
    request: GenerateRequest,
    signal: AbortSignal,
    emit: (event: GenerateEvent) => void,
  ): Promise<void>;
  /** Prompt and each text fit the context together. `onToken` once for every token of the texts, end marks included. */
  score(
    prompt: ReadPrompt,
    texts: readonly ForcedText[],
    signal: AbortSignal,
    onToken: () => void,
  ): Promise<Result<readonly ContinuationScore[], EngineError>>;
  predict(
    prompt: ReadPrompt,
    firstTokens: readonly (number | undefined)[],
    signal: AbortSignal,
  ): Promise<Result<Prediction, EngineError>>;
  states?(
    prompt: ReadPrompt,
    text: readonly number[],
    layer: StatesRequest['layer'],
    signal: AbortSignal,
  ): Promise<Result<ContinuationStates, EngineError>>;
  embed?(texts: readonly string[], signal: AbortSignal): Promise<Result<readonly Float32Array[], EngineError>>;
  /** The library is dead; nothing but `exit` makes sense. */
  isDead(): boolean;
  /** It works, but must be started afresh before the next request. Also true after the device was lost. */
  mustBeReplaced(): boolean;
  exit(): Promise<void>;
}

export interface SpeedRecorder {
  recordPrefill(tokens: number, durationMs: number): void;
  recordDecode(tokens: number, durationMs: number): void;
}

/** Loads; what was begun is undone when it fails or `request.signal` aborts. */
export type StartBackend = (request: LoadRequest, gauge: SpeedRecorder) => Promise<Result<Backend, EngineError>>;

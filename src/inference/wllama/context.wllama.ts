import type { ReadPrompt, SpeedRecorder } from '../serving/backend.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';
import type { WllamaRuntime } from './runtime.wllama.ts';

/** What serving one request takes. */
export interface WllamaContext {
  readonly runtime: WllamaRuntime;
  readonly tokeniser: Tokeniser | undefined;
  readonly endToken: number | undefined;
  readonly gauge: SpeedRecorder;
  readonly prompt: ReadPrompt;
}

/** Scores are asked for only where the vocabulary is known. */
export interface ScoringContext extends WllamaContext {
  readonly tokeniser: Tokeniser;
}

import type { EngineError } from '../engine.ts';

/** What a page asks of the worker that runs web-llm; one task at a time. */
export type Task =
  | {
      readonly type: 'load';
      readonly files: ReadonlyMap<string, Blob>;
      readonly purpose: 'chat' | 'embedding';
      readonly contextTokens: number;
      readonly needsF16: boolean;
      /** A prompt and the tokens it is read as, to compare with web-llm's own reading. */
      readonly sample: { readonly text: string; readonly tokens: readonly number[] } | undefined;
    }
  | {
      readonly type: 'generate';
      readonly prompt: readonly number[];
      readonly maxTokens: number;
      readonly temperature: number;
      readonly topP: number;
      readonly seed: number;
      /** Tokens that end the reply; none of them is reported. */
      readonly stopTokens: readonly number[];
      readonly schema: string | undefined;
      readonly withLogProbabilities: boolean;
    }
  | { readonly type: 'score'; readonly prompt: readonly number[]; readonly texts: readonly (readonly number[])[] }
  | { readonly type: 'predict'; readonly prompt: readonly number[]; readonly tokens: readonly (number | undefined)[] }
  | { readonly type: 'embed'; readonly texts: readonly (readonly number[])[] };

export type TaskType = Task['type'];
export type TaskOf<Type extends TaskType> = Extract<Task, { readonly type: Type }>;

/** Work that was done for a task: tokens that had to be computed, and how long that took. */
export interface Work {
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly decodedTokens: number;
  readonly decodeMs: number;
}

export interface Outcomes {
  readonly load: { readonly vocabularySize: number; readonly memoryBytes: number };
  readonly generate: { readonly reason: 'stop' | 'length' | 'aborted'; readonly work: Work };
  readonly score: { readonly scores: readonly ScoredTokens[]; readonly work: Work };
  readonly predict: {
    readonly logProbabilities: readonly (number | undefined)[];
    readonly floor: number;
    readonly work: Work;
  };
  readonly embed: { readonly vectors: readonly Float32Array[] };
}

export interface ScoredTokens {
  readonly logProbabilities: readonly number[];
  readonly evaluatedTokens: number;
}

/** From the page. `stop` ends the task of that number early. */
export type Order =
  | { readonly type: 'task'; readonly id: number; readonly task: Task }
  | { readonly type: 'stop'; readonly id: number };

/** From the worker. A task ends with exactly one `done` or `failed`. */
export type News =
  /** A token of a reply, or one more token of a text was scored. */
  | { readonly type: 'token'; readonly id: number; readonly token: number; readonly logProbability: number | undefined }
  | { readonly type: 'done'; readonly id: number; readonly outcome: Outcomes[TaskType] }
  | { readonly type: 'failed'; readonly id: number; readonly error: EngineError; readonly isFit: boolean }
  /** The graphics processor is gone; no task of this worker will work again. */
  | { readonly type: 'lost'; readonly error: EngineError };

import type { TensorTable } from '../gguf/gguf-tensors.ts';
import type { Precision } from './llama-graph.ts';
import type { LlamaShape } from './llama-shape.ts';

/** Messages between the tab and the worker that computes. One request at a time; `id` tells late answers apart. */
export interface StartMessage {
  readonly type: 'start';
  readonly file: Blob;
  readonly tensors: TensorTable;
  readonly shape: LlamaShape;
  readonly precision: Precision;
  readonly contextTokens: number;
  readonly threads: number;
}

export interface GenerateTask {
  readonly type: 'generate';
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Tokens that end the reply; they are not part of it. */
  readonly endTokens: readonly number[];
  readonly logProbabilities: boolean;
}

export interface ScoreTask {
  readonly type: 'score';
  readonly prompt: readonly number[];
  readonly texts: readonly (readonly number[])[];
}

export interface PredictTask {
  readonly type: 'predict';
  readonly prompt: readonly number[];
  readonly tokens: readonly (number | undefined)[];
}

export interface StatesTask {
  readonly type: 'states';
  readonly prompt: readonly number[];
  readonly text: readonly number[];
  readonly layer: number;
}

export type Task = GenerateTask | ScoreTask | PredictTask | StatesTask;

export type TaskOrder =
  | { readonly type: 'task'; readonly id: number; readonly task: Task }
  | { readonly type: 'stop'; readonly id: number };

/** What a task says on its way. */
export type TaskEvent =
  | { readonly type: 'token'; readonly token: number; readonly logProbability?: number }
  /** So many more tokens of the texts are scored. */
  | { readonly type: 'scored'; readonly count: number }
  | { readonly type: 'prefilled'; readonly tokens: number; readonly durationMs: number }
  | { readonly type: 'decoded'; readonly tokens: number; readonly durationMs: number };

export interface TaskResults {
  readonly generate: { readonly reason: 'stop' | 'length' };
  readonly score: readonly { readonly logProbabilities: readonly number[]; readonly evaluatedTokens: number }[];
  readonly predict: {
    readonly logProbabilities: readonly (number | undefined)[];
    readonly floor: number;
    readonly evaluatedTokens: number;
  };
  readonly states: { readonly mean: Float32Array; readonly last: Float32Array; readonly evaluatedTokens: number };
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly id: number; readonly event: TaskEvent }
  | { readonly type: 'done'; readonly id: number; readonly result: TaskResults[keyof TaskResults] }
  | { readonly type: 'stopped'; readonly id: number }
  /** Without an id: the model could not be loaded. The worker is of no use afterwards. */
  | { readonly type: 'failed'; readonly id?: number; readonly kind: FailureKind; readonly message: string };

export type FailureKind = 'out-of-memory' | 'damaged' | 'device-lost' | 'crashed';

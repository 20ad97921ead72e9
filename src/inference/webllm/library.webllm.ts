import { type ChatCompletionRequest, MLCEngine, ModelType } from '@mlc-ai/web-llm';
import type { TaskOf } from './messages.ts';
import { MODEL_URL } from './file-caches.webllm.ts';

/** A tensor of web-llm's runtime. */
export interface Tensor {
  readonly shape: readonly number[];
  copyFrom(values: Float32Array): Tensor;
  toArray(): Float32Array;
  dispose(): void;
}

type RuntimeFunction = ((...args: readonly unknown[]) => unknown) & { dispose(): void };

export interface SamplingConfig {
  readonly temperature: number;
  readonly top_p: number;
  readonly repetition_penalty: number;
  readonly frequency_penalty: number;
  readonly presence_penalty: number;
  readonly response_format?: NonNullable<ChatCompletionRequest['response_format']>;
}

/**
 * What this engine uses of web-llm beyond its public interface, for 0.2.86 exactly. The public one reads text only, through
 * templates of its own, forgets every prompt, and tells neither how likely a given token was nor what it computed.
 */
export interface Pipeline {
  readonly kvStateKind: string;
  readonly fullVocabSize: number;
  readonly prefillChunkSize: number;
  readonly kvCache: unknown;
  readonly device: { sync(): Promise<void> };
  readonly tokenizer: { encode(text: string): Int32Array; decode(tokens: Int32Array): string };
  readonly tvm: {
    readonly lib: { readonly webGPUContext: { readonly currAllocatedBytes: number } };
    beginScope(): void;
    endScope(): void;
    empty(shape: readonly number[], type: 'float32', device: unknown): Tensor;
    scalar(value: number, type: 'int32' | 'int64'): unknown;
    detachFromCurrentScope<T>(value: T): T;
    getGlobalFuncInternalOptional(name: string, isScoped: boolean): RuntimeFunction | undefined;
  };
  filledKVCacheLength: number;
  logitProcessor: unknown;
  /** Takes at most `prefillChunkSize` tokens and gives the logits after the last. */
  forwardKnownTokens(tokens: readonly number[], isPrompt: boolean): Promise<Tensor>;
  forwardDecodeToken(token: number): Promise<Tensor>;
  updateLogitsOnCPU(logits: Tensor): Tensor;
  /** Applies the grammar to the logits in place. */
  sampleFromRawLogits(logits: Tensor, config: SamplingConfig): Promise<number>;
  prepareGrammarMatcherForSampling(config: SamplingConfig): Promise<void> | undefined;
  /** Tells the grammar of the token. */
  commitSamplerState(token: number, config: SamplingConfig): void;
  setSeed(seed: number): void;
  resetChat(): void;
}

const members: readonly (keyof Pipeline)[] = [
  'tvm',
  'device',
  'tokenizer',
  'kvStateKind',
  'fullVocabSize',
  'filledKVCacheLength',
  'forwardKnownTokens',
  'forwardDecodeToken',
  'updateLogitsOnCPU',
  'sampleFromRawLogits',
  'prepareGrammarMatcherForSampling',
  'commitSamplerState',
  'setSeed',
  'resetChat',
];

export interface LoadedLibrary {
  readonly engine: MLCEngine;
  /** Of a language model. */
  readonly pipeline: Pipeline | undefined;
  readonly memoryBytes: number;
}

const MODEL = 'model';

export async function loadLibrary({ files, purpose, contextTokens, needsF16 }: TaskOf<'load'>): Promise<LoadedLibrary> {
  const manifest = 'mlc-model-manifest.json';
  const engine = new MLCEngine({
    logLevel: 'SILENT',
    appConfig: {
      cacheBackend: 'cache',
      model_list: [
        {
          model_id: MODEL,
          model: MODEL_URL,
          model_lib: `${MODEL_URL}model.wasm`,
          model_type: purpose === 'chat' ? ModelType.LLM : ModelType.embedding,
          required_features: needsF16 ? ['shader-f16'] : [],
          ...(files.has(manifest) ? { model_manifest: manifest } : {}),
        },
      ],
    },
  });
  await engine.reload(
    MODEL,
    purpose === 'chat' ? { context_window_size: contextTokens, sliding_window_size: -1 } : undefined,
  );
  const { loadedModelIdToPipeline } = engine as unknown as {
    readonly loadedModelIdToPipeline: ReadonlyMap<string, Pipeline>;
  };
  const pipeline = loadedModelIdToPipeline.get(MODEL);
  if (pipeline === undefined) throw new Error('web-llm stopped loading.');
  const missing = purpose === 'chat' ? members.filter((member) => pipeline[member] === undefined) : [];
  if (missing.length > 0) throw new Error(`This version of web-llm has no ${missing.join(', ')}.`);
  const memoryBytes = pipeline.tvm.lib.webGPUContext.currAllocatedBytes;
  return { engine, pipeline: purpose === 'chat' ? pipeline : undefined, memoryBytes };
}

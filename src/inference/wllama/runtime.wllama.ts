import {
  type RawCompletionChunk,
  type RawCompletionParams,
  Wllama,
  WllamaAbortError,
  type WllamaLogger,
} from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';

/**
 * Tokens a batch of prompt reading. The library can be stopped only between batches, so a batch should be short;
 * measured in processor time a token: 512 and 64 the same, 32 +7 %, 16 +10 %.
 */
const batchTokens = 64;

export interface RuntimeRequest extends RawCompletionParams {
  /** One `<token id, false>` pair for each token that must not be drawn. */
  readonly logit_bias?: never;
  readonly bannedTokens?: readonly number[];
  /** JSON schema that the reply follows. */
  readonly json_schema?: object;
}

/** `garbled`: the library could not write its reply because the text is not UTF-8; it works on. */
export type RuntimeOutcome = 'done' | 'aborted' | 'garbled' | EngineError;

export interface WllamaRuntime {
  readonly contextTokens: number;
  readonly vocabularySize: number;
  /** Keys and values that a context keeps. */
  readonly stateBytesPerToken: number;
  /** Tokens that end a generation; a grammar that is complete admits only these. */
  readonly endTokens: readonly number[];
  /** True once the library is dead; nothing but `exit` makes sense then. */
  readonly isDead: () => boolean;
  readonly mustBeReplaced: () => boolean;
  /** One request at a time. Resolves when the library is free again, `exit` included. */
  run(request: RuntimeRequest, signal: AbortSignal, onChunk: (chunk: Chunk) => void): Promise<RuntimeOutcome>;
  exit(): Promise<void>;
}

/** What llama.cpp sends in each chunk of a streamed completion, beyond the library's own types. */
export interface Chunk extends Omit<RawCompletionChunk, 'choices'> {
  readonly choices: readonly {
    readonly text: string;
    readonly finish_reason: 'stop' | 'length' | 'content_filter' | null;
    readonly logprobs: {
      readonly content: readonly {
        readonly id: number;
        readonly logprob: number;
        readonly top_logprobs?: readonly { readonly id: number; readonly logprob: number }[];
      }[];
    } | null;
  }[];
}

export interface RuntimeOptions {
  readonly weights: Blob;
  readonly threads: number;
  readonly contextTokens: number;
  /** See `WllamaOptions.keptStateLimitBytes`. */
  readonly keptStateLimitBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export async function startRuntime(options: RuntimeOptions): Promise<Result<WllamaRuntime, EngineError>> {
  const { promise: died, resolve: die } = Promise.withResolvers<EngineError>();
  let isDead = false;
  const onDeath = (error: EngineError): void => {
    isDead = true;
    die(error);
  };

  const library = new Wllama({ default: wasmUrl }, { logger: createLogger(onDeath), suppressNativeLog: true });
  // Never the library's fallback for browsers without JSPI, which comes from a content delivery network.
  library.setCompat(null);
  const aborted = new Promise<EngineError>((resolve) => {
    options.signal?.addEventListener('abort', () => resolve(loadAborted), { once: true });
  });
  const loading = library
    .loadModel([options.weights], {
      n_gpu_layers: 0,
      n_threads: options.threads,
      n_ctx: options.contextTokens,
      n_batch: batchTokens,
      n_ubatch: batchTokens,
      n_parallel: 1,
      ctx_shift: false,
    })
    .then(
      // A file that llama.cpp refuses is no exception to the library: it leaves an empty model.
      () => (library.getLoadedContextInfo().n_vocab > 0 ? undefined : loadError('it is damaged or of an unknown kind')),
      (cause: unknown) => loadError(cause),
    );
  const problem = options.signal?.aborted === true ? loadAborted : await Promise.race([loading, died, aborted]);
  if (problem !== undefined) {
    await library.exit();
    return err(problem);
  }
  return ok(createRuntime(library, options.keptStateLimitBytes, died, () => isDead, onDeath));
}

function createRuntime(
  library: Wllama,
  keptStateLimitBytes: number,
  died: Promise<EngineError>,
  isDead: () => boolean,
  onDeath: (error: EngineError) => void,
): WllamaRuntime {
  const info = library.getLoadedContextInfo();
  const stateBytes = stateBytesPerToken(info);
  let keptBytes = 0;

  const stream = async (
    { bannedTokens, ...request }: RuntimeRequest,
    signal: AbortSignal,
    onChunk: (chunk: Chunk) => void,
  ): Promise<RuntimeOutcome> => {
    // Until the library says how much it computed, as much as it can hold.
    let heldTokens = info.n_ctx;
    try {
      await library.createCompletion({
        ...request,
        ...(bannedTokens === undefined ? {} : { logit_bias: bannedTokens.map((token) => [token, false]) }),
        timings_per_token: true,
        stream: true,
        abortSignal: signal,
        onData(chunk: RawCompletionChunk) {
          const { cache_n, prompt_n, predicted_n } = chunk.timings ?? noTimings;
          if (chunk.timings !== undefined) heldTokens = cache_n + prompt_n + predicted_n;
          onChunk(chunk as Chunk);
        },
      } as unknown as Parameters<Wllama['createCompletion']>[0]);
      return 'done';
    } catch (cause) {
      if (cause instanceof WllamaAbortError) return 'aborted';
      const failed = requestError(cause);
      if (failed !== 'garbled' && failed.type === 'engine-crashed') onDeath(failed);
      return failed;
    } finally {
      keptBytes += heldTokens * stateBytes;
    }
  };

  return {
    contextTokens: info.n_ctx,
    vocabularySize: info.n_vocab,
    stateBytesPerToken: stateBytes,
    endTokens: info.list_tokens_eog,
    isDead,
    mustBeReplaced: () => keptBytes > keptStateLimitBytes,
    run: (request, signal, onChunk) => Promise.race([stream(request, signal, onChunk), died]),
    async exit() {
      onDeath(failure('not-loaded', 'The model was unloaded.'));
      await library.exit();
    },
  };
}

const noTimings = { cache_n: 0, prompt_n: 0, predicted_n: 0 };
const loadAborted = failure('aborted', 'Loading the model was stopped.');

/** Keys and values of all layers, 16 bits each. */
function stateBytesPerToken(info: ReturnType<Wllama['getLoadedContextInfo']>): number {
  const read = (name: string): number => Number(info.metadata[`${info.metadata['general.architecture']}.${name}`]);
  const share = read('attention.head_count_kv') / read('attention.head_count');
  return info.n_layer * info.n_embd * (share > 0 && share <= 1 ? share : 1) * 2 * 2;
}

function loadError(cause: unknown): EngineError {
  const message = messageOf(cause);
  if (/memory|allocat/i.test(message))
    return failure(
      'out-of-memory',
      `The model does not fit into memory: ${message}`,
      'Close other tabs or choose a smaller model.',
    );
  return failure(
    'load-failed',
    `The model could not be loaded: ${message}`,
    'Use a current browser, or choose another model file.',
  );
}

function requestError(cause: unknown): EngineError | 'garbled' {
  const message = messageOf(cause);
  if (/exceeds the available context|context (size|shift)/i.test(message))
    return failure('context-overflow', 'The conversation is longer than what the model can hold.', 'Shorten it.');
  // The library takes no notice of a failed reply and reads its own request as one; the engine itself is unharmed.
  if (/invalid typed array length|invalid magic number/i.test(message)) return 'garbled';
  // Refused by llama.cpp before or during the work, which it survives.
  if (cause instanceof Error && cause.name === 'Error' && 'type' in cause)
    return failure('unsupported', `The model cannot do this: ${message}`);
  if (/out of memory|memory access|allocat/i.test(message))
    return failure(
      'engine-crashed',
      `The model ran out of memory: ${message}`,
      'Close other tabs, then load the model again.',
    );
  return failure('engine-crashed', `The engine stopped working: ${message}`, 'Load the model again.');
}

/** Silent, except that a worker which cannot even start reports it nowhere else. */
function createLogger(onDeath: (error: EngineError) => void): WllamaLogger {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    log: ignore,
    warn: ignore,
    error(...entries: unknown[]) {
      const [first] = entries;
      if (!(first instanceof Event)) return;
      const message = first instanceof ErrorEvent ? first.message : 'its worker did not start';
      onDeath(failure('engine-crashed', `The engine stopped working: ${message}`, 'Load the model again.'));
    },
  };
}

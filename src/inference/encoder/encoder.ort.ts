import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { ModelPackage } from '../model.ts';
import { type OpenedTokenizer, openTokenizer } from '../tokens/tokenizer-json.ts';
import { readTokenizerJson } from '../tokens/tokenizer-json-schema.ts';
import type { BertShape } from './bert-shape.ts';
import type { EncoderFiles, EncoderNews, EncoderOutcomes, EncoderTask, Encoding } from './messages.ts';

export type StartEncoderWorker = () => Worker;

export interface EncoderOptions {
  readonly model: ModelPackage;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly startWorker?: StartEncoderWorker | undefined;
}

/** A text encoder or classifier in a worker of its own. One text at a time. */
export interface Encoder {
  readonly shape: BertShape;
  readonly tokenizer: OpenedTokenizer;
  readonly threads: number;
  /** A text of at most `limit` tokens with its marks. */
  run(text: string, limit: number): Promise<Result<Encoding, EngineError>>;
  isDead(): boolean;
  end(): void;
}

/** ONNX Runtime (14 MB of wasm) is fetched by the first load. */
export async function openEncoder(options: EncoderOptions): Promise<Result<Encoder, EngineError>> {
  const { model, signal } = options;
  const files = findFiles(model);
  if (!files.ok) return files;
  const json = await readTokenizerJson(files.value.tokenizer);
  if (!json.ok) return json;
  const tokenizer = await openTokenizer(
    json.value,
    json.value.added_tokens.filter(({ special }) => special),
  );
  if (!tokenizer.ok) return tokenizer;
  const frame = tokenizer.value.encodeFramed('');
  if (frame.length !== 2)
    return err(failure('load-failed', 'The model does not put one mark before a text and one after it.'));
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) return err(loadStopped);

  // Without isolation there is no shared memory, hence no threads.
  const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.floor(options.threads)) : 1;
  const port = openPort((options.startWorker ?? startOwnWorker)());
  signal?.addEventListener('abort', port.end, { once: true });
  const loaded = await port.perform('load', { type: 'load', files: files.value, threads });
  signal?.removeEventListener('abort', port.end);
  if (!loaded.ok) port.end();
  if (isStopped()) return err(loadStopped);
  if (!loaded.ok) return loaded;

  const shape = loaded.value;
  const [begin = 0, end = 0] = frame;
  return ok({
    shape,
    tokenizer: tokenizer.value,
    threads,
    async run(text, limit) {
      const { encodeText, longestToken } = tokenizer.value;
      if (text.length > limit * longestToken) return err(overflow);
      // Marks in a text are text: it comes from people and peers.
      const ids = [begin, ...encodeText(text), end];
      if (ids.length > limit) return err(overflow);
      if (ids.some((id) => id >= shape.vocabulary))
        return err(failure('unsupported', 'The model and its tokenizer.json do not belong together.'));
      return port.perform('encode', { type: 'encode', ids });
    },
    isDead: port.isDead,
    end: port.end,
  });
}

interface Port {
  perform<Type extends EncoderTask['type']>(
    type: Type,
    task: Extract<EncoderTask, { readonly type: Type }>,
  ): Promise<Result<EncoderOutcomes[Type], EngineError>>;
  isDead(): boolean;
  end(): void;
}

function openPort(worker: Worker): Port {
  let isDead = false;
  let finish: ((news: EncoderNews) => void) | undefined;
  const die = (error: EngineError): void => {
    isDead = true;
    worker.terminate();
    finish?.(err(error));
  };
  worker.addEventListener('message', ({ data: news }: MessageEvent<EncoderNews>) => finish?.(news));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    die(failure('engine-crashed', `The encoder's worker ended: ${event.message}`, 'Load the model again.'));
  });
  return {
    async perform(_type, task) {
      if (isDead) return err(failure('engine-crashed', "The encoder's worker has ended.", 'Load the model again.'));
      const { promise, resolve } = Promise.withResolvers<EncoderNews>();
      finish = resolve;
      worker.postMessage(task);
      const news = await promise;
      finish = undefined;
      // Out of memory or worse: what the library computes afterwards cannot be trusted.
      if (!news.ok && task.type === 'encode') die(news.error);
      return news as Result<EncoderOutcomes[typeof _type], EngineError>;
    },
    isDead: () => isDead,
    end: () => die(failure('aborted', 'The request was stopped.')),
  };
}

function findFiles({ format, files }: ModelPackage): Result<EncoderFiles & { readonly tokenizer: Blob }, EngineError> {
  if (format !== 'safetensors') return err(failure('load-failed', `This engine reads no encoders from "${format}".`));
  const weights = files.get('model.safetensors');
  const config = files.get('config.json');
  const tokenizer = files.get('tokenizer.json');
  if (weights === undefined || config === undefined || tokenizer === undefined)
    return err(
      failure(
        'load-failed',
        'An encoder is "model.safetensors", "config.json" and "tokenizer.json".',
        'Add what is missing.',
      ),
    );
  return ok({ weights, config, tokenizer, pooling: files.get('1_Pooling/config.json') });
}

function startOwnWorker(): Worker {
  return new Worker(new URL('./worker.ort.ts', import.meta.url), { type: 'module', name: 'encoder' });
}

const loadStopped = failure('aborted', 'Loading the model was stopped.');
const overflow = failure('context-overflow', 'The text is longer than what the model can hold.', 'Shorten it.');

/** The worker that runs web-llm. It takes one task at a time, and loads one model once. */
import { messageOf } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type Decoder, createDecoder } from './decoder.webllm.ts';
import { watchDevices } from './device-watch.webllm.ts';
import { explainFailure, explainTrouble, noF16, noGpu, stopped } from './failures.ts';
import { MissingFile, createFileCaches } from './file-caches.webllm.ts';
import { generateTokens } from './generation.webllm.ts';
import { type LoadedLibrary, type Pipeline, loadLibrary } from './library.webllm.ts';
import type { News, Order, Outcomes, Task, TaskOf, TaskType } from './messages.ts';
import { Stopped, predictNext, scoreTexts } from './scoring.webllm.ts';

const post = (news: News): void => globalThis.postMessage(news);

// Everything web-llm needs is given to it: it downloads nothing, and says nothing on the console.
globalThis.fetch = (address) => Promise.reject(new MissingFile(`Nothing is fetched from ${String(address)}.`));
for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) console[method] = () => undefined;

const watch = watchDevices(() => {
  const error = explainTrouble(watch.state());
  if (error !== undefined) post({ type: 'lost', error });
});
/** The number of the task at work, until it is to stop. */
let wanted: number | undefined;
let library: LoadedLibrary | undefined;
let decoder: Decoder | undefined;

globalThis.addEventListener('message', ({ data: order }: MessageEvent<Order>) => {
  if (order.type === 'task') void answer(order.id, order.task);
  else if (order.id === wanted) wanted = undefined;
});

async function answer(id: number, task: Task): Promise<void> {
  wanted = id;
  try {
    const outcome = await perform(id, task);
    // A shader that failed leaves numbers that mean nothing.
    const trouble = explainTrouble(watch.state());
    if (trouble === undefined) post({ type: 'done', id, outcome });
    else post({ type: 'failed', id, error: trouble, isFit: false });
  } catch (cause) {
    post({ type: 'failed', id, ...(await examine(cause, task.type)) });
  }
}

async function perform(id: number, task: Task): Promise<Outcomes[TaskType]> {
  const isStopped = (): boolean => wanted !== id;
  const tell = (token: number, logProbability?: number): void => post({ type: 'token', id, token, logProbability });
  if (task.type === 'load') return load(task);
  if (task.type === 'embed') return embed(task);
  if (decoder === undefined) throw new Error('The model is no language model.');
  if (task.type === 'generate') return generateTokens(decoder, task, isStopped, tell);
  if (task.type === 'score') return scoreTexts(decoder, task, isStopped, tell);
  return predictNext(decoder, task, isStopped);
}

async function load(task: TaskOf<'load'>): Promise<Outcomes['load']> {
  Object.defineProperty(globalThis, 'caches', { value: createFileCaches(task.files) });
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Refused(noGpu);
  if (task.needsF16 && !adapter.features.has('shader-f16')) throw new Refused(noF16);
  library = await loadLibrary(task);
  const { pipeline, memoryBytes } = library;
  if (pipeline === undefined) {
    await embed({ type: 'embed', texts: [[0]] });
    return { vocabularySize: 0, memoryBytes };
  }
  if (task.sample !== undefined) compareVocabularies(pipeline, task.sample);
  decoder = createDecoder(pipeline);
  // One token through the whole model: weights of other sizes, or that are no numbers, show here.
  const probe = await decoder.readPrompt([0], () => false);
  if (probe.logits?.every(Number.isFinite) !== true) throw new Error('its weights are no numbers');
  return { vocabularySize: pipeline.fullVocabSize, memoryBytes };
}

/** Grammars are made of web-llm's reading of the vocabulary, prompts of ours: a token must be the same text in both. */
function compareVocabularies({ tokenizer }: Pipeline, { text, tokens }: NonNullable<TaskOf<'load'>['sample']>): void {
  const read = (from: number): string => tokenizer.decode(Int32Array.from(tokens.slice(from)));
  const own = tokenizer.decode(tokenizer.encode(text));
  // The begin token only we write.
  if (read(0) !== own && read(1) !== own) throw new Error('its vocabulary can be read in two ways');
}

async function embed({ texts }: TaskOf<'embed'>): Promise<Outcomes['embed']> {
  if (library === undefined || decoder !== undefined) throw new Error('The model computes no embeddings.');
  const { data } = await library.engine.embeddings.create({ input: texts.map((tokens) => [...tokens]) });
  return { vectors: data.map(({ embedding }) => Float32Array.from(embedding as number[])) };
}

/** The device or the browser cannot run the model. */
class Refused extends Error {
  readonly error: EngineError;
  constructor(error: EngineError) {
    super(error.message);
    this.error = error;
  }
}

/** What a failure means, and whether the worker is fit for another task: it is where web-llm was left as it was. */
async function examine(
  cause: unknown,
  type: TaskType,
): Promise<{ readonly error: EngineError; readonly isFit: boolean }> {
  if (cause instanceof Stopped) return { error: stopped, isFit: true };
  if (cause instanceof Refused) return { error: cause.error, isFit: false };
  const name = cause instanceof Error ? cause.name : '';
  const isFit = name === 'GrammarMatcherInitError';
  if (!isFit) await watch.settle();
  const failed = { name, message: messageOf(cause), isLoading: type === 'load' };
  return { error: explainFailure(failed, watch.state()), isFit };
}

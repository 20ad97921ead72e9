/** The worker that runs web-llm. It takes one task at a time, and loads one model once. */
import { failure, messageOf } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type Decoder, createDecoder } from './decoder.webllm.ts';
import { type DeviceTrouble, watchDevices } from './device-watch.webllm.ts';
import { MissingFile, createFileCaches } from './file-caches.webllm.ts';
import { generateTokens } from './generation.webllm.ts';
import { type LoadedLibrary, loadLibrary } from './library.webllm.ts';
import type { News, Order, Outcomes, Task, TaskOf, TaskType } from './messages.ts';
import { Stopped, predictNext, scoreTexts } from './scoring.webllm.ts';

const post = (news: News): void => globalThis.postMessage(news);

// Everything web-llm needs is given to it: it downloads nothing, and says nothing on the console.
globalThis.fetch = (address) => Promise.reject(new MissingFile(`Nothing is fetched from ${String(address)}.`));
for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) console[method] = () => undefined;

const watch = watchDevices((trouble) => post({ type: 'lost', error: lossOf(trouble) }));
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
    const trouble = watch.trouble();
    // A shader that failed leaves numbers that mean nothing.
    if (trouble === undefined && !watch.isLost()) post({ type: 'done', id, outcome });
    else post({ type: 'failed', id, error: troubleOf(trouble), isFit: false });
  } catch (cause) {
    if (!isExpected(cause)) await watch.settle();
    post({ type: 'failed', id, ...errorOf(cause, task.type) });
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
  if (!adapter) throw new Unsupported('This browser offers no graphics processor to web pages.', noGpuRemedy);
  if (task.needsF16 && !adapter.features.has('shader-f16'))
    throw new Unsupported('This graphics processor has no 16-bit numbers, which the model needs.', f32Remedy);
  library = await loadLibrary(task);
  const { pipeline, memoryBytes } = library;
  if (pipeline === undefined) {
    await embed({ type: 'embed', texts: [[0]] });
    return { vocabularySize: 0, memoryBytes };
  }
  const { sample } = task;
  // Grammars are made of web-llm's reading of the vocabulary, prompts of ours. The begin token only we write.
  const own = sample && [...pipeline.tokenizer.encode(sample.text)].join();
  if (own !== sample?.tokens.join() && own !== sample?.tokens.slice(1).join())
    throw new Error('its vocabulary can be read in two ways');
  decoder = createDecoder(pipeline);
  // One token through the whole model: weights of other sizes, or that are no numbers, show here.
  const probe = await decoder.readPrompt([0], () => false);
  if (probe.logits?.every(Number.isFinite) !== true) throw new Error('its weights are no numbers');
  return { vocabularySize: pipeline.fullVocabSize, memoryBytes };
}

async function embed({ texts }: TaskOf<'embed'>): Promise<Outcomes['embed']> {
  if (library === undefined || decoder !== undefined) throw new Error('The model computes no embeddings.');
  const { data } = await library.engine.embeddings.create({ input: texts.map((tokens) => [...tokens]) });
  return { vectors: data.map(({ embedding }) => Float32Array.from(embedding as number[])) };
}

/** The device or the browser cannot run the model. */
class Unsupported extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const noGpuRemedy = 'Use a current Chrome, Edge or Safari with hardware acceleration, or another engine.';
const f32Remedy = 'Choose the variant of the model whose name has f32 instead of f16, such as q4f32_1.';
const memoryRemedy = 'Choose a smaller model or a shorter context, or close other tabs.';

/** Failures that come from what was asked, with web-llm as it was. */
function isExpected(cause: unknown): boolean {
  return cause instanceof Stopped || cause instanceof Unsupported || nameOf(cause) === 'GrammarMatcherInitError';
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : '';
}

/** What the failure of a task means, and whether the worker is fit for another one. */
function errorOf(cause: unknown, type: TaskType): { readonly error: EngineError; readonly isFit: boolean } {
  const message = messageOf(cause).slice(0, 300);
  if (cause instanceof Stopped) return { error: failure('aborted', 'The request was stopped.'), isFit: true };
  if (cause instanceof Unsupported) return { error: failure('unsupported', message, cause.remedy), isFit: false };
  if (nameOf(cause) === 'GrammarMatcherInitError')
    return { error: failure('unsupported', `The schema cannot be followed: ${message}`), isFit: true };
  const trouble = watch.trouble();
  if (trouble?.isOutOfMemory === true || (type === 'load' && isOutOfMemory(message)))
    return {
      error: failure('out-of-memory', 'The memory does not suffice for this model.', memoryRemedy),
      isFit: false,
    };
  if (watch.isLost()) return { error: lossOf(trouble), isFit: false };
  if (type === 'load') {
    const what = `The model cannot be loaded: ${message}`;
    return { error: failure('load-failed', what, 'Remove it and get it again, or choose another one.'), isFit: false };
  }
  return { error: failure('engine-crashed', `web-llm failed: ${message}`, 'Try again.'), isFit: false };
}

/** How runtimes say that memory is short; there is no error type for it. */
function isOutOfMemory(message: string): boolean {
  return /out of memory|allocation failed|could not allocate|exceeds (?:the )?(?:max|limit)/i.test(message);
}

function troubleOf(trouble: DeviceTrouble | undefined): EngineError {
  if (watch.isLost()) return lossOf(trouble);
  const { isOutOfMemory: isFull = false, message = '' } = trouble ?? {};
  return isFull
    ? failure('out-of-memory', 'The memory of the graphics processor does not suffice.', memoryRemedy)
    : failure('engine-crashed', `The graphics processor refused a step: ${message.slice(0, 300)}`, 'Try again.');
}

function lossOf(trouble: DeviceTrouble | undefined): EngineError {
  return trouble?.isOutOfMemory === true
    ? failure('out-of-memory', 'The memory of the graphics processor does not suffice.', memoryRemedy)
    : failure('device-lost', 'The graphics processor was taken away.', 'Ask again.');
}

/** The worker that runs a decoder. It loads one model once and takes one task at a time. */
import { messageOf } from '#vocabulary';
import { type Decoder, Stopped, createDecoder } from './decoder.ts';
import { readEmbedding } from './embedding.ts';
import { DamagedWeights } from './llama-weights.ts';
import { openNetwork } from './network.ort.ts';
import type { FailureKind, FromWorker, StartMessage, Task, TaskEvent, TaskResults, ToWorker } from './protocol.ts';
import { generate, predict, score, states } from './tasks.ts';

let decoder: Decoder | undefined;
/** Tasks that were told to stop, or are not running. */
let running: number | undefined;

globalThis.addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  if (message.type === 'start') void start(message);
  else if (message.type === 'task') void perform(message.id, message.task);
  else if (message.id === running) running = undefined;
});

async function start(message: StartMessage): Promise<void> {
  try {
    const entry = message.tensors.get('token_embd.weight');
    if (entry === undefined) throw new Error('There is no embedding.');
    const run = await openNetwork(message);
    const embedding = await readEmbedding(message.file, entry);
    decoder = createDecoder({ shape: message.shape, embedding, run, breathe, now: () => performance.now() });
    post({ type: 'ready' });
  } catch (cause) {
    post({ type: 'failed', kind: kindOf(cause), message: messageOf(cause) });
  }
}

async function perform(id: number, task: Task): Promise<void> {
  running = id;
  try {
    if (decoder === undefined) throw new Error('No model is loaded.');
    const result = await compute(decoder, task, (event) => post({ type: 'event', id, event }));
    post({ type: 'done', id, result });
  } catch (cause) {
    if (cause instanceof Stopped) post({ type: 'stopped', id });
    else post({ type: 'failed', id, kind: kindOf(cause), message: messageOf(cause) });
  }
}

function compute(
  model: Decoder,
  task: Task,
  tell: (event: TaskEvent) => void,
): Promise<TaskResults[keyof TaskResults]> {
  switch (task.type) {
    case 'generate':
      return generate(model, task, tell);
    case 'score':
      return score(model, task, tell);
    case 'predict':
      return predict(model, task, tell);
    case 'states':
      return states(model, task, tell);
  }
}

const channel = new MessageChannel();
let resume: (() => void) | undefined;
channel.port1.addEventListener('message', () => resume?.());
channel.port1.start();

/** Messages of the tab are handled while this waits; timers would be slowed down in hidden tabs. */
async function breathe(): Promise<void> {
  await new Promise<void>((resolve) => {
    resume = resolve;
    channel.port2.postMessage(undefined);
  });
  if (running === undefined) throw new Stopped();
}

function kindOf(cause: unknown): FailureKind {
  if (cause instanceof DamagedWeights) return 'damaged';
  return /alloc|out of memory|memory access/i.test(messageOf(cause)) ? 'out-of-memory' : 'crashed';
}

function post(message: FromWorker): void {
  globalThis.postMessage(message);
}

/** What every worker that runs a decoder shares: it loads one model once and takes one task at a time. */
import { messageOf } from '#vocabulary';
import { Stopped } from './decoder.ts';
import { DamagedWeights } from './llama-weights.ts';
import type { FailureKind, FromWorker, Task, TaskEvent, TaskOrder, TaskResults } from './protocol.ts';

export interface ServedModel {
  perform(task: Task, tell: (event: TaskEvent) => void): Promise<TaskResults[keyof TaskResults]>;
  /** Settles when the graphics processor is taken away. */
  readonly lost?: Promise<unknown>;
}

export interface ServerClock {
  /** Lets messages of the tab in; throws `Stopped` when one of them ends the task. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

/** News of a lost device comes within some milliseconds of the first failure. */
const lossNewsMs = 500;

export function serveTasks<Start extends { readonly type: 'start' }>(
  open: (start: Start, clock: ServerClock) => Promise<ServedModel>,
): void {
  let model: ServedModel | undefined;
  let isLost = false;
  /** The task that is computed, and whether it was told to stop. */
  let running: number | undefined;
  let isStopped = false;

  // Timers would be slowed down in hidden tabs.
  const channel = new MessageChannel();
  let resume: (() => void) | undefined;
  channel.port1.addEventListener('message', () => resume?.());
  channel.port1.start();
  const breathe = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      resume = resolve;
      channel.port2.postMessage(undefined);
    });
    if (isStopped) throw new Stopped();
  };

  const fail = (cause: unknown, id?: number): void => {
    const kind = isLost ? 'device-lost' : kindOf(cause);
    post({ type: 'failed', ...(id !== undefined && { id }), kind, message: messageOf(cause) });
  };
  const watch = async ({ lost }: ServedModel): Promise<void> => {
    if (lost === undefined) return;
    const why = await lost;
    isLost = true;
    // What the library waits for may never come.
    if (running !== undefined) fail(why, running);
    running = undefined;
  };
  const load = async (start: Start): Promise<void> => {
    try {
      model = await open(start, { breathe, now: () => performance.now() });
      void watch(model);
      post({ type: 'ready' });
    } catch (cause) {
      fail(cause);
    }
  };
  const perform = async (id: number, task: Task): Promise<void> => {
    if (isLost) return fail('it was lost before', id);
    running = id;
    isStopped = false;
    try {
      if (model === undefined) throw new Error('No model is loaded.');
      const result = await model.perform(task, (event) => post({ type: 'event', id, event }));
      if (running === id) post({ type: 'done', id, result });
    } catch (cause) {
      if (running !== id) return;
      if (cause instanceof Stopped) return post({ type: 'stopped', id });
      // The library often hears of a lost device before we do.
      await Promise.race([model?.lost, new Promise((resolve) => setTimeout(resolve, lossNewsMs))]);
      if (running === id) fail(cause, id);
    } finally {
      if (running === id) running = undefined;
    }
  };

  globalThis.addEventListener('message', ({ data }: MessageEvent<Start | TaskOrder>) => {
    if (isStart(data)) void load(data);
    else if (data.type === 'task') void perform(data.id, data.task);
    else if (data.id === running) isStopped = true;
  });
}

function isStart<Start extends { readonly type: 'start' }>(message: Start | TaskOrder): message is Start {
  return message.type === 'start';
}

function kindOf(cause: unknown): FailureKind {
  if (cause instanceof DamagedWeights) return 'damaged';
  return /alloc|out of memory|memory access/i.test(messageOf(cause)) ? 'out-of-memory' : 'crashed';
}

function post(message: FromWorker): void {
  globalThis.postMessage(message);
}

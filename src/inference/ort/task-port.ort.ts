import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { FailureKind, FromWorker, StartMessage, TaskResults, TaskOrder } from './protocol.ts';
import type { TaskPort } from './task-backend.ts';

/** `start` is what the worker understands; the tasks are the same for all of them. */
export async function startTaskPort<Start extends { readonly type: 'start' } = StartMessage>(
  start: Start,
  signal: AbortSignal | undefined,
  startWorker: () => Worker = startOwnWorker,
): Promise<Result<TaskPort, EngineError>> {
  if (signal?.aborted === true) return err(loadStopped);
  const worker = startWorker();
  let isDead = false;
  let isLost = false;
  let nextId = 0;
  let hear: ((message: FromWorker) => void) | undefined;
  let onDeath: ((error: EngineError) => void) | undefined;
  const die = (error: EngineError): void => {
    isDead = true;
    worker.terminate();
    onDeath?.(error);
  };
  const post = (message: TaskOrder): void => worker.postMessage(message);
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => hear?.(data));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    die(failure('engine-crashed', `The worker of the engine ended: ${event.message}`, 'Load the model again.'));
  });

  const loading = Promise.withResolvers<Result<void, EngineError>>();
  const stopLoading = (): void => die(loadStopped);
  onDeath = (error) =>
    loading.resolve(err(error.type === 'engine-crashed' ? { ...error, type: 'load-failed' } : error));
  hear = (message) => {
    if (message.type === 'ready') loading.resolve(ok(undefined));
    if (message.type === 'failed') die(loadErrorOf(message.kind, message.message));
  };
  signal?.addEventListener('abort', stopLoading, { once: true });
  worker.postMessage(start);
  const loaded = await loading.promise;
  signal?.removeEventListener('abort', stopLoading);
  if (!loaded.ok) return loaded;

  const port: TaskPort = {
    async run(task, taskSignal, onEvent) {
      if (isDead) return err(crashed('it has ended'));
      if (taskSignal.aborted) return err(stopped);
      const id = nextId++;
      const outcome = Promise.withResolvers<Result<unknown, EngineError>>();
      onDeath = (error) => outcome.resolve(err(error));
      hear = (message) => {
        if (!('id' in message) || message.id !== id) return;
        if (message.type === 'event') onEvent(message.event);
        if (message.type === 'done') outcome.resolve(ok(message.result));
        if (message.type === 'stopped') outcome.resolve(err(stopped));
        if (message.type !== 'failed') return;
        isLost = message.kind === 'device-lost';
        // What the library computes after a failure cannot be trusted.
        if (isLost) outcome.resolve(err(deviceLost));
        else die(message.kind === 'out-of-memory' ? outOfMemory : crashed(message.message));
      };
      const stop = (): void => post({ type: 'stop', id });
      taskSignal.addEventListener('abort', stop, { once: true });
      post({ type: 'task', id, task });
      const result = await outcome.promise;
      taskSignal.removeEventListener('abort', stop);
      return result as Result<TaskResults[typeof task.type], EngineError>;
    },
    isDead: () => isDead,
    isLost: () => isLost,
    end: () => die(stopped),
  };
  return ok(port);
}

function startOwnWorker(): Worker {
  return new Worker(new URL('./worker.ort.ts', import.meta.url), { type: 'module', name: 'decoder' });
}

function loadErrorOf(kind: FailureKind, message: string): EngineError {
  if (kind === 'out-of-memory') return outOfMemory;
  if (kind === 'damaged') return failure('load-failed', message, 'Choose another model file.');
  return failure('load-failed', `ONNX Runtime could not load the model: ${message}`, 'Choose another model file.');
}

function crashed(reason: string): EngineError {
  return failure('engine-crashed', `ONNX Runtime failed: ${reason}`, 'Load the model again.');
}

const outOfMemory = failure(
  'out-of-memory',
  'There is not enough memory for this model.',
  'Close other tabs, or load a smaller model.',
);
const deviceLost = failure('device-lost', 'The graphics processor was taken away.', 'Ask again.');
const loadStopped = failure('aborted', 'Loading the model was stopped.');
const stopped = failure('aborted', 'The request was stopped.');

import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { News, Order, Outcomes, TaskOf, TaskType } from './messages.ts';

export interface WorkerPort {
  /** One at a time. `onToken` hears of every token; an abort ends the task at its next step. */
  perform<Type extends TaskType>(
    task: TaskOf<Type>,
    signal?: AbortSignal,
    onToken?: (token: number, logProbability: number | undefined) => void,
  ): Promise<Result<Outcomes[Type], EngineError>>;
  /** It will do no other task: what it runs on is lost, or it failed in a way it may not have survived. */
  isSpent(): boolean;
  /** The worker itself is gone. */
  isDead(): boolean;
  end(): void;
}

interface Running {
  readonly id: number;
  readonly onToken: ((token: number, logProbability: number | undefined) => void) | undefined;
  readonly resolve: (result: Result<Outcomes[TaskType], EngineError>) => void;
}

export type StartWorker = () => Worker;

export function openWorker(start: StartWorker): WorkerPort {
  const worker = start();
  let lastId = 0;
  let running: Running | undefined;
  let spent: EngineError | undefined;
  let isDead = false;

  const finish = (result: Result<Outcomes[TaskType], EngineError>): void => {
    const { resolve } = running ?? {};
    running = undefined;
    resolve?.(result);
  };
  const die = (error: EngineError): void => {
    isDead = true;
    spent = error;
    worker.terminate();
    finish(err(error));
  };

  worker.addEventListener('message', ({ data: news }: MessageEvent<News>) => {
    if (news.type === 'lost') {
      spent ??= news.error;
      return finish(err(news.error));
    }
    if (news.id !== running?.id) return;
    if (news.type === 'token') return running.onToken?.(news.token, news.logProbability);
    if (news.type === 'failed' && !news.isFit) spent ??= news.error;
    finish(news.type === 'done' ? ok(news.outcome) : err(news.error));
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    // A worker whose code cannot be fetched says nothing.
    const reason = event.message ?? 'its code cannot be loaded';
    die(failure('engine-crashed', `web-llm's worker ended: ${reason}`, 'Load the model again.'));
  });

  return {
    async perform<Type extends TaskType>(
      task: TaskOf<Type>,
      signal?: AbortSignal,
      onToken?: (token: number, logProbability: number | undefined) => void,
    ) {
      if (spent !== undefined) return err(spent);
      if (signal?.aborted === true) return err(failure('aborted', 'The request was stopped.'));
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<Result<Outcomes[TaskType], EngineError>>();
      running = { id, onToken, resolve };
      const post = (order: Order): void => worker.postMessage(order);
      const stop = (): void => post({ type: 'stop', id });
      signal?.addEventListener('abort', stop, { once: true });
      post({ type: 'task', id, task });
      try {
        return (await promise) as Result<Outcomes[Type], EngineError>;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    isSpent: () => spent !== undefined,
    isDead: () => isDead,
    end: () => die(failure('aborted', 'The model was unloaded.')),
  };
}

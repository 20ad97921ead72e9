import { type Failure, type ModelId, type Result, failure, messageOf } from '#vocabulary';
import type { ObtainOptions } from '#inference';
import type { ModelTask, ModelTaskKind } from '../models-view.ts';

/** What a task came to, in a sentence. */
export interface TaskOutcome {
  readonly outcome: string;
  readonly isGood: boolean;
  readonly modelId?: ModelId;
}

export interface ModelTasks {
  view(): ModelTask | undefined;
  isRunning(): boolean;
  /** One runs at a time: a second is refused, and the page does not offer it. */
  run(
    task: { readonly kind: ModelTaskKind; readonly name: string; readonly modelId?: ModelId },
    work: (options: TaskOptions) => Promise<Result<TaskOutcome, Failure>>,
  ): Promise<Result<TaskOutcome, Failure>>;
  /** Stops what runs, or puts away what it came to. */
  end(): void;
}

export type TaskOptions = ObtainOptions & {
  readonly signal: AbortSignal;
  /** More of what is being done just now. */
  readonly show: (detail: Partial<Extract<ModelTask, { status: 'running' }>>) => void;
};

const busy = failure('busy', 'Something else is being done with models.', 'Wait for it to end, or stop it.');

export function createModelTasks(onChange: () => void): ModelTasks {
  let view: ModelTask | undefined;
  let running: AbortController | undefined;
  const show = (next: ModelTask | undefined): void => {
    view = next;
    onChange();
  };

  return {
    view: () => view,
    isRunning: () => running !== undefined,
    async run({ kind, name, modelId }, work) {
      if (running !== undefined) return { ok: false, error: busy };
      const controller = new AbortController();
      running = controller;
      const { signal } = controller;
      const showDetail: TaskOptions['show'] = (detail) => {
        if (view?.status === 'running' && !signal.aborted) show({ ...view, ...detail });
      };
      show({ kind, name, status: 'running' });
      const options = { signal, show: showDetail, onProgress: (progress) => showDetail({ progress }) } as TaskOptions;
      const result = await attempt(() => work(options));
      running = undefined;
      const about = { kind, name, ...(modelId === undefined ? {} : { modelId }) };
      if (signal.aborted) show(undefined);
      else if (result.ok) show({ ...about, status: 'done', ...result.value });
      else show({ ...about, status: 'failed', error: result.error });
      return result;
    },
    end() {
      // What was begun is undone first; the view goes with it.
      if (running !== undefined) running.abort();
      else show(undefined);
    },
  };
}

async function attempt<T>(work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
  try {
    return await work();
  } catch (cause) {
    return { ok: false, error: failure('models-failed', `It did not work: ${messageOf(cause)}`, 'Try again.') };
  }
}

import { type Failure, failure, messageOf } from '#vocabulary';
import type { Engine, EngineKind, LoadRequest, ModelManifest, ModelPackage, ModelStore } from '#inference';
import type { ModelView } from '../session.ts';

/** The way of a model from wherever it is to a loaded engine, shown step by step. */
export interface ModelCourse {
  getView(): ModelView;
  /** Obtains and loads; called again after a failure it starts over and resumes what was downloaded. */
  start(): Promise<void>;
  adopt(file: Blob): Promise<void>;
  setBusy(busy: boolean): void;
  close(): Promise<void>;
}

export function createModelCourse(
  ports: { readonly engine: Engine; readonly store: ModelStore },
  options: {
    readonly manifest: ModelManifest;
    readonly engine: EngineKind;
    readonly threads: number;
    readonly contextTokens: number;
    readonly onChange: () => void;
  },
): ModelCourse {
  const { engine, store } = ports;
  const { manifest } = options;
  let view: ModelView = { status: 'checking', name: manifest.name };
  let running: AbortController | undefined;

  const show = (next: ModelView): void => {
    view = next;
    options.onChange();
  };
  const fail = (error: Failure): void => show({ status: 'failed', name: manifest.name, error });

  const load = async (model: ModelPackage, signal: AbortSignal): Promise<void> => {
    show({ status: 'loading', name: manifest.name });
    const request: LoadRequest = {
      modelId: manifest.id,
      engine: options.engine,
      model,
      threads: options.threads,
      contextTokens: options.contextTokens,
      signal,
    };
    const loaded = await engine.load(request);
    if (signal.aborted) return;
    if (!loaded.ok) return fail(loaded.error);
    show({ status: 'ready', name: manifest.name, facts: loaded.value, speed: engine.speed(), busy: false });
  };

  const run = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    try {
      await work(controller.signal);
    } catch (cause) {
      if (!controller.signal.aborted) {
        fail(
          failure(
            'load-failed',
            `The model could not be loaded: ${messageOf(cause)}`,
            'Try again, or reload the page.',
          ),
        );
      }
    }
  };

  return {
    getView: () => (view.status === 'ready' ? { ...view, speed: engine.speed() } : view),
    start: () =>
      run(async (signal) => {
        show({ status: 'checking', name: manifest.name });
        const obtained = await store.obtain(manifest, {
          signal,
          onProgress: (progress) => show({ status: 'downloading', name: manifest.name, progress }),
        });
        if (signal.aborted) return;
        if (!obtained.ok) return fail(obtained.error);
        await load(obtained.value, signal);
      }),
    adopt: (file) =>
      run(async (signal) => {
        show({ status: 'checking', name: manifest.name });
        const adopted = await store.adopt(manifest, [file]);
        if (signal.aborted) return;
        if (!adopted.ok) return fail(adopted.error);
        await load(adopted.value, signal);
      }),
    setBusy(busy) {
      if (view.status !== 'ready') return;
      // An engine that died has lost its model, and nobody but its next user is told.
      if (engine.facts() === undefined) return fail(lostModel);
      if (view.busy !== busy) show({ ...view, busy });
    },
    async close() {
      running?.abort();
      await engine.unload();
    },
  };
}

const lostModel = failure(
  'engine-crashed',
  'The engine stopped working and lost the model.',
  'Load the model again. If it happens again, close other tabs.',
);

import { type Failure, type ModelId, type Result, failure, messageOf } from '#vocabulary';
import type { Engine, EngineKind, LoadRequest, ModelManifest, ModelPackage, ModelShelf } from '#inference';
import type { ComingModel } from '../models-view.ts';
import type { ModelView } from '../session.ts';

/** A model that is to be had, and how it is to be run. */
export interface WantedModel {
  readonly modelId: ModelId;
  readonly name: string;
  /** Its exact files. Fails where it is gone, and where nothing here can run it: before any download. */
  describe(signal: AbortSignal): Promise<Result<ModelManifest, Failure>>;
  /** Asked when the files are here. */
  chooseEngine(manifest: ModelManifest): Promise<Result<EngineKind, Failure>>;
  /** A failed load, with what else the person could do. */
  explain(error: Failure, engine: EngineKind): Failure;
}

/** The way of a model from wherever it is to a loaded engine, shown step by step. */
export interface ModelCourse {
  getView(): ModelView;
  /** What is on its way while another model works. */
  getComing(): ComingModel | undefined;
  /** Of the model that works, or is to. */
  manifest(): ModelManifest | undefined;
  /** Of the model that was wanted last, once its files are known. */
  wantedManifest(): ModelManifest | undefined;
  /**
   * Obtains and loads; called again after a failure it starts over and resumes what was downloaded. A model that works goes
   * on until the files of the next are here and no round runs.
   */
  start(wanted: WantedModel): Promise<void>;
  adopt(wanted: WantedModel, file: Blob): Promise<void>;
  /** Leaves what is on its way; the model that works stays. */
  stay(): void;
  /** A round runs: nothing is loaded in the middle of it. */
  setBusy(busy: boolean): void;
  /** Waits for rounds to end, or loads: what begins now would find no model. */
  isSettling(): boolean;
  close(): Promise<void>;
}

export interface ModelCoursePorts {
  readonly engine: Engine;
  readonly store: Pick<ModelShelf, 'obtain' | 'adopt' | 'use'>;
}

export interface ModelCourseOptions {
  readonly name: string;
  readonly threads: number;
  readonly contextTokens: number;
  readonly onChange: () => void;
  /** A load begins, and ends as it should, whatever came of it. */
  readonly onLoading: (isLoading: boolean) => void;
}

type Obtain = (manifest: ModelManifest, signal: AbortSignal) => Promise<Result<ModelPackage, Failure>>;

export function createModelCourse(ports: ModelCoursePorts, options: ModelCourseOptions): ModelCourse {
  const { engine, store } = ports;
  let view: ModelView = { status: 'checking', name: options.name };
  let coming: ComingModel | undefined;
  let loaded: ModelManifest | undefined;
  let described: ModelManifest | undefined;
  let running: AbortController | undefined;
  let isBusy = false;
  let release: (() => void) | undefined;
  const waiting = new Set<() => void>();

  const works = (): boolean => view.status === 'ready' && engine.facts() !== undefined;

  const show = (next: ModelView): void => {
    view = next;
    coming = undefined;
    options.onChange();
  };
  /** Steps before loading are those of the only model, or of one that is to follow another. */
  const step = ({ modelId, name }: WantedModel, next: DistributiveOmit<ComingModel, 'modelId' | 'name'>): void => {
    // Waiting is for rounds that the model before works in.
    if (!works() && next.status !== 'waiting') return show({ ...next, name });
    coming = { ...next, modelId, name };
    options.onChange();
  };

  const idle = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (!isBusy) return resolve();
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });

  const load = async (wanted: WantedModel, manifest: ModelManifest, model: ModelPackage, signal: AbortSignal) => {
    const { name } = wanted;
    const kind = await wanted.chooseEngine(manifest);
    if (signal.aborted) return;
    if (!kind.ok) return step(wanted, { status: 'failed', error: kind.error });
    if (works() && isBusy) {
      step(wanted, { status: 'waiting' });
      await idle(signal);
      if (signal.aborted) return;
    }
    loaded = manifest;
    show({ status: 'loading', name });
    const held = await store.use(manifest.id);
    options.onLoading(true);
    const { threads, contextTokens } = options;
    const request: LoadRequest = { modelId: manifest.id, engine: kind.value, model, threads, contextTokens, signal };
    const outcome = await engine.load(request).finally(() => options.onLoading(false));
    release?.();
    release = outcome.ok && !signal.aborted ? held : void held();
    if (signal.aborted) return;
    show(
      outcome.ok
        ? { status: 'ready', name, facts: outcome.value, speed: engine.speed(), busy: isBusy }
        : { status: 'failed', name, error: wanted.explain(outcome.error, kind.value) },
    );
  };

  const run = async (wanted: WantedModel, obtain: Obtain): Promise<void> => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const { signal } = controller;
    const fail = (error: Failure): void => step(wanted, { status: 'failed', error });
    described = undefined;
    try {
      step(wanted, { status: 'checking' });
      const manifest = await wanted.describe(signal);
      if (signal.aborted) return;
      if (!manifest.ok) return fail(manifest.error);
      described = manifest.value;
      const obtained = await obtain(manifest.value, signal);
      if (signal.aborted) return;
      if (!obtained.ok) return fail(obtained.error);
      await load(wanted, manifest.value, obtained.value, signal);
    } catch (cause) {
      if (signal.aborted) return;
      const message = `The model could not be loaded: ${messageOf(cause)}`;
      const error = failure('load-failed', message, 'Try again, or reload the page.');
      if (view.status === 'loading') show({ status: 'failed', name: wanted.name, error });
      else fail(error);
    }
  };

  return {
    getView: () => (view.status === 'ready' ? { ...view, speed: engine.speed() } : view),
    getComing: () => coming,
    manifest: () => loaded ?? described,
    wantedManifest: () => described,
    start: (wanted) =>
      run(wanted, (manifest, signal) =>
        store.obtain(manifest, {
          signal,
          onProgress: (progress) => step(wanted, { status: 'downloading', progress }),
        }),
      ),
    adopt: (wanted, file) => run(wanted, (manifest) => store.adopt(manifest, [file])),
    stay() {
      if (!works()) return;
      running?.abort();
      coming = undefined;
      options.onChange();
    },
    setBusy(busy) {
      isBusy = busy;
      if (!busy) {
        for (const resolve of waiting) resolve();
        waiting.clear();
      }
      if (view.status !== 'ready') return;
      // An engine that died has lost its model, and nobody but its next user is told.
      if (engine.facts() === undefined) return show({ status: 'failed', name: view.name, error: lostModel });
      if (view.busy === busy) return;
      view = { ...view, busy };
      options.onChange();
    },
    isSettling: () => view.status === 'loading' || coming?.status === 'waiting',
    async close() {
      running?.abort();
      await engine.unload();
      release?.();
    },
  };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const lostModel = failure(
  'engine-crashed',
  'The engine stopped working and lost the model.',
  'Load the model again. If it happens again, close other tabs.',
);

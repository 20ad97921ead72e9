/** Which model this peer runs and which it keeps: what the person decides, and what follows from it. */
import { type Clock, type Failure, type ModelId, err, failure, messageOf } from '#vocabulary';
import {
  type Engine,
  type EngineKind,
  type KeptModel,
  type ModelManifest,
  type ModelShelf,
  type StoreUsage,
  rememberSpeed,
  sizeOfModel,
  type OfferedModel,
} from '#inference';
import type { ModelCommands, ModelsView, RoomView } from '../models-view.ts';
import type { ModelView } from '../session.ts';
import { type WantedModel, createModelCourse } from './model-course.ts';
import { createModelCare } from './models-care.ts';
import { type DevicePort, createDeviceKnowledge } from './models-device.ts';
import { tryEngines } from './models-engines.ts';
import type { MeasuredSpeed } from './models-measure.ts';
import type { ModelsMemory } from './models-memory.ts';
import { readingEngines, rememberOptions, suitableEngines } from './models-options.ts';
import { type RoomLack, planRoom } from './models-room.ts';
import { createModelTasks } from './models-tasks.ts';
import { type Choice, goneModel, wantModel } from './models-wanted.ts';

export interface ModelsPorts {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly shelf: ModelShelf;
  readonly offered: readonly OfferedModel[];
  readonly device: DevicePort;
  readonly memory: { load(): ModelsMemory; save(memory: ModelsMemory): void };
}

export interface ModelsOptions {
  /** What runs until the person chooses. */
  readonly manifest: ModelManifest;
  /** The address of the page asks for it; it wins over what was chosen. */
  readonly engine: EngineKind | undefined;
  readonly threads: number;
  readonly contextTokens: number;
  readonly onChange: () => void;
  readonly notify: (problem: Failure) => void;
}

export interface ModelsCourse extends ModelCommands {
  getModel(): ModelView;
  getView(): ModelsView;
  start(): void;
  retryModel(): void;
  adoptModelFile(file: Blob): void;
  setBusy(busy: boolean): void;
  /** A question that is asked now finds no model, but will soon. */
  isSettling(): boolean;
  /** Somebody waits for the engine: trying engines is left. */
  giveWay(): void;
  /** Remembers how fast the engine was. */
  noteSpeed(): void;
  close(): Promise<void>;
}

/** After as many loads that never ended the model is not loaded by itself any more. */
const MAX_BROKEN_LOADS = 3;

export function createModelsCourse(ports: ModelsPorts, options: ModelsOptions): ModelsCourse {
  const { clock, engine, shelf, offered, memory } = ports;
  const initial = initialManifest(options, ports);
  const optionsOf = rememberOptions(offered);
  let kept: readonly KeptModel[] = [];
  let usage: StoreUsage | undefined;
  let room: RoomView | undefined;
  let lack: RoomLack | undefined;
  let view: ModelsView | undefined;
  let isBusy = false;
  /** Aborts the trial of engines that runs. */
  let trial: AbortController | undefined;

  const changed = (): void => {
    view = undefined;
    options.onChange();
  };
  const remember = (change: Partial<ModelsMemory>): void => memory.save({ ...memory.load(), ...change });
  const device = createDeviceKnowledge(ports.device, () => memory.load().speeds, changed);
  const tasks = createModelTasks(changed);
  const course = createModelCourse(
    { engine, store: shelf },
    {
      name: memory.load().chosen?.name ?? initial.name,
      threads: options.threads,
      contextTokens: options.contextTokens,
      onChange: () => {
        changed();
        noticeLack();
      },
      onLoading: (isLoading) => remember({ brokenLoads: isLoading ? memory.load().brokenLoads + 1 : 0 }),
    },
  );

  const choice = (): Choice => {
    const { modelId, name, engine: kind } = memory.load().chosen ?? { modelId: initial.id, name: initial.name };
    return { modelId, name, engine: options.engine ?? kind };
  };
  const want = (wanted: Choice): WantedModel => wantModel(wanted, { shelf, offered, device });
  const find = (id: ModelId): KeptModel | undefined => kept.find(({ manifest }) => manifest.id === id);
  const nameOf = (id: ModelId): string | undefined =>
    (find(id) ?? offered.find(({ manifest }) => manifest.id === id))?.manifest.name;

  const refresh = async (): Promise<void> => {
    try {
      [kept, usage] = await Promise.all([shelf.kept(), shelf.usage()]);
    } catch (cause) {
      options.notify(storeUnread(cause));
    }
    changed();
  };

  const load = async (wanted = want(choice())): Promise<void> => {
    setLack(undefined);
    await course.start(wanted);
    await refresh();
  };

  const setLack = (next: RoomLack | undefined): void => {
    lack = next;
    room = undefined;
    changed();
    if (next === undefined) return;
    void showRoom(next);
  };

  const showRoom = async (stopped: RoomLack): Promise<void> => {
    const planned = await planRoom(shelf, stopped.neededBytes);
    if (lack !== stopped) return;
    room = planned;
    changed();
  };

  /** A download that has no room is told what could go. */
  const noticeLack = (): void => {
    const stopped = course.getComing() ?? course.getView();
    const manifest = course.wantedManifest();
    if (stopped.status !== 'failed' || stopped.error.type !== 'quota' || lack !== undefined) return;
    if (manifest === undefined) return;
    const neededBytes = sizeOfModel(manifest) - (find(manifest.id)?.arrivedBytes ?? 0);
    setLack({ neededBytes, goOn: () => void load() });
  };

  const rememberMeasured = (kind: EngineKind, modelId: ModelId, { prefill, decode }: MeasuredSpeed): void => {
    const speeds = { prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode };
    const record = { engine: kind, modelId, ...speeds, measuredAtMs: Math.floor(clock.now()) };
    remember({ speeds: rememberSpeed(memory.load().speeds, record) });
    changed();
  };

  const measureEngines = (): void => {
    const manifest = course.manifest();
    const known = device.known();
    if (manifest === undefined || known === undefined || tasks.isRunning()) return;
    const { id: modelId, name } = manifest;
    const { chosen } = memory.load();
    // Whoever lets engines compete wants the best of them.
    if (chosen !== undefined) remember({ chosen: { modelId: chosen.modelId, name: chosen.name } });
    void tasks.run({ kind: 'measure', name, modelId }, async (task) => {
      const controller = new AbortController();
      trial = controller;
      task.signal.addEventListener('abort', () => controller.abort(), { once: true });
      try {
        return await tryEngines(suitableEngines(manifest, known), {
          clock,
          engine,
          signal: controller.signal,
          loadWith: (kind) => course.start(want({ modelId, name, engine: kind })),
          view: () => course.getView(),
          onEngine: (kind) => task.show({ engine: kind }),
          onSpeed: (kind, speed) => rememberMeasured(kind, modelId, speed),
          // Another model may have been chosen meanwhile, and is being loaded.
          best: () =>
            choice().modelId === modelId
              ? (choice().engine ?? suitableEngines(manifest, device.known() ?? known)[0])
              : undefined,
        });
      } finally {
        trial = undefined;
      }
    });
  };

  return {
    ...createModelCare({ shelf, tasks, find, refresh, onLack: setLack, notify: options.notify }),
    getModel: () => course.getView(),
    getView() {
      view ??= {
        options: optionsOf(kept, device.known()),
        chosen: { ...choice(), byPerson: memory.load().chosen !== undefined, ...untriedEngine() },
        coming: course.getComing(),
        usage,
        device: device.view(options.threads),
        task: tasks.view(),
        room,
      };
      return view;
    },
    start() {
      void refresh();
      const wanted = want(choice());
      const isKilling = memory.load().brokenLoads >= MAX_BROKEN_LOADS;
      void load(isKilling ? { ...wanted, describe: async () => err(brokenLoads(wanted.name)) } : wanted);
    },
    retryModel() {
      remember({ brokenLoads: 0 });
      void load();
    },
    adoptModelFile: (file) => void course.adopt(want(choice()), file).then(refresh),
    setBusy(busy) {
      isBusy = busy;
      course.setBusy(busy);
    },
    isSettling: () => course.isSettling() || trial !== undefined,
    giveWay: () => trial?.abort(),
    noteSpeed() {
      const facts = engine.facts();
      const { prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode } = engine.speed();
      if (facts !== undefined && prefill !== undefined && decode !== undefined)
        rememberMeasured(facts.kind, facts.modelId, { prefill, decode });
    },
    chooseModel(id, kind) {
      const name = nameOf(id);
      if (name === undefined) return options.notify(goneModel(id));
      remember({ chosen: { modelId: id, name, ...(kind === undefined ? {} : { engine: kind }) }, brokenLoads: 0 });
      trial?.abort();
      const current = course.getView();
      const isLoaded = current.status === 'ready' && current.facts.modelId === id;
      if (!isLoaded || (kind ?? current.facts.kind) !== current.facts.kind) return void load();
      // What works already stays, and what was on its way is left.
      setLack(undefined);
      course.stay();
    },
    async freeRoom() {
      const stopped = lack;
      if (stopped === undefined) return;
      const made = await shelf.makeRoom(stopped.neededBytes);
      if (!made.ok) return setLack(stopped);
      setLack(undefined);
      await refresh();
      stopped.goOn();
    },
    measureEngines,
    surveyModels() {
      void refresh();
      // Beside a round both would come out too slow.
      if (!isBusy) void device.measured();
    },
    endModelTask: () => tasks.end(),
    close() {
      tasks.end();
      return course.close();
    },
  };

  function untriedEngine(): { readonly untried?: EngineKind } {
    const known = device.known();
    const loaded = course.getView();
    const manifest = course.manifest();
    if (known === undefined || manifest === undefined || loaded.status !== 'ready') return {};
    const measured = new Set(
      known.records.flatMap((record) => (record.modelId === manifest.id ? [record.engine] : [])),
    );
    const untried = suitableEngines(manifest, known).find((kind) => !measured.has(kind) && kind !== loaded.facts.kind);
    return untried === undefined ? {} : { untried };
  }
}

/** The address may ask for an engine that cannot read the page's own model: then the smallest that it reads. */
function initialManifest({ manifest, engine }: ModelsOptions, { offered, device }: ModelsPorts): ModelManifest {
  const reads = (model: ModelManifest): boolean =>
    engine === undefined || readingEngines(model, device.engines).includes(engine);
  if (reads(manifest)) return manifest;
  const readable = offered
    .map((model) => model.manifest)
    .filter((model) => model.purpose === 'chat' && reads(model))
    .toSorted((a, b) => Number(a.needsF16) - Number(b.needsF16) || a.parameters - b.parameters);
  return readable[0] ?? manifest;
}

function storeUnread(cause: unknown): Failure {
  const remedy = 'Reload the page. If it stays, clear the data of this site.';
  return failure('models-unread', `The models of this machine cannot be listed: ${messageOf(cause)}`, remedy);
}

function brokenLoads(name: string): Failure {
  return failure(
    'load-broken',
    `The tab ended ${MAX_BROKEN_LOADS} times while ${name} was being loaded; it may be too large for this device.`,
    'Try again, or choose a smaller model.',
  );
}

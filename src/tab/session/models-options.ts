/** What a person can choose among: models of this machine and of the catalogue, each with what is known of it here. */
import type { ModelId } from '#vocabulary';
import {
  type Benchmark,
  type DeviceFacts,
  type EngineKind,
  type KeptModel,
  type ModelManifest,
  type SpeedRecord,
  canRun,
  engineNames,
  enginesOf,
  rankEngines,
  recommendModels,
  sizeOfModel,
  type OfferedModel,
} from '#inference';
import type { EngineOption, ModelOption } from '../models-view.ts';

/** What is known of this device so far. */
export interface KnownDevice {
  readonly facts: DeviceFacts;
  readonly benchmark?: Benchmark;
  readonly records: readonly SpeedRecord[];
  /** Libraries that this page brings. */
  readonly engines: readonly EngineKind[];
}

/** Of each model the manifest that is here, else the one that is offered. */
export function describeOptions(
  offered: readonly OfferedModel[],
  kept: readonly KeptModel[],
  device: KnownDevice | undefined,
): readonly ModelOption[] {
  const keptIds = new Set<ModelId>(kept.map(({ manifest }) => manifest.id));
  const absent = offered.map(({ manifest }) => manifest).filter(({ id }) => !keptIds.has(id));
  // Encoders are listed where they take room, not offered: nothing a person does here needs one.
  const shown = [...kept.map(({ manifest }) => manifest), ...absent.filter(({ purpose }) => purpose === 'chat')];
  const recommended = device && findRecommended(shown, device);
  return shown.map((manifest) => ({
    ...describeManifest(manifest),
    isSizeExact: manifest.files.every(({ sha256 }) => sha256 !== ''),
    ...describeKept(kept.find((model) => model.manifest.id === manifest.id)),
    // What was looked up at a hub is no longer known to the store as everybody's.
    isOwn: !offered.some((model) => model.manifest.id === manifest.id),
    ...describeEngines(manifest, device),
    isRecommended: manifest.id === recommended,
  }));
}

/** Engines that run it on a real device, whatever is known of their speed; the one that suits it best first. */
export function suitableEngines(manifest: ModelManifest, device: KnownDevice): readonly EngineKind[] {
  return rankEngines(manifest, device.facts, device)
    .map(({ engine }) => engine)
    .filter((engine) => device.engines.includes(engine));
}

/** Engines that read it, best first where that is known. */
export function readingEngines(manifest: ModelManifest, engines: readonly EngineKind[]): readonly EngineKind[] {
  return enginesOf(manifest).filter((engine) => engines.includes(engine));
}

function findRecommended(shown: readonly ModelManifest[], device: KnownDevice): ModelId | undefined {
  const chat = shown.filter(({ purpose }) => purpose === 'chat');
  const runnable = chat.filter((manifest) => suitableEngines(manifest, device).length > 0);
  const [first] = recommendModels(runnable, device.facts, device);
  // Where nothing is known of speed nothing can be said for one.
  return first?.speed === undefined ? undefined : first.manifest.id;
}

function describeManifest(manifest: ModelManifest) {
  const { id, name, licence, parameters, contextTokens, purpose, format } = manifest;
  return { id, name, licence, parameters, contextTokens, purpose, format, sizeBytes: sizeOfModel(manifest) };
}

function describeKept(model: KeptModel | undefined) {
  if (model === undefined) return { place: 'elsewhere', arrivedBytes: 0, isPinned: false, isInUse: false } as const;
  const { arrivedBytes, sizeBytes, isPinned, isInUse, lastUsedMs } = model;
  const place = arrivedBytes >= sizeBytes ? ('here' as const) : ('partly' as const);
  return { place, arrivedBytes, isPinned, isInUse, lastUsedMs };
}

function describeEngines(
  manifest: ModelManifest,
  device: KnownDevice | undefined,
): Pick<ModelOption, 'engines' | 'best'> {
  if (device === undefined) return { engines: [] };
  const ranked = rankEngines(manifest, device.facts, device);
  const rank = (engine: EngineKind): number => {
    const found = ranked.findIndex((choice) => choice.engine === engine);
    return found === -1 ? ranked.length : found;
  };
  const engines = readingEngines(manifest, device.engines)
    .toSorted((a, b) => rank(a) - rank(b))
    .map((engine): EngineOption => {
      const runnable = canRun(manifest, engine, device.facts);
      const named = { engine, name: engineNames[engine] };
      if (!runnable.ok) return { ...named, canRun: false, reason: runnable.reason, remedy: runnable.remedy };
      const choice = ranked[rank(engine)];
      return {
        ...named,
        canRun: true,
        device: runnable.device,
        memoryBytes: manifest.memoryBytes[engine] ?? 0,
        ...(choice?.speed === undefined ? {} : { speed: choice.speed }),
        why: choice?.reason ?? runnable.warning ?? '',
      };
    });
  const [best] = suitableEngines(manifest, device);
  return { engines, ...(best === undefined ? {} : { best }) };
}

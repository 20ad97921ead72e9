/** What a person can choose among: models of this machine and of the catalogue, each with what is known of it here. */
import type { ModelId } from '#vocabulary';
import {
  type Benchmark,
  type DeviceFacts,
  type EngineKind,
  type KeptModel,
  type ModelManifest,
  type OfferedModel,
  type Recommendation,
  type SpeedRecord,
  canRun,
  engineNames,
  enginesOf,
  rankEngines,
  recommendModels,
  sizeOfModel,
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

/** Models that are here, in their order, then those that are offered, the best for this device first. */
export function describeOptions(
  offered: readonly OfferedModel[],
  kept: readonly KeptModel[],
  device: KnownDevice | undefined,
): readonly ModelOption[] {
  const keptIds = new Set<ModelId>(kept.map(({ manifest }) => manifest.id));
  // Encoders are listed where they take room, not offered: nothing a person does here needs one.
  const absent = offered
    .map(({ manifest }) => manifest)
    .filter(({ id, purpose }) => purpose === 'chat' && !keptIds.has(id));
  const here = kept.map(({ manifest }) => manifest);
  const ranked = device === undefined ? [] : rankModels([...here, ...absent], device);
  const rank = new Map(ranked.map(({ manifest }, index) => [manifest.id, index]));
  const rankOf = ({ id }: ModelManifest): number => rank.get(id) ?? ranked.length;
  // Where nothing is known of speed nothing can be said for one.
  const recommended = ranked[0]?.speed === undefined ? undefined : ranked[0].manifest.id;
  return [...here, ...absent.toSorted((a, b) => rankOf(a) - rankOf(b))].map((manifest) => ({
    ...describeManifest(manifest),
    isSizeExact: manifest.files.every(({ sha256 }) => sha256 !== ''),
    ...describeKept(kept.find((model) => model.manifest.id === manifest.id)),
    // What was looked up at a hub is no longer known to the store as everybody's.
    isOwn: !offered.some((model) => model.manifest.id === manifest.id),
    ...describeEngines(manifest, device),
    isRecommended: manifest.id === recommended,
  }));
}

/** The same list as before where nothing it comes from has changed: the page is told ten times a second of a download. */
export function rememberOptions(offered: readonly OfferedModel[]) {
  let from: readonly unknown[] = [];
  let options: readonly ModelOption[] = [];
  return (kept: readonly KeptModel[], device: KnownDevice | undefined): readonly ModelOption[] => {
    const now = [kept, device?.facts, device?.benchmark, device?.records];
    if (from.length === 0 || now.some((one, index) => one !== from[index]))
      options = describeOptions(offered, kept, device);
    from = now;
    return options;
  };
}

function rankModels(manifests: readonly ModelManifest[], device: KnownDevice): readonly Recommendation[] {
  const runnable = manifests.filter(
    (manifest) => manifest.purpose === 'chat' && suitableEngines(manifest, device).length > 0,
  );
  return recommendModels(runnable, device.facts, device);
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

import type { EngineKind, ModelManifest } from '../model.ts';
import type { Benchmark } from './benchmark.ts';
import { canRun, engineNames, enginesOf, neededBytes } from './can-run.ts';
import { type DeviceFacts, hardwareGpu, knownMemoryBytes } from './device-facts.ts';
import { formatBytes, formatSpeed } from './figures.ts';
import { type ModelSpeed, estimateSpeed } from './speed-estimate.ts';
import { type SpeedRecord, findSpeed } from './speed-record.ts';

/**
 * Tokens a second below which people wait for the text: silent reading takes 238 words of English a minute (Brysbaert 2019),
 * and a word is about 1.4 tokens, hence 5.6.
 */
export const COMFORTABLE_DECODE = 6;

/** Of the device's memory, so that other tabs and programs live on beside the model. */
const ROOMY_SHARE = 0.5;

/** In a round a peer reads the answers of the others four times as much as it writes. */
const READ_FOR_EACH_WRITTEN = 4;

/** An engine that was never tried must promise this much more than one that was measured. */
const UNTRIED_MARGIN = 1.5;

export interface EngineChoice {
  readonly engine: EngineKind;
  readonly device: 'cpu' | 'gpu';
  /** Undefined where neither a measurement nor the benchmark says anything. */
  readonly speed: (ModelSpeed & { readonly basis: 'measured' | 'estimate' }) | undefined;
  readonly memoryBytes: number;
  /** Leaves half of the memory to others. */
  readonly isRoomy: boolean;
  /** Roomy, and expected to write as fast as people read. */
  readonly isComfortable: boolean;
  /** In words, with what will be poor. */
  readonly reason: string;
}

export interface Recommendation extends EngineChoice {
  readonly manifest: ModelManifest;
}

/** What is known of how fast this device is; records of earlier visits outrank the benchmark. */
export interface KnownSpeeds {
  readonly benchmark?: Benchmark;
  readonly records: readonly SpeedRecord[];
}

/** The engine for a model here, the best of `rankEngines`; undefined where none can run it. */
export function recommendEngine(
  manifest: ModelManifest,
  facts: DeviceFacts,
  known: KnownSpeeds,
): EngineChoice | undefined {
  return rankEngines(manifest, facts, known)[0];
}

/**
 * Engines that can run a model here. Those with which it is comfortable come first, then those that leave room, and of
 * these the one that is fastest over a round.
 */
export function rankEngines(manifest: ModelManifest, facts: DeviceFacts, known: KnownSpeeds): readonly EngineChoice[] {
  const choices = enginesOf(manifest).flatMap((engine) => chooseEngine(manifest, engine, facts, known) ?? []);
  // Stable: of equals the first of `enginesOf`, which is ordered by what is fastest where nothing was measured.
  return choices.toSorted(
    (a, b) =>
      Number(b.isComfortable) - Number(a.isComfortable) || Number(b.isRoomy) - Number(a.isRoomy) || worth(b) - worth(a),
  );
}

/**
 * Models this device can run, best first. Of chat models the largest that is comfortable comes first: larger ones answer
 * better, as long as nobody waits for them. The others follow by speed.
 */
export function recommendModels(
  manifests: readonly ModelManifest[],
  facts: DeviceFacts,
  known: KnownSpeeds,
): readonly Recommendation[] {
  const runnable = manifests.flatMap((manifest): Recommendation[] => {
    const choice = recommendEngine(manifest, facts, known);
    return choice === undefined ? [] : [{ ...choice, manifest }];
  });
  return runnable.toSorted(compareRecommendations);
}

function chooseEngine(
  manifest: ModelManifest,
  engine: EngineKind,
  facts: DeviceFacts,
  known: KnownSpeeds,
): EngineChoice | undefined {
  const runnable = canRun(manifest, engine, facts);
  // An imitated graphics processor is none.
  if (!runnable.ok || (runnable.device === 'gpu' && hardwareGpu(facts) === undefined)) return undefined;
  const { device, warning } = runnable;
  const speed = speedOf(manifest, engine, device, known);
  const memoryBytes = neededBytes(manifest, engine);
  const isRoomy = memoryBytes <= knownMemoryBytes(facts) * ROOMY_SHARE;
  // Who only makes vectors writes nothing that anybody waits for.
  const isFluent = manifest.purpose === 'embedding' || (speed?.decode ?? 0) >= COMFORTABLE_DECODE;
  const reason = [
    describeSpeed(engine, device, speed),
    ...(isFluent || speed === undefined ? [] : ['That is slower than people read.']),
    isRoomy
      ? `It takes ${formatBytes(memoryBytes)} of memory.`
      : `It takes ${formatBytes(memoryBytes)}, more than half of this device's memory; other tabs may have to be closed.`,
    ...(warning === undefined ? [] : [warning]),
  ].join(' ');
  return { engine, device, speed, memoryBytes, isRoomy, isComfortable: isRoomy && isFluent, reason };
}

function compareRecommendations(a: Recommendation, b: Recommendation): number {
  if (a.isComfortable !== b.isComfortable) return a.isComfortable ? -1 : 1;
  if (a.isComfortable && a.manifest.parameters !== b.manifest.parameters)
    return b.manifest.parameters - a.manifest.parameters;
  const faster = (b.speed?.decode ?? 0) - (a.speed?.decode ?? 0);
  return faster !== 0 ? faster : a.manifest.parameters - b.manifest.parameters;
}

function speedOf(
  manifest: ModelManifest,
  engine: EngineKind,
  device: 'cpu' | 'gpu',
  { benchmark, records }: KnownSpeeds,
): EngineChoice['speed'] {
  const record = findSpeed(records, manifest.id, engine);
  if (record !== undefined)
    return { prefill: record.prefillTokensPerSecond, decode: record.decodeTokensPerSecond, basis: 'measured' };
  const estimate = benchmark && estimateSpeed(manifest, engine, device, benchmark);
  return estimate && { ...estimate, basis: 'estimate' };
}

/** Tokens a second over a round's mixture of reading and writing. */
function worth({ speed }: EngineChoice): number {
  if (speed === undefined) return 0;
  const secondsAToken = READ_FOR_EACH_WRITTEN / speed.prefill + 1 / speed.decode;
  const tokensPerSecond = (READ_FOR_EACH_WRITTEN + 1) / secondsAToken;
  return speed.basis === 'measured' ? tokensPerSecond : tokensPerSecond / UNTRIED_MARGIN;
}

function describeSpeed(engine: EngineKind, device: 'cpu' | 'gpu', speed: EngineChoice['speed']): string {
  const where = `${engineNames[engine]} on the ${device === 'gpu' ? 'graphics processor' : 'processor'}`;
  if (speed === undefined) return `${where} can run it; how fast is not known yet.`;
  const figures = `${formatSpeed(speed.decode)} tokens a second`;
  return speed.basis === 'measured'
    ? `${where} wrote ${figures} here.`
    : `${where} should write about ${figures} (an estimate).`;
}

import { formatBytes, formatCount, formatRate } from '../design/figure.ts';
import type { EngineOption, ModelOption } from '../session.ts';

export type RunnableEngine = Extract<EngineOption, { canRun: true }>;

export interface GroupedModels {
  readonly here: readonly ModelOption[];
  readonly able: readonly ModelOption[];
  /** No engine runs them on this device, or only on an imitation of a graphics processor. */
  readonly unable: readonly ModelOption[];
}

export function groupModels(options: readonly ModelOption[]): GroupedModels {
  const elsewhere = options.filter(({ place }) => place === 'elsewhere');
  // Before the device has answered nothing is said against any.
  const isAble = ({ engines, best }: ModelOption): boolean => engines.length === 0 || best !== undefined;
  return {
    here: options.filter(({ place }) => place !== 'elsewhere'),
    able: elsewhere.filter(isAble),
    unable: elsewhere.filter((option) => !isAble(option)),
  };
}

/** Of a model's variants the first, which suits the device best. */
export function firstVariants(options: readonly ModelOption[]): readonly ModelOption[] {
  const seen = new Set<string>();
  return options.filter(({ name }) => {
    const family = familyOf(name);
    if (seen.has(family)) return false;
    seen.add(family);
    return true;
  });
}

/** `Llama 3.2 1B Instruct (4 bits, f16)` without what stands in brackets. */
function familyOf(name: string): string {
  return name.replace(/ \([^)]*\)$/u, '');
}

export function matchesWords(option: ModelOption, words: string): boolean {
  const text = `${option.name} ${option.licence} ${option.format}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

export function runnableEngines({ engines }: ModelOption): readonly RunnableEngine[] {
  return engines.filter((engine) => engine.canRun);
}

/** `135 M parameters · 98 MB · Apache-2.0`. */
export function describeModel(option: ModelOption): string {
  const { parameters, sizeBytes, isSizeExact, licence, contextTokens, isOwn } = option;
  return [
    ...(parameters > 0 ? [`${formatParameters(parameters)} parameters`] : []),
    isSizeExact ? formatBytes(sizeBytes) : `about ${formatBytes(sizeBytes)}`,
    `context of ${formatCount(contextTokens)}`,
    isOwn && licence === 'unknown' ? 'licence not stated' : licence,
  ].join(' · ');
}

/** `135 M`, `1.2 B`. */
export function formatParameters(count: number): string {
  if (count < 999.5e6) return `${Math.max(1, Math.round(count / 1e6))} M`;
  return `${(count / 1e9).toFixed(count < 9.95e9 ? 1 : 0)} B`;
}

/** `writes 24 tokens/s (measured)`, `about 42 tokens/s (estimate)`. */
export function describeSpeed({ speed }: RunnableEngine): string {
  if (speed === undefined) return 'speed not known yet';
  const writes = `${formatRate(speed.decode)} tokens/s`;
  return speed.basis === 'measured' ? `writes ${writes} (measured)` : `about ${writes} (estimate)`;
}

/** `wllama on the processor`. */
export function describePlace({ name, device }: RunnableEngine): string {
  return `${name} on the ${device === 'gpu' ? 'graphics processor' : 'processor'}`;
}

/** Of an encoder no speed: nothing it writes is waited for. */
export function describeEngine(engine: RunnableEngine, purpose: ModelOption['purpose'] = 'chat'): string {
  const speed = purpose === 'chat' ? [describeSpeed(engine)] : [];
  return [describePlace(engine), ...speed, `${formatBytes(engine.memoryBytes)} of memory`].join(' · ');
}

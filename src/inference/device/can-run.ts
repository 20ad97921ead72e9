import type { EngineKind, ModelFormat, ModelManifest } from '../model.ts';
import { type DeviceFacts, type GpuFacts, hardwareGpu, knownMemoryBytes } from './device-facts.ts';
import { formatBytes } from './figures.ts';

export type Runnable =
  /** `warning`: a sentence on what will be poor. */
  | { readonly ok: true; readonly device: 'cpu' | 'gpu'; readonly warning?: string }
  /** Sentences for a person: why not, and what to do instead. */
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

type Refusal = Extract<Runnable, { ok: false }>;

export const engineNames: Readonly<Record<EngineKind, string>> = {
  wllama: 'wllama',
  ort: 'ONNX Runtime',
  webllm: 'WebLLM',
};

const FORMATS: Readonly<Record<EngineKind, readonly ModelFormat[]>> = {
  wllama: ['gguf'],
  ort: ['gguf', 'onnx', 'safetensors'],
  webllm: ['mlc'],
};

const FORMAT_NAMES: Readonly<Record<ModelFormat, string>> = {
  gguf: 'GGUF',
  onnx: 'ONNX',
  mlc: 'MLC',
  safetensors: 'safetensors',
};

/** Of what a device has; the rest is for its system, the browser and whatever else runs. Above, tabs are killed. */
export const MOST_OF_MEMORY = 0.75;

/** What WebAssembly can address in both libraries that use it. */
const WASM_LIMIT_BYTES = 4 * 2 ** 30;

/** What web-llm 0.2.86 asks of an adapter, without which it does not start. */
const WEBLLM_LIMITS = {
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxWorkgroupStorageBytes: 2 ** 15,
  maxStorageBuffersPerStage: 10,
};

const CURRENT_BROWSER = 'Use a current Chrome or Edge.';
const SMALLER_MODEL = 'Choose a smaller model.';

/** Whether an engine can run a model on this device, told before anything is downloaded. */
export function canRun(manifest: ModelManifest, engine: EngineKind, facts: DeviceFacts): Runnable {
  return (
    findFormatProblem(manifest, engine) ??
    findMemoryProblem(manifest, engine, facts) ??
    (engine === 'wllama'
      ? runWllama(manifest, facts)
      : engine === 'ort'
        ? runOrt(manifest, facts)
        : runWebllm(manifest, facts))
  );
}

/** Needs no adapter at all: what is true of the pair anywhere. */
function findFormatProblem(manifest: ModelManifest, engine: EngineKind): Refusal | undefined {
  const { format, memoryBytes } = manifest;
  const name = engineNames[engine];
  const able = enginesOf(manifest).map((kind) => engineNames[kind]);
  const remedy = able.length === 0 ? 'Choose another model.' : `Run it with ${able.join(' or ')}.`;
  if (!FORMATS[engine].includes(format))
    return refuse(`${name} cannot read models in the ${FORMAT_NAMES[format]} format.`, remedy);
  if (memoryBytes[engine] === undefined) return refuse(`${name} does not know this kind of model.`, remedy);
  return undefined;
}

/** Engines that read the model, wherever they could run. */
export function enginesOf({ format, memoryBytes }: ModelManifest): readonly EngineKind[] {
  return (['webllm', 'ort', 'wllama'] as const).filter(
    (engine) => FORMATS[engine].includes(format) && memoryBytes[engine] !== undefined,
  );
}

function findMemoryProblem(manifest: ModelManifest, engine: EngineKind, facts: DeviceFacts): Refusal | undefined {
  const needed = neededBytes(manifest, engine);
  const known = knownMemoryBytes(facts);
  const usable = known * MOST_OF_MEMORY;
  if (needed <= usable) return undefined;
  const has =
    facts.memoryAtLeastBytes === undefined
      ? `this browser does not say how much there is, so ${formatBytes(known)} are reckoned with`
      : `this device has about ${formatBytes(known)}`;
  return refuse(
    `It needs ${formatBytes(needed)} of memory; ${has}, of which a page can take ${formatBytes(usable)}.`,
    SMALLER_MODEL,
  );
}

export function neededBytes(manifest: ModelManifest, engine: EngineKind): number {
  return manifest.memoryBytes[engine] ?? Number.POSITIVE_INFINITY;
}

function runWllama(manifest: ModelManifest, facts: DeviceFacts): Runnable {
  const { wasm } = facts;
  const missing = [
    ...(wasm.promiseIntegration ? [] : ['JavaScript Promise Integration']),
    ...(wasm.memory64 ? [] : ['64-bit memory']),
    ...(wasm.simd ? [] : ['SIMD']),
    ...(wasm.exceptions ? [] : ['exceptions']),
  ];
  if (missing.length > 0)
    return refuse(`wllama needs WebAssembly with ${missing.join(' and ')}, which this browser lacks.`, CURRENT_BROWSER);
  return onProcessor(manifest, 'wllama', facts);
}

function runOrt(manifest: ModelManifest, facts: DeviceFacts): Runnable {
  const gpu = hardwareGpu(facts);
  if (gpu !== undefined && findBindingProblem(manifest, gpu) === undefined && (gpu.hasF16 || !manifest.needsF16))
    return { ok: true, device: 'gpu' };
  if (!facts.wasm.simd)
    return refuse('ONNX Runtime needs WebAssembly with SIMD, which this browser lacks.', CURRENT_BROWSER);
  return onProcessor(manifest, 'ort', facts);
}

function onProcessor(manifest: ModelManifest, engine: EngineKind, { isIsolated, processors }: DeviceFacts): Runnable {
  const needed = neededBytes(manifest, engine);
  if (needed > WASM_LIMIT_BYTES)
    return refuse(
      `It needs ${formatBytes(needed)}; on a processor ${engineNames[engine]} can address ${formatBytes(WASM_LIMIT_BYTES)}.`,
      SMALLER_MODEL,
    );
  return isIsolated || processors < 2
    ? { ok: true, device: 'cpu' }
    : {
        ok: true,
        device: 'cpu',
        warning: `The page is not isolated from others, so one thread computes where ${processors} could.`,
      };
}

function runWebllm(manifest: ModelManifest, { gpu }: DeviceFacts): Runnable {
  if (!gpu.isThere) return refuse(gpu.why, 'Use a browser with WebGPU, or a model that runs on the processor.');
  const { facts } = gpu;
  if (manifest.needsF16 && !facts.hasF16)
    return refuse(
      'It computes with 16-bit numbers, which this graphics processor does not offer (shader-f16).',
      'Choose the variant of the model with 32-bit numbers (f32).',
    );
  const problem = findLimitProblem(facts) ?? findBindingProblem(manifest, facts);
  if (problem !== undefined) return problem;
  return facts.isSoftware
    ? {
        ok: true,
        device: 'gpu',
        warning:
          'There is no graphics processor; software imitates one, many times slower than an engine for processors.',
      }
    : { ok: true, device: 'gpu' };
}

function findLimitProblem({ limits }: GpuFacts): Refusal | undefined {
  const bytes = [
    ['buffers', limits.maxBufferBytes, WEBLLM_LIMITS.maxBufferBytes],
    ['pieces of a buffer', limits.maxBindingBytes, WEBLLM_LIMITS.maxBindingBytes],
  ] as const;
  const elsewhere = 'Choose a model that runs on the processor.';
  for (const [what, has, needs] of bytes) {
    if (has < needs)
      return refuse(
        `WebLLM needs ${what} of ${formatBytes(needs)}; this graphics processor allows ${formatBytes(has)}.`,
        elsewhere,
      );
  }
  if (limits.maxWorkgroupStorageBytes < WEBLLM_LIMITS.maxWorkgroupStorageBytes)
    return refuse(
      `WebLLM needs ${WEBLLM_LIMITS.maxWorkgroupStorageBytes / 1024} KiB of memory shared by a group of threads; this graphics processor has ${Math.floor(limits.maxWorkgroupStorageBytes / 1024)} KiB.`,
      elsewhere,
    );
  if (limits.maxStorageBuffersPerStage < WEBLLM_LIMITS.maxStorageBuffersPerStage)
    return refuse(
      `WebLLM uses ${WEBLLM_LIMITS.maxStorageBuffersPerStage} buffers at once; this graphics processor allows ${limits.maxStorageBuffersPerStage}.`,
      elsewhere,
    );
  return undefined;
}

function findBindingProblem({ largestBindingBytes }: ModelManifest, { limits }: GpuFacts): Refusal | undefined {
  if (largestBindingBytes === undefined || largestBindingBytes <= limits.maxBindingBytes) return undefined;
  return refuse(
    `Its largest table of weights has ${formatBytes(largestBindingBytes)}; this graphics processor reads at most ${formatBytes(limits.maxBindingBytes)} at once.`,
    SMALLER_MODEL,
  );
}

function refuse(reason: string, remedy: string): Refusal {
  return { ok: false, reason, remedy };
}

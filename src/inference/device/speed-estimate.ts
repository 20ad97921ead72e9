import { type EngineKind, type ModelManifest, sizeOfModel } from '../model.ts';
import type { Benchmark, CpuThroughput, Throughput } from './benchmark.ts';

/** Tokens a second. */
export interface ModelSpeed {
  readonly prefill: number;
  readonly decode: number;
}

/**
 * Share of the measured arithmetic that an engine turns into reading and writing on the processor. From SmolLM2 135M on two
 * cores of 20 gigaflops each: wllama reads 11 and writes 8 tokens a second on one of them, 24 and 15 on both; ONNX Runtime
 * with eight-bit weights 34 and 8, 40 and 12.
 */
const CPU_SHARE: Readonly<Record<EngineKind, ModelSpeed>> = {
  wllama: { prefill: 0.15, decode: 0.11 },
  ort: { prefill: 0.35, decode: 0.1 },
  // Only on imitated graphics processors, whose benchmark is of themselves.
  webllm: { prefill: 0.1, decode: 0.1 },
};

/** Weights are read once a token; memory is never used to the full. */
const MEMORY_SHARE = 0.6;
/** Hundreds of kernels are started for every token. */
const GPU_TOKEN_MS = 5;
/**
 * With the two figures above: 42 tokens a second for Llama 3.1 8B and 73 for Phi 3.5 mini at 400 GB/s, where WebLLM's authors
 * measured 41 and 71 on an M3 Max (arXiv 2412.15803). Reading prompts is far from the peak; nothing was published.
 */
const GPU_PREFILL_SHARE = 0.15;
/** ONNX Runtime's kernels were not measured on a graphics processor: reckoned with as somewhat slower than compiled ones. */
const ORT_GPU_SHARE = 0.7;

/** An estimate from the benchmark; undefined where that measured nothing. */
export function estimateSpeed(
  manifest: ModelManifest,
  engine: EngineKind,
  device: 'cpu' | 'gpu',
  benchmark: Benchmark,
): ModelSpeed | undefined {
  if (device === 'gpu') return benchmark.gpu && estimateGpuSpeed(manifest, engine, benchmark.gpu);
  const cpu = fasterOf(benchmark.oneThread, benchmark.allThreads);
  return cpu && estimateCpuSpeed(manifest, engine, cpu);
}

function estimateCpuSpeed(manifest: ModelManifest, engine: EngineKind, cpu: Throughput): ModelSpeed {
  const { prefill, decode } = CPU_SHARE[engine];
  const computed = (cpu.gigaflops * 1e9) / operationsOf(manifest);
  return { prefill: computed * prefill, decode: Math.min(computed * decode, readingsOf(manifest, cpu)) };
}

function estimateGpuSpeed(manifest: ModelManifest, engine: EngineKind, gpu: Throughput): ModelSpeed {
  const share = engine === 'ort' ? ORT_GPU_SHARE : 1;
  const computed = (gpu.gigaflops * 1e9) / operationsOf(manifest);
  const tokenMs = 1000 / Math.min(readingsOf(manifest, gpu), computed) + GPU_TOKEN_MS;
  return { prefill: computed * GPU_PREFILL_SHARE * share, decode: (1000 / tokenMs) * share };
}

/** A multiplication and an addition for every parameter and token. */
function operationsOf({ parameters }: ModelManifest): number {
  return 2 * parameters;
}

/** How often a second all weights can be read. */
function readingsOf(manifest: ModelManifest, { gigabytesPerSecond }: Throughput): number {
  return (gigabytesPerSecond * 1e9 * MEMORY_SHARE) / sizeOfModel(manifest);
}

function fasterOf(one: CpuThroughput | undefined, all: CpuThroughput | undefined): CpuThroughput | undefined {
  if (one === undefined || all === undefined) return all ?? one;
  return all.gigaflops >= one.gigaflops ? all : one;
}

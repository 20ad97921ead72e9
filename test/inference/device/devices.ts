/** Devices and models as they are met; for tests. */
import { asModelId } from '#vocabulary';
import type { Benchmark, DeviceFacts, ModelManifest } from '#inference';
import type { GpuFacts, WasmFacts } from '../../../src/inference/device/device-facts.ts';

const GIB = 2 ** 30;

const wasm: WasmFacts = {
  simd: true,
  relaxedSimd: true,
  exceptions: true,
  memory64: true,
  promiseIntegration: true,
  sharedMemory: true,
};

const discrete: GpuFacts = {
  vendor: 'nvidia',
  architecture: 'ampere',
  description: '',
  isSoftware: false,
  hasF16: true,
  hasSubgroups: true,
  limits: {
    maxBufferBytes: 4 * GIB,
    maxBindingBytes: 2 * GIB,
    maxWorkgroupStorageBytes: 32_768,
    maxStorageBuffersPerStage: 16,
    maxInvocationsPerWorkgroup: 1_024,
  },
};

const desktop: DeviceFacts = {
  gpu: { isThere: true, facts: discrete },
  memoryAtLeastBytes: 16 * GIB,
  isMobile: false,
  processors: 12,
  isIsolated: true,
  wasm,
};

const noGpu: DeviceFacts['gpu'] = {
  isThere: false,
  absence: 'no-webgpu',
  why: 'This browser offers pages no graphics processor (WebGPU).',
};

export function withGpu(device: DeviceFacts, change: Partial<GpuFacts>): DeviceFacts {
  return { ...device, gpu: { isThere: true, facts: { ...discrete, ...change } } };
}

export const devices = {
  desktop,
  laptopWithoutF16: withGpu({ ...desktop, memoryAtLeastBytes: 8 * GIB, processors: 8 }, { hasF16: false }),
  phone: withGpu(
    { ...desktop, memoryAtLeastBytes: 4 * GIB, isMobile: true, processors: 8 },
    { limits: { ...discrete.limits, maxBufferBytes: GIB / 4, maxBindingBytes: GIB / 8 } },
  ),
  withoutWebgpu: { ...desktop, gpu: noGpu },
  software: withGpu(
    { ...desktop, processors: 2 },
    { vendor: 'google', architecture: 'swiftshader', isSoftware: true, hasF16: false },
  ),
  notIsolated: { ...desktop, gpu: noGpu, isIsolated: false },
  safari: {
    ...desktop,
    gpu: noGpu,
    memoryAtLeastBytes: undefined,
    wasm: { ...wasm, promiseIntegration: false, memory64: false },
  },
  hungDriver: {
    ...desktop,
    gpu: { isThere: false, absence: 'no-answer', why: 'The graphics processor did not answer within 3 seconds.' },
  },
} satisfies Record<string, DeviceFacts>;

export const benchmarks = {
  strong: {
    oneThread: { threads: 1, gigaflops: 30, gigabytesPerSecond: 15 },
    allThreads: { threads: 8, gigaflops: 200, gigabytesPerSecond: 30 },
    gpu: { gigaflops: 12_000, gigabytesPerSecond: 400 },
  },
  portable: {
    oneThread: { threads: 1, gigaflops: 20, gigabytesPerSecond: 10 },
    allThreads: { threads: 8, gigaflops: 90, gigabytesPerSecond: 20 },
    gpu: { gigaflops: 1_500, gigabytesPerSecond: 50 },
  },
  // As measured on two shared cores; the software adapter is fast on paper to show that it does not count.
  software: {
    oneThread: { threads: 1, gigaflops: 20, gigabytesPerSecond: 10 },
    allThreads: { threads: 2, gigaflops: 30, gigabytesPerSecond: 20 },
    gpu: { gigaflops: 9_999, gigabytesPerSecond: 999 },
  },
} satisfies Record<string, Benchmark>;

const base: ModelManifest = {
  id: asModelId('small'),
  name: 'Small 135M',
  format: 'gguf',
  purpose: 'chat',
  licence: 'Apache-2.0',
  parameters: 134_515_008,
  contextTokens: 2_048,
  files: [{ name: 'model.gguf', sizeBytes: 98e6, sha256: '', sources: [] }],
  needsF16: false,
  memoryBytes: { wllama: 300e6, ort: 500e6 },
};

function compiled(id: string, parameters: number, sizeBytes: number, needsF16: boolean): ModelManifest {
  return {
    ...base,
    id: asModelId(id),
    name: id,
    format: 'mlc',
    parameters,
    files: [{ name: 'params_shard_0.bin', sizeBytes, sha256: '', sources: [] }],
    needsF16,
    memoryBytes: { webllm: sizeBytes * 1.15 },
  };
}

export const models = {
  small: base,
  graph: { ...base, id: asModelId('graph'), name: 'Graph', format: 'onnx', memoryBytes: { ort: 700e6 } },
  oneBillion: compiled('1B f32', 1.24e9, 0.77e9, false),
  oneBillionF16: compiled('1B f16', 1.24e9, 0.7e9, true),
  eightBillionF16: compiled('8B f16', 8.03e9, 4.5e9, true),
  eightBillionGguf: {
    ...base,
    id: asModelId('8B gguf'),
    parameters: 8.03e9,
    files: [{ name: 'model.gguf', sizeBytes: 4.9e9, sha256: '', sources: [] }],
    memoryBytes: { wllama: 5.2e9, ort: 9e9 },
  },
} satisfies Record<string, ModelManifest>;

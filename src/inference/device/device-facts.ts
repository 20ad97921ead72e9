/** What a device offers to engines. Stays in the tab: together these facts would tell devices apart. */

/** What WebGPU says of the graphics processor. */
export interface GpuFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Computes on the processor after all (SwiftShader, llvmpipe): slower than an engine made for processors. */
  readonly isSoftware: boolean;
  readonly hasF16: boolean;
  readonly hasSubgroups: boolean;
  readonly limits: GpuLimits;
}

export interface GpuLimits {
  readonly maxBufferBytes: number;
  /** The largest piece of a buffer that a program on it can see at once. */
  readonly maxBindingBytes: number;
  readonly maxWorkgroupStorageBytes: number;
  readonly maxStorageBuffersPerStage: number;
  readonly maxInvocationsPerWorkgroup: number;
}

export type GpuAbsence = 'no-webgpu' | 'no-adapter' | 'no-answer' | 'failed';

export type GpuReport =
  | { readonly isThere: true; readonly facts: GpuFacts }
  /** `why` is a sentence for a person. */
  | { readonly isThere: false; readonly absence: GpuAbsence; readonly why: string };

/** Features of WebAssembly that an engine needs or gains from. */
export interface WasmFacts {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly exceptions: boolean;
  readonly memory64: boolean;
  /** WebAssembly that waits for promises (JSPI). */
  readonly promiseIntegration: boolean;
  /** Shared memory and atomics. They make threads only in an isolated page. */
  readonly sharedMemory: boolean;
}

export interface DeviceFacts {
  readonly gpu: GpuReport;
  /** As much as the browser admits to, rounded and cut at the top: the device has this or more. Undefined where it says nothing. */
  readonly memoryAtLeastBytes: number | undefined;
  readonly isMobile: boolean;
  readonly processors: number;
  /** Cross-origin isolated: threads may share memory. */
  readonly isIsolated: boolean;
  readonly wasm: WasmFacts;
}

/** What is reckoned with where a browser says nothing: what nearly all devices of the last ten years have. */
const UNKNOWN_MEMORY_BYTES = { computer: 4 * 2 ** 30, mobile: 2 * 2 ** 30 };

export function knownMemoryBytes({ memoryAtLeastBytes, isMobile }: DeviceFacts): number {
  return memoryAtLeastBytes ?? UNKNOWN_MEMORY_BYTES[isMobile ? 'mobile' : 'computer'];
}

/** The graphics processor, if it is one. */
export function hardwareGpu({ gpu }: DeviceFacts): GpuFacts | undefined {
  return gpu.isThere && !gpu.facts.isSoftware ? gpu.facts : undefined;
}

/** Threads that may share memory here. */
export function usableThreads({ isIsolated, wasm, processors }: DeviceFacts): number {
  return isIsolated && wasm.sharedMemory ? Math.max(1, processors) : 1;
}

const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b|software|\bcpu\b/i;

/** Browsers mark their own software adapters; those of the system only bear a name. */
export function isSoftwareAdapter(adapter: {
  readonly isFallback: boolean;
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
}): boolean {
  const { isFallback, vendor, architecture, description } = adapter;
  return isFallback || [vendor, architecture, description].some((name) => SOFTWARE_NAMES.test(name));
}

import { messageOf } from '#vocabulary';
import { type DeviceFacts, type GpuReport, type WasmFacts, isSoftwareAdapter } from './device-facts.ts';
import { probes } from './wasm-probes.ts';
import { within } from './within.browser.ts';

/** An adapter that takes longer hangs in its driver. */
const ADAPTER_LIMIT_MS = 3_000;

/** What type libraries lack or promise too firmly. */
interface DeviceNavigator {
  readonly gpu?: GPU;
  /** GiB, rounded down to a power of two and cut at the top. */
  readonly deviceMemory?: number;
  readonly hardwareConcurrency?: number;
  readonly userAgentData?: { readonly mobile?: boolean };
  readonly userAgent: string;
}

/** Asks the browser for everything engines depend on. Never fails, and ends within seconds whatever the driver does. */
export async function readDeviceFacts(): Promise<DeviceFacts> {
  const browser = navigator as DeviceNavigator;
  const { deviceMemory, hardwareConcurrency = 1 } = browser;
  return {
    gpu: await readGpu(browser.gpu),
    memoryAtLeastBytes: deviceMemory === undefined ? undefined : deviceMemory * 2 ** 30,
    isMobile: browser.userAgentData?.mobile ?? /Android|iPhone|iPad|Mobile/.test(browser.userAgent),
    processors: hardwareConcurrency,
    isIsolated: globalThis.crossOriginIsolated,
    wasm: readWasm(),
  };
}

async function readGpu(gpu: GPU | undefined): Promise<GpuReport> {
  if (gpu === undefined)
    return { isThere: false, absence: 'no-webgpu', why: 'This browser offers pages no graphics processor (WebGPU).' };
  try {
    // Null says that there is none, undefined that nothing was said.
    const adapter = await within(ADAPTER_LIMIT_MS, gpu.requestAdapter({ powerPreference: 'high-performance' }));
    if (adapter === null)
      return {
        isThere: false,
        absence: 'no-adapter',
        why: 'The browser knows WebGPU but finds no graphics processor.',
      };
    if (adapter === undefined)
      return {
        isThere: false,
        absence: 'no-answer',
        why: `The graphics processor did not answer within ${ADAPTER_LIMIT_MS / 1000} seconds.`,
      };
    return { isThere: true, facts: readAdapter(adapter) };
  } catch (cause) {
    return {
      isThere: false,
      absence: 'failed',
      why: `The graphics processor cannot be asked: ${messageOf(cause)}`,
    };
  }
}

function readAdapter(adapter: GPUAdapter): Extract<GpuReport, { isThere: true }>['facts'] {
  const { vendor, architecture, description } = adapter.info;
  // Where it stood before it moved into `info`.
  const { isFallbackAdapter = false } = adapter as { readonly isFallbackAdapter?: boolean };
  const isFallback = adapter.info.isFallbackAdapter || isFallbackAdapter;
  const { limits, features } = adapter;
  return {
    vendor,
    architecture,
    description,
    isSoftware: isSoftwareAdapter({ isFallback, vendor, architecture, description }),
    hasF16: features.has('shader-f16'),
    hasSubgroups: features.has('subgroups'),
    limits: {
      maxBufferBytes: limits.maxBufferSize,
      maxBindingBytes: limits.maxStorageBufferBindingSize,
      maxWorkgroupStorageBytes: limits.maxComputeWorkgroupStorageSize,
      maxStorageBuffersPerStage: limits.maxStorageBuffersPerShaderStage,
      maxInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  };
}

function readWasm(): WasmFacts {
  // Type libraries differ in whether bytes may be shared; these are not.
  const isValid = (module: Uint8Array): boolean => WebAssembly.validate(module as Uint8Array<ArrayBuffer>);
  return {
    simd: isValid(probes.simd),
    relaxedSimd: isValid(probes.relaxedSimd),
    exceptions: isValid(probes.exceptions),
    sharedMemory: isValid(probes.sharedMemory),
    memory64: hasMemory64(),
    promiseIntegration: 'Suspending' in WebAssembly,
  };
}

function hasMemory64(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1n, address: 'i64' } as unknown as WebAssembly.MemoryDescriptor);
    return true;
  } catch {
    return false;
  }
}

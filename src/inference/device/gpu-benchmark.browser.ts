import { type Throughput, GPU_SHARE_MS, SET_UP_LIMIT_MS } from './benchmark.ts';
import { within } from './within.browser.ts';

/** `GPUBufferUsage`, which type libraries lack. */
const usage = { storage: 0x80, uniform: 0x40, copyTarget: 0x08 };
const GROUP_SIZE = 64;
/** Groups and rounds of the smallest measurement: eight million operations, some milliseconds in software. */
const FIRST_GROUPS = 256;
const FIRST_ROUNDS = 16;
/** A million invocations keep every graphics processor busy; beyond, each does more. */
const MOST_GROUPS = 16_384;
/** Four independent chains of four-vectors, a multiplication and an addition each. */
const OPERATIONS_A_ROUND = 4 * 4 * 2;
/** What every adapter can bind; more than the caches of nearly all hold. Software begins with a part that takes it some milliseconds. */
const MOST_READ_BYTES = 128 * 2 ** 20;
const FIRST_READ_BYTES = 4 * 2 ** 20;
const READ_INVOCATIONS = 65_536;

const arithmeticKernel = /* wgsl */ `
@group(0) @binding(0) var<uniform> rounds: u32;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${GROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.999);
  var a = vec4f(f32(id.x)); var b = a + 1; var c = a + 2; var d = a + 3;
  for (var i = 0u; i < rounds; i++) {
    a = fma(a, factor, b); b = fma(b, factor, c); c = fma(c, factor, d); d = fma(d, factor, a);
  }
  result[id.x] = a + b + c + d;
}`;

const readingKernel = /* wgsl */ `
@group(0) @binding(0) var<uniform> count: u32;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${GROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  var sum = vec4f(0);
  for (var i = id.x; i < count; i += ${READ_INVOCATIONS}u) { sum += source[i]; }
  result[id.x] = sum;
}`;

/** Undefined where there is no adapter, or it does not answer in time; rejects where it refuses. */
export async function benchmarkGpu(): Promise<Throughput | undefined> {
  const adapter = await within(SET_UP_LIMIT_MS, navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }));
  const device = adapter ? await within(SET_UP_LIMIT_MS, adapter.requestDevice()) : undefined;
  if (device === undefined) return undefined;
  try {
    return await within(2 * SET_UP_LIMIT_MS, Promise.race([measure(device), lost(device)]));
  } finally {
    device.destroy();
  }
}

async function lost(device: GPUDevice): Promise<undefined> {
  await device.lost;
  return undefined;
}

async function measure(device: GPUDevice): Promise<Throughput> {
  const result = device.createBuffer({ size: MOST_GROUPS * GROUP_SIZE * 16, usage: usage.storage });
  const size = device.createBuffer({ size: 4, usage: usage.uniform | usage.copyTarget });
  const source = device.createBuffer({ size: MOST_READ_BYTES, usage: usage.storage });

  const compute = await prepare(device, arithmeticKernel, [size, result]);
  const operations = await growingRate(async (scale) => {
    const groups = Math.min(FIRST_GROUPS * scale, MOST_GROUPS);
    const rounds = Math.ceil((FIRST_ROUNDS * FIRST_GROUPS * scale) / groups);
    device.queue.writeBuffer(size, 0, Uint32Array.of(rounds));
    await compute(groups, 1);
    return groups * GROUP_SIZE * rounds * OPERATIONS_A_ROUND;
  });

  const read = await prepare(device, readingKernel, [size, source, result]);
  const bytes = await growingRate(async (scale) => {
    const readBytes = Math.min(FIRST_READ_BYTES * scale, MOST_READ_BYTES);
    const times = Math.ceil((FIRST_READ_BYTES * scale) / readBytes);
    device.queue.writeBuffer(size, 0, Uint32Array.of(readBytes / 16));
    await read(READ_INVOCATIONS / GROUP_SIZE, times);
    return readBytes * times;
  });
  return { gigaflops: operations / 1e9, gigabytesPerSecond: bytes / 1e9 };
}

/** Runs a kernel over a number of groups some times in a row, and waits for it. */
async function prepare(
  device: GPUDevice,
  code: string,
  buffers: readonly GPUBuffer[],
): Promise<(groups: number, times: number) => Promise<void>> {
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return async (groups, times) => {
    const encoder = device.createCommandEncoder();
    for (let time = 0; time < times; time++) {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
      pass.end();
    }
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
}

/** Amount a second of ever larger runs, the last of which takes a good part of the time there is. */
async function growingRate(run: (scale: number) => Promise<number>): Promise<number> {
  // The first run finishes compiling and fills buffers.
  await run(1);
  const endMs = performance.now() + GPU_SHARE_MS;
  for (let scale = 1; ; scale *= 4) {
    const beginMs = performance.now();
    const amount = await run(scale);
    const nowMs = performance.now();
    const elapsedMs = nowMs - beginMs;
    // Four times the work takes at most four times as long.
    if (nowMs + 4 * elapsedMs > endMs) return elapsedMs > 0 ? (amount / elapsedMs) * 1000 : 0;
  }
}

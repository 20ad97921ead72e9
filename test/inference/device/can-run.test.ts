import { describe, expect, test } from 'vitest';
import { type EngineKind, type ModelManifest, type Runnable, canRun, type DeviceFacts } from '#inference';
import { devices, models, withGpu } from './devices.ts';

function refusal(manifest: ModelManifest, engine: EngineKind, facts: DeviceFacts): Extract<Runnable, { ok: false }> {
  const runnable = canRun(manifest, engine, facts);
  if (runnable.ok) throw new Error('It can run.');
  return runnable;
}

const limits = (change: object) => {
  const { gpu } = devices.desktop;
  if (!gpu.isThere) throw new Error('The desktop has a graphics processor.');
  return withGpu(devices.desktop, { limits: { ...gpu.facts.limits, ...change } });
};

describe('R62: before a download', () => {
  test('what fits runs, on the part of the device that the engine uses', () => {
    expect(canRun(models.small, 'wllama', devices.desktop)).toEqual({ ok: true, device: 'cpu' });
    expect(canRun(models.small, 'ort', devices.desktop)).toEqual({ ok: true, device: 'gpu' });
    expect(canRun(models.small, 'ort', devices.withoutWebgpu)).toEqual({ ok: true, device: 'cpu' });
    expect(canRun(models.eightBillionF16, 'webllm', devices.desktop)).toEqual({ ok: true, device: 'gpu' });
  });

  test('a format the engine cannot read is named, with the engines that can', () => {
    expect(refusal(models.oneBillion, 'wllama', devices.desktop)).toEqual({
      ok: false,
      reason: 'wllama cannot read models in the MLC format.',
      remedy: 'Run it with WebLLM.',
    });
    expect(refusal(models.small, 'webllm', devices.desktop).remedy).toBe('Run it with ONNX Runtime or wllama.');
    const unknownKind = { ...models.small, memoryBytes: { wllama: 1 } };
    expect(refusal(unknownKind, 'ort', devices.desktop).reason).toContain('does not know this kind of model');
    expect(refusal({ ...models.small, memoryBytes: {} }, 'ort', devices.desktop).remedy).toBe('Choose another model.');
  });

  test('too little memory is said in numbers', () => {
    const { reason, remedy } = refusal(models.eightBillionF16, 'webllm', devices.phone);
    expect(reason).toBe('It needs 5.2 GB of memory; this device has about 4.3 GB, of which a page can take 3.2 GB.');
    expect(remedy).toBe('Choose a smaller model.');
    expect(refusal(models.eightBillionGguf, 'ort', devices.safari).reason).toContain('this browser does not say');
  });

  test('what WebAssembly cannot address is refused whatever memory there is', () => {
    const { reason } = refusal(models.eightBillionGguf, 'wllama', devices.desktop);
    expect(reason).toBe('It needs 5.2 GB; on a processor wllama can address 4.3 GB.');
    expect(refusal(models.eightBillionGguf, 'ort', devices.withoutWebgpu).reason).toContain('can address 4.3 GB');
    expect(canRun(models.eightBillionGguf, 'ort', devices.desktop)).toEqual({ ok: true, device: 'gpu' });
  });

  test('no adapter, no answer of one, and no 16-bit numbers are told apart', () => {
    expect(refusal(models.oneBillion, 'webllm', devices.withoutWebgpu).reason).toContain('WebGPU');
    expect(refusal(models.oneBillion, 'webllm', devices.hungDriver).reason).toContain('did not answer');
    const { reason, remedy } = refusal(models.oneBillionF16, 'webllm', devices.laptopWithoutF16);
    expect(reason).toContain('16-bit numbers');
    expect(remedy).toContain('f32');
    expect(canRun(models.oneBillion, 'webllm', devices.laptopWithoutF16).ok).toBe(true);
  });

  test.each([
    [{ maxBufferBytes: 2 ** 27 }, 'WebLLM needs buffers of 268 MB; this graphics processor allows 134 MB.'],
    [{ maxBindingBytes: 2 ** 26 }, 'WebLLM needs pieces of a buffer of 134 MB; this graphics processor allows 67 MB.'],
    [
      { maxWorkgroupStorageBytes: 16_384 },
      'needs 32 KiB of memory shared by a group of threads; this graphics processor has 16 KiB.',
    ],
    [{ maxStorageBuffersPerStage: 8 }, 'WebLLM uses 10 buffers at once; this graphics processor allows 8.'],
  ])('a limit of the adapter is said in numbers: %o', (change, words) => {
    const { reason, remedy } = refusal(models.oneBillion, 'webllm', limits(change));
    expect(reason).toContain(words);
    expect(remedy).toBe('Choose a model that runs on the processor.');
  });

  test('a table of weights that is larger than a binding is refused, or moves to the processor', () => {
    const wide = { largestBindingBytes: 2 ** 29 };
    expect(refusal({ ...models.oneBillion, ...wide }, 'webllm', devices.phone).reason).toBe(
      'Its largest table of weights has 537 MB; this graphics processor reads at most 134 MB at once.',
    );
    expect(canRun({ ...models.small, ...wide }, 'ort', devices.phone)).toEqual({ ok: true, device: 'cpu' });
  });

  test('WebAssembly without what an engine needs is named feature by feature', () => {
    const { reason, remedy } = refusal(models.small, 'wllama', devices.safari);
    expect(reason).toBe(
      'wllama needs WebAssembly with JavaScript Promise Integration and 64-bit memory, which this browser lacks.',
    );
    expect(remedy).toBe('Use a current Chrome or Edge.');
    expect(canRun(models.small, 'ort', devices.safari)).toEqual({ ok: true, device: 'cpu' });
    const old = { ...devices.safari, wasm: { ...devices.safari.wasm, simd: false } };
    expect(refusal(models.small, 'ort', old).reason).toContain('SIMD');
  });

  test('what will be poor is said beforehand', () => {
    expect(canRun(models.small, 'wllama', devices.notIsolated)).toMatchObject({
      ok: true,
      warning: 'The page is not isolated from others, so one thread computes where 12 could.',
    });
    expect(canRun(models.oneBillion, 'webllm', devices.software)).toMatchObject({
      ok: true,
      warning: expect.stringContaining('software imitates one'),
    });
  });
});

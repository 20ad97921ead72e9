import { expect, test } from 'vitest';
import { benchmarkDevice, canRun, readDeviceFacts, recommendEngine } from '#inference';
import { models } from './devices.ts';

test('R60: a real browser says what it offers; its software adapter is known for one', async () => {
  const facts = await readDeviceFacts();
  expect(facts).toMatchObject({
    gpu: { isThere: true, facts: { architecture: 'swiftshader', isSoftware: true, hasF16: false } },
    isIsolated: true,
    isMobile: false,
    wasm: { simd: true, exceptions: true, memory64: true, promiseIntegration: true, sharedMemory: true },
  });
  expect(facts.processors).toBe(navigator.hardwareConcurrency);
  expect(facts.memoryAtLeastBytes).toBeGreaterThanOrEqual(2 ** 30);
  if (facts.gpu.isThere) expect(facts.gpu.facts.limits.maxBindingBytes).toBeGreaterThanOrEqual(2 ** 27);
});

test('R60: an adapter that never answers is waited for only so long', async () => {
  const { gpu } = navigator;
  Object.defineProperty(navigator, 'gpu', {
    configurable: true,
    value: { requestAdapter: () => new Promise(() => undefined) },
  });
  try {
    expect((await readDeviceFacts()).gpu).toMatchObject({ isThere: false, absence: 'no-answer' });
    Object.defineProperty(navigator, 'gpu', { configurable: true, value: { requestAdapter: async () => null } });
    expect((await readDeviceFacts()).gpu).toMatchObject({ isThere: false, absence: 'no-adapter' });
    const refuse = async () => Promise.reject(new Error('blocked'));
    Object.defineProperty(navigator, 'gpu', { configurable: true, value: { requestAdapter: refuse } });
    expect((await readDeviceFacts()).gpu).toMatchObject({
      isThere: false,
      absence: 'failed',
      why: expect.stringContaining('blocked'),
    });
    Object.defineProperty(navigator, 'gpu', { configurable: true, value: undefined });
    expect((await readDeviceFacts()).gpu).toMatchObject({ isThere: false, absence: 'no-webgpu' });
  } finally {
    Object.defineProperty(navigator, 'gpu', { configurable: true, value: gpu });
  }
});

test('R61: the benchmark ends in time, measures every part, and does not hold the page up', async () => {
  const facts = await readDeviceFacts();
  const runs: { readonly tookMs: number; readonly longestPauseMs: number }[] = [];
  let benchmark = await benchmarkDevice(facts);
  // The best of four says what the benchmark does; others say how busy the machine is.
  const isGood = (run: (typeof runs)[number]): boolean => run.tookMs < 5_000 && run.longestPauseMs < 1_000;
  while (runs.length < 4 && !runs.some(isGood)) {
    let longestPauseMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 10);
    const beginMs = performance.now();
    benchmark = await benchmarkDevice(facts);
    clearInterval(timer);
    // Four shares of 45 ms and two of 90, and starting workers and kernels.
    runs.push({ tookMs: performance.now() - beginMs, longestPauseMs });
  }
  expect(runs.filter(isGood)).not.toEqual([]);
  const fastest = 10_000;
  for (const measured of [
    benchmark.oneThread,
    benchmark.gpu,
    ...(facts.processors > 1 ? [benchmark.allThreads] : []),
  ]) {
    expect(measured?.gigaflops).toBeGreaterThan(0.01);
    expect(measured?.gigaflops).toBeLessThan(fastest);
    expect(measured?.gigabytesPerSecond).toBeGreaterThan(0.01);
    expect(measured?.gigabytesPerSecond).toBeLessThan(fastest);
  }
  expect(benchmark.oneThread?.threads).toBe(1);
});

test('R62, R65: on this device the default kind of model runs on the processor, whatever the imitated graphics processor can', async () => {
  const facts = await readDeviceFacts();
  const benchmark = await benchmarkDevice(facts);
  expect(canRun(models.small, 'wllama', facts)).toMatchObject({ ok: true, device: 'cpu' });
  expect(recommendEngine(models.small, facts, { benchmark, records: [] })).toMatchObject({
    device: 'cpu',
    speed: { basis: 'estimate' },
  });
});

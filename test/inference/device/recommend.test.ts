import { describe, expect, test } from 'vitest';
import { recommendEngine, recommendModels, type SpeedRecord } from '#inference';
import { COMFORTABLE_DECODE } from '../../../src/inference/device/recommend.ts';
import { estimateSpeed } from '../../../src/inference/device/speed-estimate.ts';
import { benchmarks, devices, models } from './devices.ts';

const all = Object.values(models);
const strong = { benchmark: benchmarks.strong, records: [] };
const portable = { benchmark: benchmarks.portable, records: [] };

function record(engine: SpeedRecord['engine'], prefill: number, decode: number, modelId = 'small'): SpeedRecord {
  return { engine, modelId, prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode, measuredAtMs: 0 };
}

describe('R64: the model for this device', () => {
  test('is the largest that writes as fast as people read and leaves half of the memory', () => {
    const [best, ...rest] = recommendModels(all, devices.desktop, strong);
    expect(best).toMatchObject({ manifest: models.eightBillionF16, engine: 'webllm', isComfortable: true });
    expect(best?.reason).toMatch(
      /^WebLLM on the graphics processor should write about \d+ tokens a second \(an estimate\)\. It takes 5\.2 GB of memory\.$/,
    );
    expect(rest.map(({ manifest }) => manifest.id)).toContain('small');
  });

  test('gives up size where memory, numbers or speed do not allow it', () => {
    // 5.2 GB are more than half of 8 GiB, and need 16-bit numbers besides.
    expect(recommendModels(all, devices.laptopWithoutF16, portable)[0]).toMatchObject({ manifest: models.oneBillion });
    expect(recommendModels(all, devices.phone, portable)[0]?.manifest.parameters).toBe(1.24e9);
    const slow = { gigaflops: 500, gigabytesPerSecond: 10 };
    const weak = { benchmark: { ...benchmarks.portable, gpu: slow }, records: [] };
    expect(recommendModels(all, devices.desktop, weak)[0]?.manifest.parameters).toBe(1.24e9);
  });

  test('runs on the processor where there is no graphics processor, or one that software imitates', () => {
    const here = { benchmark: benchmarks.software, records: [] };
    for (const device of [devices.withoutWebgpu, devices.software, devices.hungDriver]) {
      const list = recommendModels(all, device, here);
      expect(list[0]).toMatchObject({ device: 'cpu', manifest: { parameters: models.small.parameters } });
      expect(list.filter(({ device: where }) => where === 'gpu')).toEqual([]);
    }
    // No measured speed makes a graphics processor of it either.
    const records = [record('webllm', 9_999, 9_999, '1B f32')];
    expect(recommendModels(all, devices.software, { ...here, records }).map(({ engine }) => engine)).not.toContain(
      'webllm',
    );
  });

  test('is the fastest, said to be slow, where none is comfortable', () => {
    const benchmark = {
      oneThread: { threads: 1, gigaflops: 2, gigabytesPerSecond: 1 },
      allThreads: undefined,
      gpu: undefined,
    };
    const [best] = recommendModels(all, devices.notIsolated, { benchmark, records: [] });
    expect(best).toMatchObject({ isComfortable: false, manifest: { parameters: models.small.parameters } });
    expect(best?.speed?.decode).toBeLessThan(COMFORTABLE_DECODE);
    expect(best?.reason).toContain('slower than people read');
    expect(best?.reason).toContain('not isolated');
  });

  test('is measured where it was measured: a record outranks the benchmark', () => {
    const records = [record('webllm', 40, 2, '8B f16')];
    const [best] = recommendModels(all, devices.desktop, { ...strong, records });
    expect(best?.manifest.parameters).toBe(1.24e9);
    const slow = recommendModels(all, devices.desktop, { ...strong, records }).find(
      ({ manifest }) => manifest.id === '8B f16',
    );
    expect(slow?.reason).toBe(
      'WebLLM on the graphics processor wrote 2.0 tokens a second here. That is slower than people read. It takes 5.2 GB of memory.',
    );
  });

  test('is offered without figures where nothing was measured', () => {
    const [best] = recommendModels([models.small], devices.safari, { records: [] });
    expect(best).toMatchObject({ engine: 'ort', speed: undefined });
    expect(best?.reason).toBe(
      'ONNX Runtime on the processor can run it; how fast is not known yet. It takes 500 MB of memory.',
    );
  });

  test('is roomy among those that only make vectors, which nobody waits for', () => {
    const encoder = { ...models.graph, purpose: 'embedding' as const };
    expect(recommendModels([encoder], devices.safari, { records: [] })[0]).toMatchObject({ isComfortable: true });
  });
});

describe('R65: the engine for a model', () => {
  const here = { benchmark: benchmarks.software, records: [] };

  test('is what measured fastest on the device over a round, which reads more than it writes', () => {
    const measured = [record('wllama', 11, 9), record('ort', 34, 8)];
    const known = { ...here, records: measured };
    expect(recommendEngine(models.small, devices.withoutWebgpu, known)).toMatchObject({ engine: 'ort' });
    const other = { ...here, records: [record('wllama', 50, 20), record('ort', 34, 8)] };
    expect(recommendEngine(models.small, devices.withoutWebgpu, other)).toMatchObject({
      engine: 'wllama',
      speed: { basis: 'measured', decode: 20 },
    });
  });

  test('is one that was never tried only where it promises half as much again', () => {
    const promised = estimateSpeed(models.small, 'ort', 'cpu', benchmarks.software);
    if (promised === undefined) throw new Error('The benchmark measured the processor.');
    const equal = { ...here, records: [record('wllama', promised.prefill, promised.decode)] };
    expect(recommendEngine(models.small, devices.withoutWebgpu, equal)).toMatchObject({ engine: 'wllama' });
    const poor = { ...here, records: [record('wllama', promised.prefill / 1.6, promised.decode / 1.6)] };
    const fluent = { ...poor, records: [record('wllama', promised.prefill / 1.6, 7)] };
    expect(recommendEngine(models.small, devices.withoutWebgpu, fluent)).toMatchObject({ engine: 'ort' });
  });

  test('is none where none can run it', () => {
    expect(recommendEngine(models.oneBillion, devices.withoutWebgpu, here)).toBeUndefined();
    expect(recommendEngine(models.oneBillion, devices.software, here)).toBeUndefined();
  });
});

describe('R66: estimates agree with what was measured', () => {
  test('on two cores with the default model, within a factor of two', () => {
    const near = (value: number | undefined, measured: number): void => {
      expect(value).toBeGreaterThan(measured / 2);
      expect(value).toBeLessThan(measured * 2);
    };
    const speedOf = (engine: 'wllama' | 'ort', gigaflops: number) =>
      estimateSpeed(models.small, engine, 'cpu', {
        oneThread: { threads: 1, gigaflops, gigabytesPerSecond: 10 },
        allThreads: undefined,
        gpu: undefined,
      });
    near(speedOf('wllama', 20)?.prefill, 11);
    near(speedOf('wllama', 20)?.decode, 8);
    near(speedOf('ort', 20)?.prefill, 34);
    near(speedOf('ort', 20)?.decode, 8);
    near(speedOf('wllama', 40)?.prefill, 24);
    near(speedOf('wllama', 40)?.decode, 15);
    near(speedOf('ort', 40)?.prefill, 40);
    near(speedOf('ort', 40)?.decode, 12);
  });

  test('on a graphics processor of 400 GB/s with an 8B model, within a tenth of what was published', () => {
    const { decode } = estimateSpeed(models.eightBillionF16, 'webllm', 'gpu', benchmarks.strong) ?? { decode: 0 };
    expect(decode).toBeGreaterThan(41.1 * 0.9);
    expect(decode).toBeLessThan(41.1 * 1.1);
  });

  test('say nothing of what the benchmark did not reach', () => {
    const nothing = { oneThread: undefined, allThreads: undefined, gpu: undefined };
    expect(estimateSpeed(models.small, 'wllama', 'cpu', nothing)).toBeUndefined();
    expect(estimateSpeed(models.oneBillion, 'webllm', 'gpu', nothing)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpeedRecords, rememberSpeed } from '#inference';
import { joinAnswers, streamBytesFor } from '../../../src/inference/device/benchmark.ts';
import { isSoftwareAdapter, knownMemoryBytes, usableThreads } from '../../../src/inference/device/device-facts.ts';
import { dotModule, probes } from '../../../src/inference/device/wasm-probes.ts';
import { devices } from './devices.ts';

describe('R60: facts', () => {
  const named = (vendor: string, architecture: string, description = '') =>
    isSoftwareAdapter({ isFallback: false, vendor, architecture, description });

  test('tell adapters that software imitates from real ones', () => {
    expect(named('google', 'swiftshader')).toBe(true);
    expect(named('mesa', '', 'llvmpipe (LLVM 19.1.7, 256 bits)')).toBe(true);
    expect(named('microsoft', '', 'Microsoft Basic Render Driver')).toBe(true);
    expect(isSoftwareAdapter({ isFallback: true, vendor: '', architecture: '', description: '' })).toBe(true);
    expect(named('nvidia', 'ampere', 'NVIDIA GeForce RTX 3060')).toBe(false);
    expect(named('apple', 'metal-3')).toBe(false);
    expect(named('qualcomm', 'adreno-7xx')).toBe(false);
    expect(named('', '')).toBe(false);
  });

  test('reckon with little memory where the browser says nothing, and with one thread where none can share memory', () => {
    expect(knownMemoryBytes(devices.safari)).toBe(4 * 2 ** 30);
    expect(knownMemoryBytes({ ...devices.safari, isMobile: true })).toBe(2 * 2 ** 30);
    expect(knownMemoryBytes(devices.desktop)).toBe(16 * 2 ** 30);
    expect(usableThreads(devices.desktop)).toBe(12);
    expect(usableThreads(devices.notIsolated)).toBe(1);
    const old = { ...devices.desktop, wasm: { ...devices.desktop.wasm, sharedMemory: false } };
    expect(usableThreads(old)).toBe(1);
  });

  test('probe features with modules that this engine, which has them, finds valid, and damaged ones not', () => {
    for (const probe of Object.values(probes)) {
      expect(WebAssembly.validate(probe as Uint8Array<ArrayBuffer>)).toBe(true);
      const damaged = Uint8Array.from(probe);
      damaged[damaged.length - 2] = 0xff;
      expect(WebAssembly.validate(damaged)).toBe(false);
    }
  });
});

describe('R61: the benchmark', () => {
  test('sums products as it says', () => {
    const module = new WebAssembly.Module(dotModule() as Uint8Array<ArrayBuffer>);
    const { memory, dot } = new WebAssembly.Instance(module).exports as unknown as {
      memory: WebAssembly.Memory;
      dot(a: number, b: number, bytes: number, repeats: number): number;
    };
    const numbers = new Float32Array(memory.buffer);
    let expected = 0;
    for (let place = 0; place < 64; place++) {
      numbers[place] = place % 7;
      numbers[64 + place] = place % 5;
      expected += (place % 7) * (place % 5);
    }
    expect(dot(0, 256, 256, 1)).toBe(expected);
    expect(dot(0, 256, 256, 3)).toBe(3 * expected);
  });

  test('adds what threads did side by side, by the time of the slowest', () => {
    expect(
      joinAnswers([
        { amount: 4e9, elapsedMs: 100 },
        { amount: 2e9, elapsedMs: 200 },
      ]),
    ).toBeCloseTo(30);
    expect(joinAnswers([{ amount: 1, elapsedMs: 0 }])).toBe(0);
    expect(streamBytesFor(1)).toBe(8 * streamBytesFor(8));
  });
});

describe('R65: records of speed', () => {
  const record = (modelId: string, measuredAtMs: number) =>
    ({ engine: 'ort', modelId, prefillTokensPerSecond: 30, decodeTokensPerSecond: 8, measuredAtMs }) as const;

  test('hold the newest of each model and engine, and a bounded number', () => {
    let records = rememberSpeed([], record('a', 1));
    records = rememberSpeed(records, record('b', 2));
    records = rememberSpeed(records, record('a', 3));
    expect(records).toEqual([record('a', 3), record('b', 2)]);
    for (let index = 0; index < 100; index++) records = rememberSpeed(records, record(`m${index}`, index));
    expect(records).toHaveLength(64);
    expect(readSpeedRecords(JSON.parse(JSON.stringify(records)))).toEqual(records);
  });

  test('are read back from anything, and what is none is left out', () => {
    const good = record('a', 1);
    expect(readSpeedRecords([{ ...good, decodeTokensPerSecond: -1 }, { ...good, engine: 'x' }, null, good])).toEqual([
      good,
    ]);
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.anything())), (stored) => {
        for (const { decodeTokensPerSecond } of readSpeedRecords(stored))
          expect(decodeTokensPerSecond).toBeGreaterThan(0);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EngineKind,
  type ModelManifest,
  type ModelFormat,
  sizeOfModel,
  canRun,
  type DeviceFacts,
  recommendModels,
} from '#inference';
import { asModelId } from '#vocabulary';
import { devices } from './devices.ts';

const GIB = 2 ** 30;
const engines: readonly EngineKind[] = ['wllama', 'ort', 'webllm'];
const bytes = (max: number) => fc.integer({ min: 0, max });

const limits = fc.record({
  maxBufferBytes: bytes(4 * GIB),
  maxBindingBytes: bytes(2 * GIB),
  maxWorkgroupStorageBytes: bytes(2 ** 16),
  maxStorageBuffersPerStage: fc.integer({ min: 0, max: 16 }),
  maxInvocationsPerWorkgroup: fc.integer({ min: 1, max: 1_024 }),
});
const gpu: fc.Arbitrary<DeviceFacts['gpu']> = fc.oneof(
  fc.constant(devices.withoutWebgpu.gpu),
  fc.record({
    isThere: fc.constant(true as const),
    facts: fc.record({
      vendor: fc.string(),
      architecture: fc.string(),
      description: fc.string(),
      isSoftware: fc.boolean(),
      hasF16: fc.boolean(),
      hasSubgroups: fc.boolean(),
      limits,
    }),
  }),
);
const device: fc.Arbitrary<DeviceFacts> = fc.record({
  gpu,
  memoryAtLeastBytes: bytes(64 * GIB),
  isMobile: fc.boolean(),
  processors: fc.integer({ min: 1, max: 64 }),
  isIsolated: fc.boolean(),
  wasm: fc.record({
    simd: fc.boolean(),
    relaxedSimd: fc.boolean(),
    exceptions: fc.boolean(),
    memory64: fc.boolean(),
    promiseIntegration: fc.boolean(),
    sharedMemory: fc.boolean(),
  }),
});

const model: fc.Arbitrary<ModelManifest> = fc.record(
  {
    id: fc.uuid().map(asModelId),
    name: fc.string(),
    format: fc.constantFrom<ModelFormat>('gguf', 'mlc', 'onnx'),
    purpose: fc.constantFrom('chat' as const, 'embedding' as const),
    licence: fc.constant(''),
    parameters: fc.integer({ min: 1, max: 2e10 }),
    contextTokens: fc.constant(2_048),
    files: bytes(1e10).map((sizeBytes) => [{ name: 'model', sizeBytes, sha256: '', sources: [] }]),
    needsF16: fc.boolean(),
    memoryBytes: fc.record({ wllama: bytes(2e10), ort: bytes(2e10), webllm: bytes(2e10) }, { requiredKeys: [] }),
    largestBindingBytes: bytes(2 * GIB),
  },
  {
    requiredKeys: [
      'id',
      'name',
      'format',
      'purpose',
      'licence',
      'parameters',
      'contextTokens',
      'files',
      'needsF16',
      'memoryBytes',
    ],
  },
);

const throughput = fc.record({
  gigaflops: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
  gigabytesPerSecond: fc.double({ min: 0.01, max: 5e3, noNaN: true }),
});
const benchmark = fc.record({
  oneThread: throughput.map((one) => ({ ...one, threads: 1 })),
  allThreads: fc.option(
    throughput.map((one) => ({ ...one, threads: 8 })),
    { nil: undefined },
  ),
  gpu: fc.option(throughput, { nil: undefined }),
});

describe('R62: whatever the device and the model', () => {
  test('a refusal is two sentences, and none depends on chance', () => {
    fc.assert(
      fc.property(model, fc.constantFrom(...engines), device, (manifest, engine, facts) => {
        const runnable = canRun(manifest, engine, facts);
        expect(canRun(manifest, engine, facts)).toEqual(runnable);
        if (runnable.ok) return;
        expect(runnable.reason).toMatch(/^[A-Zw].+\.$/);
        expect(runnable.remedy).toMatch(/^[A-Z].+\.$/);
        expect(runnable.reason).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('R64: whatever the device and the models', () => {
  const few = fc.uniqueArray(model, { maxLength: 8, selector: ({ id }) => id });

  test('what is recommended can run, is told in words, and computes on no imitated graphics processor', () => {
    fc.assert(
      fc.property(few, device, benchmark, (manifests, facts, measured) => {
        for (const { manifest, engine, device: where, reason, speed } of recommendModels(manifests, facts, {
          benchmark: measured,
          records: [],
        })) {
          expect(canRun(manifest, engine, facts)).toMatchObject({ ok: true, device: where });
          expect(reason.length).toBeGreaterThan(20);
          expect(reason).not.toMatch(/NaN|undefined/);
          if (sizeOfModel(manifest) > 0 && speed !== undefined) expect(speed.decode).toBeGreaterThan(0);
          if (where === 'gpu') expect(facts.gpu).toMatchObject({ isThere: true, facts: { isSoftware: false } });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('more memory never takes a model away, nor makes the best one smaller', () => {
    fc.assert(
      fc.property(few, device, benchmark, bytes(64 * GIB), (manifests, facts, measured, more) => {
        const known = { benchmark: measured, records: [] };
        const richer = { ...facts, memoryAtLeastBytes: (facts.memoryAtLeastBytes ?? 0) + more };
        const before = recommendModels(manifests, facts, known);
        const after = recommendModels(manifests, richer, known);
        const ids = new Set(after.map(({ manifest }) => manifest.id));
        expect(before.filter(({ manifest }) => !ids.has(manifest.id))).toEqual([]);
        const [best] = before;
        if (best?.isComfortable !== true) return;
        expect(after[0]?.isComfortable).toBe(true);
        expect(after[0]?.manifest.parameters).toBeGreaterThanOrEqual(best.manifest.parameters);
      }),
      { numRuns: 500 },
    );
  });
});

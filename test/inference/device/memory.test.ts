import { describe, expect, test } from 'vitest';
import { defaultModel, type ModelShape, estimateMemoryBytes } from '#inference';
import { estimateOrtMemoryBytes } from '../../../src/inference/device/memory.ts';

const smol: ModelShape = {
  parameters: 134_515_008,
  weightsBytes: 98_362_432,
  format: 'gguf',
  contextTokens: 2_048,
  layers: 30,
  keyValueWidth: 192,
  embeddingParameters: 49_152 * 576,
};
/** 16 layers, 8 heads of 64; four bits with a scale of 16 bits for every 32. */
const llama1b: ModelShape = {
  parameters: 1.236e9,
  weightsBytes: 1.236e9 * 0.5625,
  format: 'mlc',
  contextTokens: 4_096,
  layers: 16,
  keyValueWidth: 512,
};

describe('R63: estimated memory', () => {
  test('agrees with what was measured and with what others state', () => {
    const { wllama, ort } = estimateMemoryBytes(smol);
    // 261 MB at rest and 322 MB at its highest, in the tab's process.
    expect(wllama).toBeGreaterThan(261e6);
    expect(wllama).toBeLessThan(322e6);
    expect(wllama).toBeCloseTo(defaultModel.memoryBytes.wllama ?? 0, -7.5);
    // 248 MB of weights, twice the state of wllama, and room.
    expect(ort).toBeCloseTo(defaultModel.memoryBytes.ort ?? 0, -7.5);
    // 651 MB of weights.
    expect(estimateOrtMemoryBytes(smol, 'f32') - estimateOrtMemoryBytes(smol, 'u8')).toBeCloseTo(651e6 - 248e6, -7);
    // web-llm's own catalogue says 879 MB.
    expect(estimateMemoryBytes(llama1b).webllm).toBeGreaterThan(879e6);
    expect(estimateMemoryBytes(llama1b).webllm).toBeLessThan(1.1 * 879e6);
  });

  test('without the shape of the model is on the high side, but not far', () => {
    const { layers: _, keyValueWidth: __, embeddingParameters: ___, ...unknown } = smol;
    expect(estimateMemoryBytes(unknown).wllama).toBeGreaterThanOrEqual(estimateMemoryBytes(smol).wllama ?? 0);
    expect(estimateMemoryBytes(unknown).wllama).toBeLessThan(1.1 * (estimateMemoryBytes(smol).wllama ?? 0));
  });

  test('names the engines that read the format, and no other', () => {
    expect(Object.keys(estimateMemoryBytes(smol))).toEqual(['wllama', 'ort']);
    expect(Object.keys(estimateMemoryBytes({ ...smol, format: 'onnx' }))).toEqual(['ort']);
    expect(Object.keys(estimateMemoryBytes(llama1b))).toEqual(['webllm']);
  });

  test('grows with the context, and least on a graphics processor', () => {
    const long = { ...smol, contextTokens: 8_192 };
    expect(estimateMemoryBytes(long).wllama).toBe((estimateMemoryBytes(smol).wllama ?? 0) + 6_144 * 30 * 192 * 2 * 2);
    expect(estimateOrtMemoryBytes(smol, 'gpu')).toBeLessThan(estimateOrtMemoryBytes(smol, 'u8'));
  });
});

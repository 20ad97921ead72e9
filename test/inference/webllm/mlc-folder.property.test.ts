import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextOf, isEncoder, needsF16, readMlcConfig } from '../../../src/inference/webllm/mlc-config.ts';
import { openMlcModel } from '../../../src/inference/webllm/mlc-model.ts';
import { checkWeights } from '../../../src/inference/webllm/weights.ts';
import { valueOf } from '../../contracts/engine.ts';
import { withFile, writeTinyMlc } from './tiny-mlc.ts';

const model = writeTinyMlc(new Blob(['library']));
const contentOf = async (name: string): Promise<string> => (await model.files.get(name)?.text()) ?? '';
const refused = { ok: false, error: { type: 'load-failed' } };

describe('folders of MLC', () => {
  test('R41: whatever bytes stand in their descriptions, the answer is a model or a typed error', async () => {
    for (const name of ['mlc-chat-config.json', 'tensor-cache.json'])
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.uint8Array(),
            fc.json().map((text) => new TextEncoder().encode(text)),
          ),
          async (bytes) => {
            const opened = await openMlcModel(withFile(model, name, new Blob([bytes])));
            expect(opened).toMatchObject(refused);
          },
        ),
        { numRuns: 200 },
      );
  });

  test('R41: whatever one value in them is replaced by, the answer is a model or a typed error', async () => {
    for (const [name, read] of [
      ['mlc-chat-config.json', readMlcConfig],
      ['tensor-cache.json', (file: Blob) => checkWeights(withFile(model, 'tensor-cache.json', file).files)],
    ] as const) {
      const whole: unknown = JSON.parse(await contentOf(name));
      const places = placesOf(whole);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue(), async (place, value) => {
          const result = await read(new Blob([JSON.stringify(replaced(whole, place, value))]));
          if (!result.ok) expect(result.error.type).toBe('load-failed');
        }),
        { numRuns: 300 },
      );
    }
  });

  test('R41: a whole folder opens', async () => {
    const opened = valueOf(await openMlcModel(model));
    expect(opened).toMatchObject({ purpose: 'chat', needsF16: false, contextTokens: 512, stopTokens: [511, 509] });
    expect(opened.stopTexts).toEqual(['<|im_end|>']);
    expect(opened.language.endToken).toBe(511);
  });

  test('R41: what the configuration says of numbers, purpose and length', async () => {
    const config = JSON.parse(await contentOf('mlc-chat-config.json')) as Record<string, unknown>;
    const read = async (changes: object) =>
      valueOf(await readMlcConfig(new Blob([JSON.stringify({ ...config, ...changes })])));
    expect(['q4f16_1', 'q0f16', 'q3f16_1'].map((quantization) => needsF16({ quantization } as never))).toEqual([
      true,
      true,
      true,
    ]);
    expect(needsF16(await read({ quantization: 'q4f32_1' }))).toBe(false);
    expect(isEncoder(await read({ model_type: 'bert' }))).toBe(true);
    expect(contextOf(await read({ context_window_size: -1, sliding_window_size: 4096 }))).toBe(4096);
    expect(contextOf(await read({ context_window_size: null, sliding_window_size: null }))).toBe(2048);
    expect(
      await readMlcConfig(new Blob([JSON.stringify({ ...config, tokenizer_files: ['tokenizer.model'] })])),
    ).toMatchObject(refused);
  });
});

type Place = readonly (string | number)[];

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? replaced(inner, rest, by) : inner));
  const record = value as Record<string, unknown>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SessionValue, planDecoder } from '../../../src/inference/onnx/decoder-plan.ts';
import { readOnnxFiles } from '../../../src/inference/onnx/onnx-files.ts';
import { packTinyDecoder } from './onnx-package.ts';

const sizes = { vocabulary: undefined, keyHeads: undefined, headWidth: undefined };
const cache = (name: string): SessionValue => ({ name, type: 'float32', shape: ['batch', 2, 'past', 16] });
const inputs: readonly SessionValue[] = [
  { name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] },
  { name: 'attention_mask', type: 'int64', shape: ['batch', 'total'] },
  ...['0.key', '0.value', '1.key', '1.value'].map((slot) => cache(`past_key_values.${slot}`)),
];
const outputs: readonly SessionValue[] = [
  { name: 'logits', type: 'float32', shape: ['batch', 'tokens', 384] },
  ...['0.key', '0.value', '1.key', '1.value'].map((slot) => cache(`present.${slot}`)),
];

describe('inputs and outputs of a decoder', () => {
  test('R89: the usual ones are understood, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...inputs], { minLength: inputs.length }), (shuffled) => {
        expect(planDecoder(shuffled, outputs, sizes)).toMatchObject({
          ok: true,
          value: { keyHeads: 2, headWidth: 16, vocabulary: 384, hasMask: true, hasPositions: false },
        });
      }),
    );
  });

  test('R89: sizes that the graph leaves open are those of the config', () => {
    const open = (values: readonly SessionValue[]): SessionValue[] =>
      values.map((value) => ({ ...value, shape: value.shape.map(() => -1) }));
    expect(planDecoder(open(inputs), open(outputs), sizes).ok).toBe(false);
    const known = { vocabulary: 9, keyHeads: 3, headWidth: 8 };
    expect(planDecoder(open(inputs), open(outputs), known)).toMatchObject({ ok: true, value: known });
  });

  test('R89: one that is missing or strange is a typed error', () => {
    const types = ['float32', 'float16', 'int64', 'bool', 'no tensor'];
    const shape = fc.array(fc.oneof(fc.integer({ min: -2, max: 20 }), fc.string({ maxLength: 3 })), { maxLength: 5 });
    const strange = fc.record({
      name: fc.oneof(fc.string(), fc.constantFrom('past_key_values.0.key', 'past_key_values.9.value', 'position_ids')),
      type: fc.constantFrom(...types),
      shape,
    });
    fc.assert(
      fc.property(fc.array(strange, { maxLength: 6 }), fc.array(strange, { maxLength: 6 }), (ins, outs) => {
        const plan = planDecoder(ins, outs, sizes);
        expect(plan.ok || plan.error.type === 'load-failed').toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.nat(inputs.length - 1), strange, (place, put) => {
        const plan = planDecoder(inputs.with(place, put), outputs, sizes);
        if (plan.ok) expect(plan.value.caches).toHaveLength(4);
        else expect(plan.error.type).toBe('load-failed');
      }),
    );
    const withoutLast = planDecoder(inputs.slice(0, -1), outputs, sizes);
    expect(withoutLast).toMatchObject({ ok: false, error: { type: 'load-failed' } });
    const odd = planDecoder(inputs.slice(0, -1), outputs.slice(0, -1), sizes);
    expect(odd).toMatchObject({ ok: false, error: { type: 'load-failed' } });
  });
});

test('R89: any config beside a graph is a typed error or one of sizes that make sense', async () => {
  const model = await packTinyDecoder();
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('vocab_size', 'head_dim', 'eos_token_id', ''),
      async (put, key) => {
        const config = JSON.parse((await model.files.get('config.json')?.text()) ?? '') as object;
        const changed = JSON.stringify(key === '' ? put : { ...config, [key]: put });
        const read = await readOnnxFiles({
          ...model,
          files: new Map([...model.files, ['config.json', new Blob([changed])]]),
        });
        if (!read.ok) expect(read.error.type).toBe('load-failed');
        else expect(read.value.config.vocabulary).toBeGreaterThan(0);
      },
    ),
  );
});

import { type ModelRecord, modelLibURLPrefix, prebuiltAppConfig } from '@mlc-ai/web-llm';
import { describe, expect, test } from 'vitest';
import { LIBRARY_REPOSITORY, mlcCatalogue } from '../../../src/inference/webllm/mlc-catalogue.ts';

/** Models of web-llm's list that the catalogue leaves out, each by exactly one reason. */
const leftOut: readonly (readonly [string, RegExp])[] = [
  ['the same model with a shorter context, which a load may ask for anyway', /-1k$/],
  ['larger than 8 thousand million parameters', /^(Llama-2-13b|Llama-3-70B|Llama-3\.1-70B|gemma-2-9b|Qwen3\.5-9B)/],
  ['reads pictures', /vision/],
  ['wants a package manifest, which the toy library cannot prove', /^gemma-4/],
  ['cannot take tokens back, so that every score reads its prompt again', /^Qwen3\.5-(?!9B)/],
  ['not made for chat, or to reason at length first', /(-Base-|-Reasoning-|^DeepSeek-R1|-Math-|^WizardMath|-jpn-)/],
  [
    'has a newer version in the catalogue',
    /^(Hermes-2|Llama-2-7b.*MLC$|Llama-3-8B.*MLC$|Qwen2-(0|1|7)|gemma-2b-it-q4f\d+_1-MLC$|Phi-3-mini.*MLC$)/,
  ],
  [
    'older than anything in the catalogue',
    /^(phi-1_5|phi-2|RedPajama|TinyLlama.*v0\.4|OpenHermes|NeuralHermes|Mistral-7B-Instruct-v0\.2|stablelm)/,
  ],
  ['takes more memory than its twin for fewer texts', /-b32$/],
];
const reasonsFor = (id: string): string[] => {
  const found = leftOut.filter(([, pattern]) => pattern.test(id)).map(([reason]) => reason);
  // A shorter context is reason enough.
  return id.endsWith('-1k') ? found.slice(0, 1) : found;
};

describe('the catalogue for web-llm', () => {
  const records = new Map<string, ModelRecord>(prebuiltAppConfig.model_list.map((record) => [record.model_id, record]));

  test('R46: says of every model what the installed web-llm says', () => {
    for (const entry of mlcCatalogue) {
      const record = records.get(entry.id);
      const library = `${modelLibURLPrefix}${entry.libraryPath.replace('web-llm-models/', '')}`;
      expect([entry.id, record?.model, record?.model_lib]).toEqual([
        entry.id,
        `https://huggingface.co/${entry.repository}`,
        library,
      ]);
      expect([entry.id, record?.vram_required_MB]).toEqual([entry.id, entry.memoryMb]);
      expect([entry.id, record?.overrides?.context_window_size ?? 512]).toEqual([entry.id, entry.contextTokens]);
      if (entry.purpose === 'chat')
        expect([entry.id, record?.low_resource_required]).toEqual([entry.id, entry.isLight]);
      if (record?.required_features?.includes('shader-f16') === true) expect(entry.needsF16).toBe(true);
    }
    expect(modelLibURLPrefix).toContain(LIBRARY_REPOSITORY);
  });

  test('R46: leaves nothing of its list out without one reason', () => {
    const entries = new Set(mlcCatalogue.map(({ id }) => id));
    const unexplained = [...records.keys()].filter((id) => !entries.has(id) && reasonsFor(id).length !== 1);
    expect(unexplained).toEqual([]);
    expect([...entries].filter((id) => reasonsFor(id).length > 0)).toEqual([]);
    for (const [reason, pattern] of leftOut)
      expect([reason, [...records.keys()].some((id) => pattern.test(id))]).toEqual([reason, true]);
  });

  test('R46: has names, sizes and both kinds of numbers for a person to choose from', () => {
    expect(new Set(mlcCatalogue.map(({ name }) => name)).size).toBe(mlcCatalogue.length);
    expect(mlcCatalogue.filter(({ purpose }) => purpose === 'embedding').length).toBeGreaterThan(0);
    const chat = mlcCatalogue.filter(({ purpose }) => purpose === 'chat');
    expect(Math.min(...chat.map(({ parameters }) => parameters))).toBeLessThan(2e8);
    expect(Math.max(...chat.map(({ parameters }) => parameters))).toBeLessThan(8.3e9);
    const named = Map.groupBy(chat, ({ name }) => name.replace(/ \([^()]*\)$/, ''));
    const without = [...named].filter(([, kinds]) => !kinds.some(({ needsF16 }) => !needsF16)).map(([name]) => name);
    // web-llm has no other kind of this one.
    expect(without).toEqual(['Gemma 3 1B']);
  });
});

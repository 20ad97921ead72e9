import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../src/inference/webllm/decoder.webllm.ts';
import { BLOCK_TOKENS } from '../../../src/inference/webllm/kept-prompt.ts';
import type { Pipeline, Tensor } from '../../../src/inference/webllm/library.webllm.ts';
import { scoreTexts } from '../../../src/inference/webllm/scoring.webllm.ts';

/** A pipeline whose logits are made of every token in its cache and of the step each came with. */
function createFakePipeline(kvStateKind: 'kv_cache' | 'hybrid') {
  let cache: string[] = [];
  let live = 0;
  let computed = 0;
  const vocabulary = 5;
  const tensorOf = (values: Float32Array): Tensor => {
    live += 1;
    return { shape: [vocabulary], copyFrom: tensorOf, toArray: () => values, dispose: () => void (live -= 1) };
  };
  const step = async (tokens: readonly number[], kind: string): Promise<Tensor> => {
    cache.push(...tokens.map((token, place) => `${token}${kind}${place}/${tokens.length}`));
    computed += tokens.length;
    pipeline.filledKVCacheLength += tokens.length;
    const text = cache.join();
    const hash = [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
    return tensorOf(Float32Array.from({ length: vocabulary }, (_, token) => ((hash >>> token) % 97) / 10));
  };
  const takeBack = Object.assign(
    (_cache: unknown, _sequence: unknown, count: unknown) =>
      void (cache = cache.slice(0, cache.length - Number(count))),
    { dispose: () => undefined },
  );
  const pipeline = {
    kvStateKind,
    fullVocabSize: vocabulary,
    prefillChunkSize: 512,
    filledKVCacheLength: 0,
    kvCache: {},
    device: { sync: async () => undefined },
    tvm: {
      beginScope: () => undefined,
      endScope: () => undefined,
      scalar: (value: number) => value,
      getGlobalFuncInternalOptional: () => takeBack,
    },
    forwardKnownTokens: (tokens: readonly number[]) => step(tokens, 'p'),
    forwardDecodeToken: (token: number) => step([token], 'd'),
    updateLogitsOnCPU: (logits: Tensor) => logits,
    resetChat: () => {
      cache = [];
      pipeline.filledKVCacheLength = 0;
    },
  };
  return {
    pipeline: pipeline as unknown as Pipeline,
    computed: () => computed,
    live: () => live,
    isConsistent: () => pipeline.filledKVCacheLength === cache.length,
  };
}

const shared = Array.from({ length: 2 * BLOCK_TOKENS + 20 }, (_, place) => place % 5);
const prompt = fc
  .tuple(fc.constantFrom(0, 3, BLOCK_TOKENS, BLOCK_TOKENS + 1, shared.length), fc.array(fc.nat(4), { maxLength: 4 }))
  .map(([length, end]) => [...shared.slice(0, length), ...end])
  .filter((tokens) => tokens.length > 0);
const texts = fc.array(fc.array(fc.nat(4), { maxLength: 5 }), { maxLength: 4 });
const request = fc.record({ prompt, texts, stopsAfter: fc.option(fc.nat(8), { nil: undefined }) });

describe.each(['kv_cache', 'hybrid'] as const)('scores by a model with %s', (kind) => {
  test('R42: they are those of a fresh engine, their work is what was computed, and nothing leaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 5 }), async (requests) => {
        const kept = createFakePipeline(kind);
        const decoder = createDecoder(kept.pipeline);
        for (const { stopsAfter, ...asked } of requests) {
          const task = { type: 'score', ...asked } as const;
          let looks = 0;
          const isStopped = (): boolean => stopsAfter !== undefined && looks++ >= stopsAfter;
          const before = kept.computed();
          const scored = await scoreTexts(decoder, task, isStopped, () => undefined).catch(() => undefined);
          expect(kept.live()).toBe(0);
          expect(kept.isConsistent()).toBe(true);
          if (scored === undefined) continue;
          const alone = await Promise.all(
            asked.texts.map(async (text) => {
              const fresh = createDecoder(createFakePipeline(kind).pipeline);
              return scoreTexts(
                fresh,
                { ...task, texts: [text] },
                () => false,
                () => undefined,
              );
            }),
          );
          expect(scored.scores.map(({ logProbabilities }) => logProbabilities)).toEqual(
            alone.map(({ scores }) => scores[0]?.logProbabilities),
          );
          const told = scored.scores.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0);
          if (asked.texts.length > 0) expect(told).toBe(kept.computed() - before);
        }
      }),
      { numRuns: 150 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { growTree, treeBias } from '../../../src/inference/ort/continuation-tree.ts';
import { createKeyValueCache, createPrefixCaches } from '../../../src/inference/ort/key-value-cache.ts';
import { choosePrecision, weightBytes } from '../../../src/inference/ort/memory.ts';
import { createReplyText } from '../../../src/inference/ort/reply-text.ts';
import { logSumExp } from '../../../src/inference/serving/log-likelihood.ts';
import { drawToken, likeliest } from '../../../src/inference/ort/sampling.ts';

const texts = fc.array(fc.array(fc.nat(3), { maxLength: 6 }), { minLength: 1, maxLength: 6 });

describe('texts in one pass', () => {
  test('R34: following parents back from a token gives the text before it', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const tree = growTree(9, given);
        for (const [index, text] of given.entries())
          for (const [at, place] of (tree.places[index] ?? []).entries()) {
            const path: number[] = [];
            for (let here = place; here !== 0; here = tree.parents[here] as number)
              path.unshift(tree.tokens[here] as number);
            expect(path).toEqual(text.slice(0, at));
            expect(tree.depths[place]).toBe(at);
          }
        expect(tree.added.reduce((sum, count) => sum + count, 1)).toBe(tree.tokens.length);
      }),
    );
  });

  test('R34: a token sees the prompt, itself and its ancestors, and nothing else', () => {
    const tree = growTree(9, [
      [1, 2, 3],
      [1, 4, 5],
      [6, 7],
    ]);
    const total = 2 + tree.tokens.length;
    const bias = treeBias(tree, 2);
    const seen = tree.tokens.map((_, place) =>
      tree.tokens.filter((_token, other) => bias[place * total + 2 + other] === 0),
    );
    expect(seen).toEqual([[9], [9, 1], [9, 1, 2], [9, 1, 4], [9, 6]]);
    for (const place of tree.tokens.keys()) expect([...bias.slice(place * total, place * total + 2)]).toEqual([0, 0]);
  });
});

describe('remembered prompts', () => {
  const size = { tensors: 2, heads: 2, headWidth: 1 };
  const rows = (tokens: readonly number[]): Float32Array =>
    Float32Array.from([0, 1, 2, 3].flatMap((lane) => tokens.map((token) => token * 10 + lane)));

  test('R36: what is taken holds the shared beginning with its own numbers', () => {
    const prompt = fc.array(fc.nat(2), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.array(prompt, { minLength: 1, maxLength: 8 }), (prompts) => {
        const caches = createPrefixCaches(size, 2);
        for (const tokens of prompts) {
          const cache = caches.take(tokens, tokens.length - 1);
          expect(cache.tokens).toEqual(tokens.slice(0, cache.tokens.length));
          const rest = tokens.slice(cache.tokens.length, -1);
          cache.append(rest, rows(rest), rest.length);
          for (const [tensor, numbers] of cache.tensors.entries())
            for (const head of [0, 1])
              for (const [place, token] of cache.tokens.entries())
                expect(numbers[head * cache.room + place]).toBe(token * 10 + tensor * 2 + head);
        }
      }),
    );
  });

  test('R36: two prompts with one beginning are both remembered', () => {
    const caches = createPrefixCaches(size, 2);
    const beginning = Array.from({ length: 100 }, () => 1);
    const prompts = [2, 3].map((token) => [...beginning, ...Array.from({ length: 100 }, () => token)]);
    for (const tokens of prompts) {
      const cache = caches.take(tokens, tokens.length);
      expect(cache.tokens.length).toBe(tokens[150] === 2 ? 0 : 100);
      const rest = tokens.slice(cache.tokens.length);
      cache.append(rest, rows(rest), rest.length);
    }
    for (const tokens of prompts) expect(caches.take(tokens, 199).tokens.length).toBe(199);
  });

  test('R36: only the first tokens of a pass are kept where so asked', () => {
    const cache = createKeyValueCache(size);
    cache.append([7], rows([7, 8]), 2);
    expect(cache.tokens).toEqual([7]);
    expect(cache.tensors.map((numbers) => [numbers[0], numbers[cache.room]])).toEqual([
      [70, 71],
      [72, 73],
    ]);
  });
});

describe('drawing tokens', () => {
  const logits = Float32Array.of(0, 2, 1, 2, -30);
  test('R4: without temperature the likeliest is drawn, the smaller of two alike', () => {
    expect(drawToken(logits, { temperature: 0, topP: 1 }, createSeededRandom('a'))).toBe(1);
    expect(likeliest(logits)).toBe(1);
  });

  test('R4: tokens are drawn as often as they are likely, within the cuts', () => {
    const random = createSeededRandom('draws');
    const counts = [0, 0, 0, 0, 0];
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const token = drawToken(logits, { temperature: 1, topP: 1 }, random);
      counts[token] = (counts[token] as number) + 1;
    }
    const sum = logSumExp(logits);
    for (const token of [0, 1, 2, 3])
      expect((counts[token] as number) / draws).toBeCloseTo(Math.exp((logits[token] as number) - sum), 1.5);
    expect(counts[4]).toBe(0);
    const narrow = Array.from({ length: 200 }, () => drawToken(logits, { temperature: 1, topP: 0.5 }, random));
    expect(new Set(narrow)).toEqual(new Set([1, 3]));
  });
});

describe('text of a reply', () => {
  test('R35: characters are whole however their bytes come, and broken ones do not end it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(4), (text, step) => {
        const bytes = new TextEncoder().encode(text);
        const reply = createReplyText([]);
        let written = '';
        for (let at = 0; at < bytes.length; at += step + 1) {
          const piece = reply.add(bytes.subarray(at, at + step + 1)).text;
          expect(piece.isWellFormed()).toBe(true);
          written += piece;
        }
        expect(written + reply.end()).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
      }),
    );
    const broken = createReplyText([]);
    expect(broken.add(Uint8Array.of(0xff, 97)).text).toBe('\ufffda');
    expect(broken.add(Uint8Array.of(0xf0, 0x9f)).text + broken.end()).toBe('');
  });

  test('R35: a reply ends before a stop string, however that is cut into tokens', () => {
    const cases = fc.tuple(fc.string({ maxLength: 8 }), fc.string({ minLength: 1, maxLength: 4 }), fc.nat(3));
    fc.assert(
      fc.property(cases, ([before, stop, step]) => {
        const whole = `${before}${stop} and more`;
        const bytes = new TextEncoder().encode(whole);
        const reply = createReplyText([stop]);
        let written = '';
        let isStopped = false;
        for (let at = 0; at < bytes.length && !isStopped; at += step + 1) {
          const { text, stopped } = reply.add(bytes.subarray(at, at + step + 1));
          written += text;
          isStopped = stopped;
        }
        expect(isStopped).toBe(true);
        expect(written).toBe(whole.slice(0, whole.indexOf(stop)));
      }),
    );
  });

  test('R35: what only began like a stop string is said in the end', () => {
    const reply = createReplyText(['END']);
    expect(reply.add(new TextEncoder().encode('an EN'))).toEqual({ text: 'an ', stopped: false });
    expect(reply.end()).toBe('EN');
  });
});

test('R33: weights are exact where memory allows, else rounded, else refused', () => {
  const shape = {
    ...{ layers: 30, width: 576, heads: 9, keyHeads: 3, headWidth: 64, hidden: 1536, vocabulary: 49_152 },
    ...{ epsilon: 1e-5, ropeBase: 1e5, isTied: true, hasRopeFactors: false, trainedContext: 8192 },
  };
  expect(weightBytes(shape, 'float32')).toBe(134_479_872 * 4);
  expect(choosePrecision(shape, 2048, 4 * 2 ** 30)).toBe('float32');
  expect(choosePrecision(shape, 2048, 2 ** 30)).toBe('int8');
  expect(choosePrecision(shape, 2048, 2 ** 28)).toBeUndefined();
});

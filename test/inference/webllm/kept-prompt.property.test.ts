import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reusableLength } from '../../../src/inference/webllm/kept-prompt.ts';

const tokens = fc.array(fc.nat(2), { minLength: 1, maxLength: 40 });
const block = fc.integer({ min: 1, max: 9 });

describe('what a prompt may build on', () => {
  test('R42: only whole blocks that are shared and were read as a prompt, or all of the same prompt', () => {
    fc.assert(
      fc.property(tokens, fc.nat(40), fc.boolean(), tokens, block, (held, read, knowsNext, prompt, size) => {
        const promptLength = Math.min(read, held.length);
        const length = reusableLength({ tokens: held, promptLength, knowsNext }, prompt, size);
        expect(prompt.slice(0, length)).toEqual(held.slice(0, length));
        expect(length).toBeLessThanOrEqual(promptLength);
        if (length === prompt.length) expect(knowsNext && length === promptLength).toBe(true);
        else expect(length % size).toBe(0);
        // No whole block is left out for nothing.
        const next = prompt.slice(0, length + size);
        const isShared = next.every((token, place) => token === held[place]);
        if (length + size < prompt.length && length + size <= promptLength) expect(isShared).toBe(false);
      }),
    );
  });

  test('R42: the same prompt again needs nothing, unless reading it was stopped', () => {
    const prompt = [1, 2, 3, 4, 5];
    expect(reusableLength({ tokens: [...prompt, 9], promptLength: 5, knowsNext: true }, prompt, 2)).toBe(5);
    expect(
      reusableLength({ tokens: prompt.slice(0, 4), promptLength: 4, knowsNext: false }, prompt.slice(0, 4), 2),
    ).toBe(2);
  });
});

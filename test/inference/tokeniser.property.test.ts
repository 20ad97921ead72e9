import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReadable, planRun, textOf } from '../../src/inference/tokens/forced-decoding.ts';
import { readGgufHeader } from '../../src/inference/gguf/gguf-header.ts';
import { mergeSymbols } from '../../src/inference/tokens/merging.ts';
import { readTokenTable } from '../../src/inference/tokens/token-table.ts';
import { createTokeniser } from '../../src/inference/tokens/tokeniser.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

const header = await readGgufHeader(writeTinyGguf());
const table = header.ok ? readTokenTable(header.value) : header;
const created = table.ok ? createTokeniser(table.value) : table;
if (!created.ok) throw new Error('The tiny model has no vocabulary.');
const tokeniser = created.value;
const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('tokens of any text', () => {
  test('R13: they stand for exactly its characters', () => {
    fc.assert(
      fc.property(text, (any) => {
        // SentencePiece writes spaces as U+2581 and so takes one for a space.
        expect(textOf(tokeniser, tokeniser.encode(any))).toBe(any.toWellFormed().replaceAll('\u2581', ' '));
      }),
    );
  });

  test('R13: a text has at least as many tokens as its length demands', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(tokeniser.encode(any).length * tokeniser.longestToken).toBeGreaterThanOrEqual(any.length);
      }),
    );
  });

  test('R8: runs cover every readable token once, each after the text before it', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (any, ends) => {
        const tokens = tokeniser.encode(any);
        const covered: number[] = [];
        let hasEnded = false;
        for (let from = 0; from < tokens.length + 1;) {
          const run = planRun(tokeniser, 'prompt:', { tokens, ends }, from);
          if (run === undefined) break;
          expect(run.prompt).toBe(`prompt:${textOf(tokeniser, tokens.slice(0, run.first))}`);
          expect(run.tokens.every((token) => isReadable(tokeniser, token))).toBe(true);
          covered.push(...run.tokens.map((_, index) => run.first + index));
          hasEnded ||= run.ends;
          from = run.first + run.tokens.length + (run.ends ? 1 : 0);
        }
        const readable = tokens.flatMap((token, place) => (isReadable(tokeniser, token) ? [place] : []));
        expect(covered).toEqual(readable);
        expect(hasEnded).toBe(ends);
      }),
    );
  });

  test('R13: merging by rank gives what merging the best pair again and again gives', () => {
    const ranks = new Map(['ab', 'bc', 'aa', 'abc', 'cab', 'aab'].map((pair, rank) => [pair, rank]));
    const rank = (left: string, right: string): number | undefined => ranks.get(left + right);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), (symbols) => {
        const slow: string[] = [...symbols];
        for (;;) {
          const options = slow
            .slice(1)
            .map((right, left) => rank(slow[left] as string, right) ?? Number.POSITIVE_INFINITY);
          const best = Math.min(...options);
          if (!Number.isFinite(best)) break;
          const left = options.indexOf(best);
          slow.splice(left, 2, (slow[left] as string) + (slow[left + 1] as string));
        }
        expect(mergeSymbols(symbols, rank)).toEqual(slow);
      }),
    );
  });
});

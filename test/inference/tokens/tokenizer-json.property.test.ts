import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../../src/inference/tokens/forced-decoding.ts';
import { isSafePattern } from '../../../src/inference/tokens/safe-pattern.ts';
import { openTokenizerJsonLanguage } from '../../../src/inference/tokens/tokenizer-json-language.ts';
import { type Tokeniser, createTokeniser } from '../../../src/inference/tokens/tokeniser.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { readDefaultTokenTable } from './default-token-table.ts';
import { readTable } from './read-table.ts';
import {
  type TokenizerParts,
  byteLevelParts,
  sentencePieceParts,
  writeTokenizerConfig,
  writeTokenizerJson,
} from './tokenizer-files.ts';

const table = await readTable(writeTinyGguf());
const parts = sentencePieceParts(table);
const config = writeTokenizerConfig(table);

async function open(changed: TokenizerParts, described = config): Promise<Tokeniser> {
  const language = await openTokenizerJsonLanguage({ tokenizer: writeTokenizerJson(changed), config: described });
  if (!language.ok || !language.value.tokeniser.ok) throw new Error('The files do not open.');
  return language.value.tokeniser.value;
}

const tiny = await open(parts);
const twin = createTokeniser(table);
if (!twin.ok) throw new Error(twin.error.message);
const pieces = ['<s>', '</s>', '<unk>', '<', 's', '>', ' ', '▁', '<0x41>', 'the', 'é', '漢', '\ud800', '\n'];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((chosen) => chosen.join('')),
);

describe('tokens of any text', () => {
  test('R80: they are those of the GGUF', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(tiny.encode(any)).toEqual(twin.value.encode(any));
      }),
    );
  });

  test('R81: none is a mark', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(tiny.encode(any).filter((token) => token < 3)).toEqual([]);
      }),
    );
  });

  test('R80: they stand for its characters', () => {
    fc.assert(
      fc.property(text, (any) => {
        // SentencePiece writes spaces as U+2581 and so takes one for a space.
        expect(textOf(tiny, tiny.encode(any))).toBe(any.toWellFormed().replaceAll('\u2581', ' '));
      }),
    );
  });

  test('R80: those of the default model are those of its GGUF', async (context) => {
    const real = await readDefaultTokenTable();
    if (real === undefined) return context.skip('The model file is not here; "npm start" fetches it.');
    const ours = await open(byteLevelParts(real), writeTokenizerConfig(real));
    const gguf = createTokeniser(real);
    if (!gguf.ok) throw new Error(gguf.error.message);
    fc.assert(
      fc.property(text, (any) => {
        expect(ours.encode(any)).toEqual(gguf.value.encode(any));
        expect(ours.encodePrompt(any)).toEqual(gguf.value.encodePrompt(any));
      }),
    );
  });
});

describe('files of any content', () => {
  const isTyped = async (tokenizer: Blob, described: Blob): Promise<boolean> => {
    const language = await openTokenizerJsonLanguage({ tokenizer, config: described });
    if (!language.ok) return language.error.type === 'load-failed';
    const { tokeniser } = language.value;
    if (!tokeniser.ok) return tokeniser.error.type === 'unsupported';
    const tokens = [...tokeniser.value.encode('a <s> b'), ...tokeniser.value.encodePrompt('a <s> b')];
    return tokens.every((token) => Number.isInteger(token) && tokeniser.value.bytesOf(token) instanceof Uint8Array);
  };

  test('R83: bytes that are no JSON are a typed error', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (a, b) => {
        expect(await isTyped(new Blob([a as BlobPart]), config)).toBe(true);
        expect(await isTyped(writeTokenizerJson(parts), new Blob([b as BlobPart]))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('R83: any value in any place is a typed error or a tokeniser that works', async () => {
    const small: TokenizerParts = {
      ...parts,
      preTokenizer: { type: 'Split', pattern: { Regex: '\\s+' }, behavior: 'Isolated', invert: false },
      model: { ...parts.model, vocab: { '<unk>': 0, '<s>': 1, '</s>': 2, a: 3, b: 4, ab: 5 }, merges: [['a', 'b']] },
    };
    const json: unknown = JSON.parse(await writeTokenizerJson(small).text());
    const places = placesIn(json);
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 2 ** 40, 'BPE', 'Sequence', '__proto__'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), value, async (place, put) => {
        expect(await isTyped(new Blob([JSON.stringify(withValue(json, place, put))]), config)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('R83: any text as a pattern is refused or matched without delay', () => {
    const letters = fc.constantFrom('(', ')', '+', '*', '?', '{2,}', 'a', '|', '[', ']', '\\', 'b', '(?:', '(?=');
    const pattern = fc.array(letters, { maxLength: 14 }).map((chosen) => chosen.join(''));
    const subject = `${'a'.repeat(26)}c`;
    fc.assert(
      fc.property(pattern, (any) => {
        if (!isSafePattern(any)) return;
        let compiled: RegExp;
        try {
          compiled = new RegExp(any, 'gu');
        } catch {
          return;
        }
        // Catastrophic backtracking takes seconds every time, a busy machine now and then.
        const isSoon = [1, 2, 3, 4].some(() => {
          const beginMs = performance.now();
          subject.match(compiled);
          return performance.now() - beginMs < 200;
        });
        expect(isSoon).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value)
    .slice(0, 20)
    .flatMap(([key, item]) => placesIn(item, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

function withValue(value: unknown, [key, ...rest]: Place, put: unknown): unknown {
  if (key === undefined) return put;
  const inner = withValue((value as Record<string | number, unknown>)[key], rest, put);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? inner : item))
    : { ...(value as object), [key]: inner };
}

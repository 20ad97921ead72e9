import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../src/inference/gguf/gguf-header.ts';
import { type TokenTable, readTokenTable } from '../../src/inference/tokens/token-table.ts';
import { type Tokeniser, createTokeniser } from '../../src/inference/tokens/tokeniser.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

async function openTiny(): Promise<{ table: TokenTable; tokeniser: Tokeniser }> {
  const header = await readGgufHeader(writeTinyGguf());
  const table = header.ok ? readTokenTable(header.value) : header;
  const tokeniser = table.ok ? createTokeniser(table.value) : table;
  if (!table.ok || !tokeniser.ok) throw new Error('The tiny model has no vocabulary.');
  return { table: table.value, tokeniser: tokeniser.value };
}

/** Bytes, then merges in the order given: the smallest byte-level vocabulary there is. */
function createByteLevelTable(merges: readonly string[], preTokeniser = 'smollm'): TokenTable {
  const letters = Array.from({ length: 256 }, (_, byte) => {
    if ((byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae)
      return String.fromCodePoint(byte);
    const shift = byte <= 0x20 ? byte : byte <= 0xa0 ? byte - 0x7f + 33 : 67;
    return String.fromCodePoint(0x100 + shift);
  });
  const texts = ['<|mark|>', ...letters, ...merges.map((merge) => merge.replace(' ', ''))];
  return {
    model: 'gpt2',
    preTokeniser,
    texts,
    kinds: texts.map((_, token) => (token === 0 ? 3 : 1)),
    scores: texts.map(() => 0),
    merges,
    beginToken: undefined,
    beginText: '',
    endText: '',
    endToken: undefined,
    addsBegin: false,
    chatTemplate: undefined,
  };
}

function open(table: TokenTable): Tokeniser {
  const tokeniser = createTokeniser(table);
  if (!tokeniser.ok) throw new Error(tokeniser.error.message);
  return tokeniser.value;
}

describe('SentencePiece vocabularies', () => {
  test('R13: neighbours merge into the best-scored token', async () => {
    const { table, tokeniser } = await openTiny();
    const textsOf = (text: string): (string | undefined)[] => tokeniser.encode(text).map((token) => table.texts[token]);
    expect(textsOf(' the thing is on')).toEqual(['▁the', '▁th', 'ing', '▁', 'i', 's', '▁', 'on']);
    expect(textsOf('é')).toEqual(['é']);
    expect(textsOf('ü')).toEqual(['<0xC3>', '<0xBC>']);
  });

  test('R13: only prompts begin with the begin token and know marks', async () => {
    const { tokeniser } = await openTiny();
    expect(tokeniser.encodePrompt('a</s>')).toEqual([1, ...tokeniser.encode(' a'), 2]);
    expect(tokeniser.encode('</s>')).not.toContain(2);
  });
});

describe('byte-level vocabularies', () => {
  test('R13: the earliest merge goes first', () => {
    const table = createByteLevelTable(['b c', 'a b', 'Ġ a', 'a bc']);
    const { encode } = open(table);
    expect(encode('abc').map((token) => table.texts[token])).toEqual(['abc']);
    expect(encode('ab abab').map((token) => table.texts[token])).toEqual(['ab', 'Ġ', 'ab', 'ab']);
  });

  test('R13: merges do not cross words, and digits stand alone with "smollm"', () => {
    const merges = ['1 2', 'Ġ 1', 'a 1', '. a'];
    const textsWith = (preTokeniser: string): (string | undefined)[] => {
      const table = createByteLevelTable(merges, preTokeniser);
      return open(table)
        .encode('a12 1.a')
        .map((token) => table.texts[token]);
    };
    expect(textsWith('smollm')).toEqual(['a', '1', '2', 'Ġ', '1', '.', 'a']);
    expect(textsWith('gpt-2')).toEqual(['a', '12', 'Ġ1', '.', 'a']);
  });

  test('R13: an unknown way of cutting words is refused', () => {
    expect(createTokeniser(createByteLevelTable([], 'klingon'))).toMatchObject({ error: { type: 'unsupported' } });
    expect(createTokeniser({ ...createByteLevelTable([]), model: 'bert' })).toMatchObject({
      error: { type: 'unsupported' },
    });
  });
});

import { mergeSymbols } from './merging.ts';
import { type PlainTokens, type TokenTable, tokenKind } from './token-table.ts';

const wordsOfGpt2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** How each pre-tokeniser named in a GGUF cuts text into words; merges never cross a cut. */
const cutters = new Map<string | undefined, (text: string) => string[]>([
  ['gpt-2', cutWords],
  // Digits stand alone, then words as GPT-2 cuts them.
  ['smollm', (text) => text.split(/(\p{N})/u).flatMap((part) => (/^\p{N}$/u.test(part) ? [part] : cutWords(part)))],
]);

/** Byte-level BPE (Radford et al. 2019). Undefined where the pre-tokeniser is not known. */
export function createByteLevelTokens(table: TokenTable): PlainTokens | undefined {
  const cut = cutters.get(table.preTokeniser);
  if (cut === undefined) return undefined;
  const ranks = new Map(table.merges.map((merge, rank) => [merge, rank]));
  const tokenOf = new Map(table.texts.map((text, token) => [text, token]));
  const unknown = table.kinds.indexOf(tokenKind.unknown);
  const encoder = new TextEncoder();

  const encodeWord = (word: string): number[] => {
    const symbols = Array.from(encoder.encode(word), (byte) => letterOfByte[byte] as string);
    const merged = mergeSymbols(symbols, (left, right) => ranks.get(`${left} ${right}`));
    return merged.map((text) => tokenOf.get(text) ?? unknown).filter((token) => token >= 0);
  };
  return {
    encode: (text) => cut(text).flatMap(encodeWord),
    bytesOf(token) {
      const text = table.texts[token];
      if (text === undefined || table.kinds[token] === tokenKind.control) return new Uint8Array();
      return Uint8Array.from(Array.from(text, (letter) => byteOfLetter.get(letter) ?? 0));
    },
  };
}

function cutWords(text: string): string[] {
  return text.match(wordsOfGpt2) ?? [];
}

/** GPT-2 writes every byte as a printable letter: printable Latin-1 as itself, the rest from U+0100 on. */
const letterOfByte: readonly string[] = (() => {
  let shifted = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCodePoint(isPrintable ? byte : shifted++);
  });
})();

export const byteOfLetter: ReadonlyMap<string, number> = new Map(letterOfByte.map((letter, byte) => [letter, byte]));

import { mergeSymbols } from './merging.ts';
import { type PlainTokens, type TokenTable, tokenKind } from './token-table.ts';

const space = '▁';

/** SentencePiece BPE as the Llama family uses it: neighbours merge into the best-scored token; what is no token becomes bytes. */
export function createSentencePieceTokens(table: TokenTable): PlainTokens {
  const tokenOf = new Map<string, number>();
  const byteTokens = new Map<number, number>();
  for (const [token, text] of table.texts.entries()) {
    const byte = /^<0x([0-9A-F]{2})>$/.exec(text)?.[1];
    if (table.kinds[token] === tokenKind.byte && byte !== undefined) byteTokens.set(Number.parseInt(byte, 16), token);
    else if (table.kinds[token] === tokenKind.normal) tokenOf.set(text, token);
  }
  const byteOfToken = new Map([...byteTokens].map(([byte, token]) => [token, byte]));
  const unknown = table.kinds.indexOf(tokenKind.unknown);
  const encoder = new TextEncoder();

  const rank = (left: string, right: string): number | undefined => {
    const token = tokenOf.get(left + right);
    return token === undefined ? undefined : -(table.scores[token] as number);
  };
  return {
    encode(text, atStart) {
      const symbols = Array.from((atStart ? ' ' : '') + text, (letter) => (letter === ' ' ? space : letter));
      return mergeSymbols(symbols, rank).flatMap((symbol) => {
        const token = tokenOf.get(symbol);
        if (token !== undefined) return [token];
        const bytes = Array.from(encoder.encode(symbol.replaceAll(space, ' ')), (byte) => byteTokens.get(byte));
        return bytes.map((byteToken) => byteToken ?? unknown).filter((found) => found >= 0);
      });
    },
    bytesOf(token) {
      const byte = byteOfToken.get(token);
      if (byte !== undefined) return Uint8Array.of(byte);
      const text = table.texts[token];
      if (text === undefined || table.kinds[token] !== tokenKind.normal) return new Uint8Array();
      return encoder.encode(text.replaceAll(space, ' '));
    },
  };
}

import { byteOfLetter } from './byte-level-tokens.ts';
import { type AddedToken, type Decoder, type TokenizerJson, vocabularyOf } from './tokenizer-json-schema.ts';

/** The bytes each token stands for, by the kind of the file's decoder; undefined where that is none of those known. */
export function createTokenBytes(
  json: TokenizerJson,
  marks: readonly AddedToken[],
): ((token: number) => Uint8Array) | undefined {
  const read = readerOf(json);
  if (read === undefined) return undefined;
  const texts = new Map<number, string>();
  for (const [text, token] of vocabularyOf(json)) texts.set(token, text);
  const isMark = new Set(marks.map(({ id }) => id));
  const isAdded = new Set(json.added_tokens.map(({ id }) => id));
  const encoder = new TextEncoder();
  return (token) => {
    const text = texts.get(token);
    if (text === undefined || isMark.has(token)) return new Uint8Array();
    return isAdded.has(token) ? encoder.encode(text) : read(text);
  };
}

function readerOf({ decoder, model }: TokenizerJson): ((text: string) => Uint8Array) | undefined {
  const encoder = new TextEncoder();
  const kinds = kindsOf(decoder);
  // Vocabularies whose letters are bytes.
  if (kinds.has('ByteLevel')) return (text) => Uint8Array.from(text, (letter) => byteOfLetter.get(letter) ?? 0);
  if (kinds.has('WordPiece') && model.type === 'WordPiece') {
    const inside = model.continuing_subword_prefix;
    return (text) => encoder.encode(text.startsWith(inside) ? text.slice(inside.length) : ` ${text}`);
  }
  // SentencePiece: words begin with "▁", and letters that are no tokens are written as bytes.
  if (!['ByteFallback', 'Metaspace', 'Replace'].some((kind) => kinds.has(kind))) return undefined;
  return (text) => {
    const byte = kinds.has('ByteFallback') ? /^<0x([0-9A-F]{2})>$/.exec(text)?.[1] : undefined;
    return byte === undefined ? encoder.encode(text.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
  };
}

function kindsOf(decoder: Decoder | null): Set<string> {
  const kinds = new Set<string>();
  const queue = decoder === null ? [] : [decoder];
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    kinds.add(part.type);
    queue.push(...(part.decoders ?? []));
  }
  return kinds;
}

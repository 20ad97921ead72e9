import { type TokenTable, textsOfKinds, tokenKind } from '../../../src/inference/tokens/token-table.ts';

interface AddedTokenJson {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

export interface TokenizerParts {
  readonly added?: readonly AddedTokenJson[];
  readonly normalizer?: unknown;
  readonly preTokenizer?: unknown;
  readonly postProcessor?: unknown;
  readonly decoder?: unknown;
  readonly model: Readonly<Record<string, unknown>>;
}

export function asJson(value: unknown): Blob {
  return new Blob([JSON.stringify(value)]);
}

export function writeTokenizerJson(parts: TokenizerParts): Blob {
  return asJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: (parts.added ?? []).map((token) => ({
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      ...token,
    })),
    normalizer: parts.normalizer ?? null,
    pre_tokenizer: parts.preTokenizer ?? null,
    post_processor: parts.postProcessor ?? null,
    decoder: parts.decoder ?? null,
    model: parts.model,
  });
}

/** A byte-level vocabulary of SmolLM's kind as its authors publish it. */
export function byteLevelParts(table: TokenTable): TokenizerParts {
  return {
    added: marksOf(table),
    preTokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', unk_token: null, byte_fallback: false, vocab: vocabularyOf(table), merges: table.merges },
  };
}

/** A SentencePiece vocabulary as Llama 2's was converted: pairs merge in the order of what they make. */
export function sentencePieceParts(table: TokenTable): TokenizerParts {
  const words = table.texts
    .flatMap((text, token) =>
      table.kinds[token] === tokenKind.normal ? [{ text, score: table.scores[token] ?? 0 }] : [],
    )
    .sort((a, b) => b.score - a.score);
  const isWord = new Set(words.map(({ text }) => text));
  const merges = words.flatMap(({ text }) => {
    const cuts = Array.from(text, (_, place) => [text.slice(0, place), text.slice(place)] as const);
    return cuts.filter(([left, right]) => isWord.has(left) && isWord.has(right));
  });
  return {
    added: marksOf(table),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    postProcessor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: {},
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: { type: 'BPE', unk_token: '<unk>', byte_fallback: true, vocab: vocabularyOf(table), merges },
  };
}

export function writeTokenizerConfig({ beginText, endText, chatTemplate }: TokenTable): Blob {
  return asJson({
    add_prefix_space: false,
    bos_token: beginText,
    eos_token: { content: endText, special: true },
    chat_template: chatTemplate,
  });
}

function marksOf(table: TokenTable): AddedTokenJson[] {
  const marks = textsOfKinds(table, [tokenKind.control, tokenKind.unknown]);
  return [...marks].map(([content, id]) => ({ id, content, special: true }));
}

function vocabularyOf({ texts }: TokenTable): Record<string, number> {
  return Object.fromEntries(texts.map((text, id) => [text, id]));
}

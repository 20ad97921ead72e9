import type { Tokenizer } from '@huggingface/tokenizers';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { createTokenBytes } from './tokenizer-json-bytes.ts';
import {
  type AddedToken,
  type Normalizer,
  type PreTokenizer,
  type TokenModel,
  type TokenizerJson,
  vocabularyOf,
} from './tokenizer-json-schema.ts';

/** A vocabulary of the tokenizer.json format, in two readings that share its tables. */
export interface OpenedTokenizer {
  /** Text that continues another: marks in it are text, and nothing is put before its first word. */
  encodeText(text: string): number[];
  /** A whole prompt as the file says: marks become their tokens. */
  encodeMarked(text: string): number[];
  /** The same, with the marks that the file puts around every text. */
  encodeFramed(text: string): number[];
  tokenOf(text: string): number | undefined;
  /** Undefined where the file does not say how tokens become text. */
  readonly bytesOf: ((token: number) => Uint8Array) | undefined;
  readonly longestToken: number;
}

/** `marks` are the added tokens that mean something to the model rather than stand for text. */
export async function openTokenizer(
  json: TokenizerJson,
  marks: readonly AddedToken[],
): Promise<Result<OpenedTokenizer, EngineError>> {
  const { Tokenizer: Library } = await import('@huggingface/tokenizers');
  try {
    const isMark = new Set(marks);
    const shared = { ...json, decoder: null };
    const inText = new Library(
      {
        ...shared,
        normalizer: json.normalizer && withoutPrefix(json.normalizer),
        pre_tokenizer: json.pre_tokenizer && joining(json.pre_tokenizer),
        added_tokens: json.added_tokens.filter((token) => !isMark.has(token)),
        model: withoutMarks(json.model, marks),
      },
      {},
    );
    // The library keeps its tables in the model, which is the dear part: the second reading borrows it.
    const inPrompt = new Library({ ...shared, model: { type: 'BPE', vocab: {}, merges: [] } }, {});
    inPrompt.model = inText.model;
    const tokenOf = new Map(vocabularyOf(json));
    const encoder = (library: Tokenizer, framed: boolean) => (text: string) => {
      const { ids } = library.encode(text.toWellFormed(), { add_special_tokens: framed });
      // What no token stands for, in vocabularies without a token for the unknown.
      return ids.filter((id) => id !== undefined);
    };
    const opened: OpenedTokenizer = {
      encodeText: encoder(inText, false),
      encodeMarked: encoder(inPrompt, false),
      encodeFramed: encoder(inPrompt, true),
      tokenOf: (text) => tokenOf.get(text),
      bytesOf: createTokenBytes(json, marks),
      longestToken: [...tokenOf.keys()].reduce((longest, text) => Math.max(longest, text.length), 1),
    };
    // Parts that the library builds but cannot run fail here rather than at the first request.
    for (const encode of [opened.encodeText, opened.encodeMarked, opened.encodeFramed]) encode(sample);
    return ok(opened);
  } catch (cause) {
    return err(
      failure('load-failed', `The model's tokenizer.json cannot be used: ${messageOf(cause)}`, 'Choose another model.'),
    );
  }
}

const sample = 'It’s 1 of the 12 Bäume,\n\n  <s> 漢字 \u{1f600}\ta_b.';

/**
 * Vocabularies list their marks among the words, where a text that spells one would find it. No text holds what is put in
 * their place: half a surrogate pair.
 */
function withoutMarks(model: TokenModel, marks: readonly AddedToken[]): TokenModel {
  const contents = new Set(marks.map(({ content }) => content));
  const hide = (text: string): string => (contents.has(text) ? `\udc00${text}` : text);
  if (model.type === 'Unigram')
    return { ...model, vocab: model.vocab.map(([text, score]) => [hide(text), score] as const) };
  const vocab = Object.fromEntries(Object.entries(model.vocab).map(([text, token]) => [hide(text), token]));
  const unknown = model.unk_token;
  return { ...model, vocab, ...(typeof unknown === 'string' && { unk_token: hide(unknown) }) } as TokenModel;
}

/** SentencePiece vocabularies put a space before a text; a text that continues another begins without. */
function withoutPrefix(part: Normalizer): Normalizer {
  if (part.type === 'Prepend') return { type: 'Sequence', normalizers: [] };
  return part.type === 'Sequence' ? { ...part, normalizers: part.normalizers.map(withoutPrefix) } : part;
}

function joining(part: PreTokenizer): PreTokenizer {
  if (part.type === 'Sequence') return { ...part, pretokenizers: part.pretokenizers.map(joining) };
  if (part.type === 'Metaspace') return { ...part, prepend_scheme: 'never' };
  return part.type === 'ByteLevel' ? { ...part, add_prefix_space: false } : part;
}

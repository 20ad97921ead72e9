import { type Result, err, failure, ok } from '#vocabulary';
import type { GgufError, GgufHeader, GgufValue } from '../gguf/gguf-header.ts';

/** Kinds of tokens as GGUF's `tokenizer.ggml.token_type` numbers them. */
export const tokenKind = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The vocabulary of a model as its GGUF header states it. */
export interface TokenTable {
  readonly model: string;
  readonly preTokeniser: string | undefined;
  readonly texts: readonly string[];
  readonly kinds: readonly number[];
  readonly scores: readonly number[];
  readonly merges: readonly string[];
  readonly beginToken: number | undefined;
  readonly beginText: string;
  readonly endText: string;
  /** The token that ends a turn; undefined where the model names none. */
  readonly endToken: number | undefined;
  readonly addsBegin: boolean;
  readonly chatTemplate: string | undefined;
}

/** What one family of vocabularies knows: plain text to tokens, and a token's bytes. */
export interface PlainTokens {
  encode(text: string, atStart: boolean): number[];
  bytesOf(token: number): Uint8Array;
}

export function readTokenTable(header: GgufHeader): Result<TokenTable, GgufError> {
  const { metadata } = header;
  const texts = listOf(metadata.get('tokenizer.ggml.tokens'), 'string');
  const kinds = listOf(metadata.get('tokenizer.ggml.token_type'), 'number');
  const scores = listOf(metadata.get('tokenizer.ggml.scores'), 'number');
  const merges = listOf(metadata.get('tokenizer.ggml.merges'), 'string');
  const model = metadata.get('tokenizer.ggml.model');
  if (texts === undefined || texts.length === 0 || typeof model !== 'string')
    return err(failure('not-a-model', 'The file holds no vocabulary.', 'Choose a complete GGUF model file.'));

  const numberOf = (key: string): number | undefined => {
    const value = metadata.get(`tokenizer.ggml.${key}`);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < texts.length
      ? value
      : undefined;
  };
  const begin = numberOf('bos_token_id');
  const end = numberOf('eot_token_id') ?? numberOf('eos_token_id');
  const preTokeniser = metadata.get('tokenizer.ggml.pre');
  const template = metadata.get('tokenizer.chat_template');
  const addsBegin = metadata.get('tokenizer.ggml.add_bos_token');
  return ok({
    model,
    preTokeniser: typeof preTokeniser === 'string' ? preTokeniser : undefined,
    texts,
    kinds: kinds?.length === texts.length ? kinds : texts.map(() => tokenKind.normal),
    scores: scores?.length === texts.length ? scores : texts.map(() => 0),
    merges: merges ?? [],
    beginToken: begin,
    beginText: begin === undefined ? '' : (texts[begin] as string),
    endText: end === undefined ? '' : (texts[end] as string),
    endToken: end,
    // What llama.cpp assumes of files that do not say.
    addsBegin: typeof addsBegin === 'boolean' ? addsBegin : model === 'llama',
    chatTemplate: typeof template === 'string' ? template : undefined,
  });
}

/** Texts and tokens of some kinds. Control texts, such as `<|im_end|>`, act as marks wherever they stand in a prompt. */
export function textsOfKinds(table: TokenTable, kinds: readonly number[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [token, text] of table.texts.entries())
    if (text !== '' && kinds.includes(table.kinds[token] as number)) found.set(text, token);
  return found;
}

function listOf(value: GgufValue | undefined, type: 'string'): readonly string[] | undefined;
function listOf(value: GgufValue | undefined, type: 'number'): readonly number[] | undefined;
function listOf(value: GgufValue | undefined, type: 'string' | 'number'): readonly unknown[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === type) ? value : undefined;
}

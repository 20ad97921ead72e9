import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { isSafePattern } from './safe-pattern.ts';

/** The largest in use, of 262,144 tokens with merges written as pairs, takes 33 MiB. */
const maxTokenizerBytes = 64 * 2 ** 20;
/** Some list every added token once more: 2 MiB are met. */
const maxConfigBytes = 8 * 2 ** 20;
/** Four times the largest vocabulary in use; as much is reserved as one array. */
const maxTokens = 2 ** 20;
const maxTextLength = 2 ** 16;
const maxParts = 64;

const text = v.pipe(v.string(), v.maxLength(maxTextLength));
const filledText = v.pipe(text, v.minLength(1));
const flag = v.nullish(v.boolean());
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxTokens - 1));
const pattern = v.union([
  v.strictObject({ String: filledText }),
  v.strictObject({ Regex: v.pipe(filledText, v.check(isSafePattern, 'a pattern may take too long to match')) }),
]);

/** What is done to text before it is cut. Kinds that the library does not know are refused here. */
export type Normalizer =
  | { readonly type: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'Lowercase' | 'StripAccents' | 'Precompiled' }
  | { readonly type: 'Strip' | 'BertNormalizer' | 'Replace' }
  | { readonly type: 'Prepend'; readonly prepend: string }
  | { readonly type: 'Sequence'; readonly normalizers: readonly Normalizer[] };

const normalizer: v.GenericSchema<unknown, Normalizer> = v.variant('type', [
  v.object({
    type: v.picklist(['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Precompiled']),
  }),
  v.object({ type: v.literal('Strip'), strip_left: flag, strip_right: flag }),
  v.object({
    type: v.literal('BertNormalizer'),
    clean_text: flag,
    handle_chinese_chars: flag,
    strip_accents: flag,
    lowercase: flag,
  }),
  v.object({ type: v.literal('Replace'), pattern, content: text }),
  v.object({ type: v.literal('Prepend'), prepend: text }),
  v.object({
    type: v.literal('Sequence'),
    normalizers: v.pipe(v.array(v.lazy(() => normalizer)), v.maxLength(maxParts)),
  }),
]);

/** How text is cut into words. */
export type PreTokenizer =
  | { readonly type: 'BertPreTokenizer' | 'Whitespace' | 'WhitespaceSplit' | 'Punctuation' | 'Split' }
  | { readonly type: 'ByteLevel'; readonly add_prefix_space?: boolean | null | undefined }
  | { readonly type: 'Metaspace'; readonly prepend_scheme: 'always' | 'first' | 'never' }
  | { readonly type: 'Sequence'; readonly pretokenizers: readonly PreTokenizer[] };

const preTokenizer: v.GenericSchema<unknown, PreTokenizer> = v.variant('type', [
  v.object({ type: v.picklist(['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit', 'Punctuation']) }),
  v.object({ type: v.literal('ByteLevel'), add_prefix_space: flag, use_regex: flag }),
  // The library means ASCII digits by it; those who made these files mean every number there is.
  v.pipe(
    v.object({ type: v.literal('Digits'), individual_digits: flag }),
    v.transform(({ individual_digits }) => ({
      type: 'Split' as const,
      pattern: { Regex: individual_digits === true ? '\\p{N}' : '\\p{N}+' },
      behavior: 'Isolated' as const,
      invert: false,
    })),
  ),
  v.pipe(
    v.object({
      type: v.literal('Metaspace'),
      replacement: v.literal('▁'),
      prepend_scheme: v.nullish(v.picklist(['always', 'first', 'never'])),
      // What older files say instead.
      add_prefix_space: flag,
    }),
    v.transform(({ type, replacement, prepend_scheme, add_prefix_space }) => ({
      type,
      replacement,
      prepend_scheme: prepend_scheme ?? (add_prefix_space === false ? ('never' as const) : ('always' as const)),
    })),
  ),
  v.pipe(
    v.object({
      type: v.literal('Split'),
      pattern,
      behavior: v.picklist(['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']),
      invert: flag,
    }),
    // The library cuts these as "Isolated". Gemma's splits at spaces, of which its normalizer has left none.
    v.check(
      (part) => ['Removed', 'Isolated'].includes(part.behavior) || isLiteralSpace(part.pattern),
      'a way of splitting is unknown',
    ),
  ),
  v.object({
    type: v.literal('Sequence'),
    pretokenizers: v.pipe(v.array(v.lazy(() => preTokenizer)), v.maxLength(maxParts)),
  }),
]);

const specialToken = v.object({ id: filledText });
const sequence = v.object({ id: v.picklist(['A', 'B']) });
const template = v.pipe(
  v.array(v.union([v.strictObject({ SpecialToken: specialToken }), v.strictObject({ Sequence: sequence })])),
  v.maxLength(maxParts),
);

/** Which marks are put around a text. */
export type PostProcessor =
  | { readonly type: 'TemplateProcessing' | 'BertProcessing' | 'RobertaProcessing' | 'ByteLevel' }
  | { readonly type: 'Sequence'; readonly processors: readonly PostProcessor[] };

const postProcessor: v.GenericSchema<unknown, PostProcessor> = v.variant('type', [
  v.object({ type: v.literal('TemplateProcessing'), single: template, pair: template }),
  v.object({
    type: v.picklist(['BertProcessing', 'RobertaProcessing']),
    sep: v.tuple([filledText, tokenId]),
    cls: v.tuple([filledText, tokenId]),
  }),
  v.object({ type: v.literal('ByteLevel') }),
  v.object({
    type: v.literal('Sequence'),
    processors: v.pipe(v.array(v.lazy(() => postProcessor)), v.maxLength(maxParts)),
  }),
]);

/** How tokens become text again; only the kinds are needed. */
export interface Decoder {
  readonly type: string;
  readonly decoders?: readonly Decoder[] | undefined;
}

const decoder: v.GenericSchema<unknown, Decoder> = v.object({
  type: filledText,
  decoders: v.optional(v.pipe(v.array(v.lazy(() => decoder)), v.maxLength(maxParts))),
});

const addedToken = v.object({
  id: tokenId,
  content: filledText,
  special: v.nullish(v.boolean(), false),
  normalized: v.nullish(v.boolean(), false),
  lstrip: v.nullish(v.boolean(), false),
  rstrip: v.nullish(v.boolean(), false),
  single_word: v.nullish(v.boolean(), false),
});
export type AddedToken = v.InferOutput<typeof addedToken>;

// Checked by hand: half a million entries are too many for a schema each.
const vocabulary = v.custom<Readonly<Record<string, number>>>(
  (value) =>
    isRecord(value) && Object.entries(value).every(([token, id]) => token.length <= maxTextLength && v.is(tokenId, id)),
  'its vocabulary is malformed',
);
const scoredVocabulary = v.custom<readonly (readonly [string, number])[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.length <= maxTokens && value.every(isScoredToken),
  'its vocabulary is malformed',
);
const merges = v.custom<readonly string[] | readonly (readonly [string, string])[]>(
  (value) =>
    Array.isArray(value) &&
    value.length <= maxTokens &&
    (value.every((merge) => typeof merge === 'string') || value.every(isPair)),
  'its merges are malformed',
);

const model = v.variant('type', [
  v.object({
    type: v.literal('BPE'),
    vocab: vocabulary,
    merges,
    unk_token: v.nullish(text),
    continuing_subword_prefix: v.nullish(v.literal('')),
    end_of_word_suffix: v.nullish(v.literal('')),
    byte_fallback: flag,
    ignore_merges: flag,
  }),
  v.object({
    type: v.literal('WordPiece'),
    vocab: vocabulary,
    unk_token: filledText,
    continuing_subword_prefix: v.pipe(v.string(), v.minLength(1), v.maxLength(8)),
    max_input_chars_per_word: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000)), 100),
  }),
  v.object({ type: v.literal('Unigram'), vocab: scoredVocabulary, unk_id: tokenId }),
]);
export type TokenModel = v.InferOutput<typeof model>;

const tokenizerJson = v.object({
  added_tokens: v.nullish(v.pipe(v.array(addedToken), v.maxLength(2 ** 16)), []),
  normalizer: v.nullish(normalizer, null),
  pre_tokenizer: v.nullish(preTokenizer, null),
  post_processor: v.nullish(postProcessor, null),
  decoder: v.nullish(decoder, null),
  model,
});
export type TokenizerJson = v.InferOutput<typeof tokenizerJson>;

const mark = v.nullish(
  v.union([
    text,
    v.pipe(
      v.object({ content: text }),
      v.transform(({ content }) => content),
    ),
  ]),
);
const chatTemplate = v.pipe(v.string(), v.maxLength(2 ** 20));
const tokenizerConfig = v.object({
  bos_token: mark,
  eos_token: mark,
  add_bos_token: flag,
  chat_template: v.nullish(
    v.union([chatTemplate, v.pipe(v.array(v.object({ name: text, template: chatTemplate })), v.maxLength(maxParts))]),
  ),
});
export type TokenizerConfig = v.InferOutput<typeof tokenizerConfig>;

export const readTokenizerJson = (file: Blob): Promise<Result<TokenizerJson, EngineError>> =>
  readJson(file, 'tokenizer.json', maxTokenizerBytes, (json) => v.parse(tokenizerJson, withModelType(json)));

export const readTokenizerConfig = (file: Blob): Promise<Result<TokenizerConfig, EngineError>> =>
  readJson(file, 'tokenizer_config.json', maxConfigBytes, (json) => v.parse(tokenizerConfig, json));

async function readJson<T>(
  file: Blob,
  name: string,
  maxBytes: number,
  read: (json: unknown) => T,
): Promise<Result<T, EngineError>> {
  if (file.size > maxBytes) return err(malformed(name, `it is larger than ${maxBytes / 2 ** 20} MiB.`));
  try {
    return ok(read(JSON.parse(await file.text())));
  } catch (cause) {
    // Nesting too deep for the parser or the schema is a RangeError.
    return err(malformed(name, messageOf(cause)));
  }
}

function malformed(name: string, reason: string): EngineError {
  return failure('load-failed', `The model's ${name} cannot be read: ${reason.slice(0, 300)}`, 'Choose another model.');
}

/** Every token's text and number; those added later win. */
export function* vocabularyOf({
  model: { type, vocab },
  added_tokens,
}: TokenizerJson): Generator<readonly [string, number]> {
  if (type === 'Unigram') for (const [token, [content]] of vocab.entries()) yield [content, token];
  else yield* Object.entries(vocab);
  for (const { content, id } of added_tokens) yield [content, id];
}

/** The files of GPT-2's time do not name the kind of their model. */
function withModelType(json: unknown): unknown {
  if (!isRecord(json) || !isRecord(json['model']) || 'type' in json['model']) return json;
  const untyped = json['model'];
  const type = 'merges' in untyped ? 'BPE' : Array.isArray(untyped['vocab']) ? 'Unigram' : 'WordPiece';
  return { ...json, model: { ...untyped, type } };
}

function isLiteralSpace(found: v.InferOutput<typeof pattern>): boolean {
  return 'String' in found && found.String === ' ';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function isScoredToken(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [token, score] = value;
  return typeof token === 'string' && token.length <= maxTextLength && Number.isFinite(score);
}

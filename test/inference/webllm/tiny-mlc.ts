import { createSeededRandom } from '#vocabulary';
import type { ModelPackage } from '#inference';

export interface TinyMlcOptions {
  readonly seed?: string;
  /** Logit added to the tokens of bytes >= 0x80: at 4 the model writes bytes that are no text. */
  readonly byteBias?: number;
  /** Logit added to the token that ends a turn. */
  readonly endBias?: number;
  /** Written into the configuration; the weights are 32-bit numbers whatever it says. */
  readonly quantization?: string;
  /** Whether `tokenizer_config.json` has a Jinja template, else only the configuration has its own kind of template. */
  readonly withTemplate?: boolean;
  readonly encoder?: boolean;
}

// The sizes of minilib/sizes.h.
const vocabularySize = 512;
const width = 32;
const context = 512;

const template =
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
const markTexts = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
// Readers of such files number tokens that are added to a vocabulary after all others.
const firstMark = vocabularySize - markTexts.length;
const words = [
  'the',
  ' the',
  ' a',
  'ing',
  'er',
  ' to',
  ' and',
  'ed',
  ' of',
  'in',
  ' is',
  'on',
  ' rain',
  ' train',
  ' t',
];

/** The folder of a toy model as web-llm reads it: random weights for the library in minilib/, and its vocabulary. */
export function writeTinyMlc(library: Blob, options: TinyMlcOptions = {}): ModelPackage {
  const vocabulary = createVocabulary();
  const { shards, records } = createShards(vocabulary, options);
  const files = new Map<string, Blob>([
    ['mlc-chat-config.json', json(createConfig(vocabulary, options))],
    ['tokenizer.json', json(createTokenizer(vocabulary))],
    [
      'tokenizer_config.json',
      json({
        tokenizer_class: 'PreTrainedTokenizerFast',
        bos_token: '<|endoftext|>',
        eos_token: '<|im_end|>',
        clean_up_tokenization_spaces: false,
        ...(options.withTemplate === false ? {} : { chat_template: template }),
      }),
    ],
    ['tensor-cache.json', json({ metadata: { ParamSize: 3 }, records })],
    ...shards.map((shard, index): [string, Blob] => [`params_shard_${index}.bin`, new Blob([shard as BlobPart])]),
    ['model.wasm', library],
  ]);
  return { format: 'mlc', files };
}

/** The package with one file changed, or without it. */
export function withFile(model: ModelPackage, name: string, file: Blob | undefined): ModelPackage {
  const files = new Map(model.files);
  if (file === undefined) files.delete(name);
  else files.set(name, file);
  return { ...model, files };
}

interface Vocabulary {
  readonly idOf: ReadonlyMap<string, number>;
  readonly merges: readonly string[];
  /** Token of a control mark by its text. */
  readonly marks: ReadonlyMap<string, number>;
  readonly padding: number;
}

/** Bytes first, each by the letter that byte-level vocabularies write for it; then words by merges, padding, marks. */
function createVocabulary(): Vocabulary {
  const letters = Array.from({ length: 256 }, (_, byte) => letterOf(byte));
  const idOf = new Map(letters.map((letter, byte) => [letter, byte]));
  const merges: string[] = [];
  for (const word of words) {
    const [first = '', ...rest] = [...new TextEncoder().encode(word)].map((byte) => letters[byte] as string);
    let left = first;
    for (const letter of rest) {
      if (!idOf.has(left + letter)) {
        idOf.set(left + letter, idOf.size);
        merges.push(`${left} ${letter}`);
      }
      left += letter;
    }
  }
  const marks = new Map(markTexts.map((mark, index) => [mark, firstMark + index]));
  return { idOf, merges, marks, padding: idOf.size };
}

/** The printable stand-in that byte-level tokenisers have for a byte. */
function letterOf(byte: number): string {
  const isPlain = (value: number): boolean =>
    (value >= 0x21 && value <= 0x7e) || (value >= 0xa1 && value !== 0xad && value <= 0xff);
  if (isPlain(byte)) return String.fromCodePoint(byte);
  let before = 0;
  for (let other = 0; other < byte; other++) if (!isPlain(other)) before++;
  return String.fromCodePoint(0x100 + before);
}

function createTokenizer({ idOf, merges, marks, padding }: Vocabulary): object {
  const rest = Array.from({ length: firstMark - padding }, (_, index) => [`<pad${index}>`, padding + index]);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...marks].map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries([...idOf, ...rest]),
      merges,
    },
  };
}

function createConfig({ marks }: Vocabulary, { quantization = 'q0f32', encoder = false }: TinyMlcOptions): object {
  const endOfText = marks.get('<|endoftext|>');
  const endOfTurn = marks.get('<|im_end|>');
  return {
    version: '0.1.0',
    model_type: encoder ? 'bert' : 'toy',
    quantization,
    model_config: {},
    vocab_size: vocabularySize,
    context_window_size: context,
    sliding_window_size: -1,
    prefill_chunk_size: context,
    attention_sink_size: -1,
    tensor_parallel_shards: 1,
    // What a real model suggests; a request says what it wants.
    temperature: 0.7,
    presence_penalty: 0.5,
    frequency_penalty: 0.5,
    repetition_penalty: 1.1,
    top_p: 0.95,
    tokenizer_files: ['tokenizer.json', 'tokenizer_config.json'],
    tokenizer_info: {
      token_postproc_method: 'byte_level',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: {
      name: 'chatml',
      system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
      system_message: 'You are a toy.',
      system_prefix_token_ids: null,
      add_role_after_system_message: true,
      roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant', tool: '<|im_start|>tool' },
      role_templates: { user: '{user_message}', assistant: '{assistant_message}', tool: '{tool_message}' },
      messages: [],
      seps: ['<|im_end|>\n'],
      role_content_sep: '\n',
      role_empty_sep: '\n',
      stop_str: ['<|im_end|>'],
      stop_token_ids: [endOfTurn, endOfText],
      function_string: '',
      use_function_calling: false,
    },
    pad_token_id: endOfText,
    bos_token_id: endOfText,
    eos_token_id: endOfTurn,
  };
}

function createShards(vocabulary: Vocabulary, { seed = 'tiny', byteBias = -8, endBias = -3 }: TinyMlcOptions) {
  const random = createSeededRandom(seed);
  const matrix = (scale: number): Float32Array =>
    Float32Array.from({ length: vocabularySize * width }, () => (random.next() * 2 - 1) * scale);
  const biasOf = (token: number): number => {
    if (token >= vocabulary.padding && token < firstMark) return -30;
    if (token === vocabulary.marks.get('<|im_end|>')) return endBias;
    if (token >= firstMark || token < 0x20 || token === 0x7f) return -8;
    return token >= 0x80 && token <= 0xff ? byteBias : 0;
  };
  const tensors = [
    [{ name: 'embedding.weight', shape: [vocabularySize, width], data: matrix(1) }],
    [
      { name: 'head.weight', shape: [vocabularySize, width], data: matrix(0.9) },
      {
        name: 'head.bias',
        shape: [vocabularySize],
        data: Float32Array.from({ length: vocabularySize }, (_, token) => biasOf(token)),
      },
    ],
  ];
  const shards: Uint8Array[] = [];
  const records = tensors.map((shard, index) => {
    const bytes = new Uint8Array(shard.reduce((sum, { data }) => sum + data.byteLength, 0));
    let byteOffset = 0;
    const described = shard.map(({ name, shape, data }) => {
      bytes.set(new Uint8Array(data.buffer), byteOffset);
      const record = { name, shape, dtype: 'float32', format: 'raw', nbytes: data.byteLength, byteOffset };
      byteOffset += data.byteLength;
      return record;
    });
    shards.push(bytes);
    return { dataPath: `params_shard_${index}.bin`, format: 'raw-shard', nbytes: bytes.length, records: described };
  });
  return { shards, records };
}

function json(value: unknown): Blob {
  return new Blob([JSON.stringify(value)], { type: 'application/json' });
}

import { createSeededRandom } from '#vocabulary';

/**
 * A llama-architecture model of a few hundred kilobytes with random weights and a SentencePiece vocabulary: it writes
 * nonsense, but through the same code as a real one.
 */
export interface TinyGgufOptions {
  readonly seed?: string;
  /** Logit added to the tokens of bytes >= 0x80: at 8 the model writes bytes that are no text. */
  readonly byteBias?: number;
  readonly withTemplate?: boolean;
}

const dims = { width: 64, layers: 2, hidden: 128, heads: 4, keyHeads: 2, headWidth: 16 };
const template =
  "{% for m in messages %}<|{{ m['role'] }}|> {{ m['content'] }}</s>\n{% endfor %}{% if add_generation_prompt %}<|assistant|> {% endif %}";
const kinds = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 };

export function writeTinyGguf(options: TinyGgufOptions = {}): Blob {
  const tokens = createTinyVocabulary();
  const metadata = [
    text('general.architecture', 'llama'),
    text('general.name', 'tiny'),
    ...Object.entries({
      context_length: 1024,
      embedding_length: dims.width,
      block_count: dims.layers,
      feed_forward_length: dims.hidden,
      'attention.head_count': dims.heads,
      'attention.head_count_kv': dims.keyHeads,
      'rope.dimension_count': dims.headWidth,
      vocab_size: tokens.length,
    }).map(([key, value]) => entry(`llama.${key}`, 4, uint32(value))),
    entry('llama.attention.layer_norm_rms_epsilon', 6, float32([1e-5])),
    entry('llama.rope.freq_base', 6, float32([10_000])),
    text('tokenizer.ggml.model', 'llama'),
    list('tokenizer.ggml.tokens', 8, tokens.length, join(tokens.map((token) => string(token.text)))),
    list('tokenizer.ggml.scores', 6, tokens.length, float32(tokens.map((token) => token.score))),
    list('tokenizer.ggml.token_type', 5, tokens.length, join(tokens.map((token) => uint32(token.kind)))),
    entry('tokenizer.ggml.bos_token_id', 4, uint32(1)),
    entry('tokenizer.ggml.eos_token_id', 4, uint32(2)),
    entry('tokenizer.ggml.unknown_token_id', 4, uint32(0)),
    entry('tokenizer.ggml.add_bos_token', 7, Uint8Array.of(1)),
    ...(options.withTemplate === false ? [] : [text('tokenizer.chat_template', template)]),
  ];
  const tensors = createTensors(tokens, options);
  let offset = 0;
  const described = tensors.map(({ name, shape, data }) => {
    const info = join([string(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset)]);
    offset += padded(data).length;
    return info;
  });
  const head = join([
    new TextEncoder().encode('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(metadata.length),
    ...metadata,
    ...described,
  ]);
  return new Blob([padded(head), ...tensors.map(({ data }) => padded(data))] as BlobPart[]);
}

interface TinyToken {
  readonly text: string;
  readonly kind: number;
  readonly score: number;
}

function createTinyVocabulary(): TinyToken[] {
  const tokens: TinyToken[] = [
    { text: '<unk>', kind: kinds.unknown, score: 0 },
    { text: '<s>', kind: kinds.control, score: 0 },
    { text: '</s>', kind: kinds.control, score: 0 },
  ];
  for (let byte = 0; byte < 256; byte++)
    tokens.push({ text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, kind: kinds.byte, score: 0 });
  const letters = '▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?:;\'"-()[]{}é';
  for (const letter of letters) tokens.push({ text: letter, kind: kinds.normal, score: -1 - tokens.length / 1000 });
  for (const word of [
    '▁the',
    '▁a',
    'ing',
    'er',
    '▁to',
    '▁and',
    'ed',
    '▁of',
    'th',
    'in',
    '▁is',
    'on',
    'the',
    '▁t',
    '▁th',
  ])
    tokens.push({ text: word, kind: kinds.normal, score: -tokens.length / 10_000 });
  while (tokens.length % 32 !== 0) tokens.push({ text: `<pad${tokens.length}>`, kind: kinds.unused, score: -100 });
  return tokens;
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

function createTensors(tokens: readonly TinyToken[], { seed = 'tiny', byteBias = -8 }: TinyGgufOptions): Tensor[] {
  const random = createSeededRandom(seed);
  const { width, hidden, keyHeads, headWidth } = dims;
  const tensor = (name: string, shape: readonly number[], value: (index: number) => number): Tensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { name, shape, data: float32(Array.from({ length }, (_, index) => value(index))) };
  };
  const uniform = (scale: number) => () => (random.next() * 2 - 1) * scale;
  const ones = (name: string): Tensor => tensor(name, [width], () => 1);
  const weight = (name: string, from: number, to: number): Tensor =>
    tensor(name, [from, to], uniform(Math.sqrt(3 / from)));
  const biasOf = ({ kind, text: name }: TinyToken): number => {
    if (kind === kinds.normal) return 0;
    return kind === kinds.byte && Number(name.slice(1, -1)) >= 0x80 ? byteBias : -8;
  };

  return [
    // Feature 0 is a large constant: through the output matrix it acts as a bias for each token.
    tensor('token_embd.weight', [width, tokens.length], (index) => (index % width === 0 ? 3 : uniform(1)())),
    ...Array.from({ length: dims.layers }, (_, layer) => [
      ones(`blk.${layer}.attn_norm.weight`),
      weight(`blk.${layer}.attn_q.weight`, width, width),
      weight(`blk.${layer}.attn_k.weight`, width, headWidth * keyHeads),
      weight(`blk.${layer}.attn_v.weight`, width, headWidth * keyHeads),
      weight(`blk.${layer}.attn_output.weight`, width, width),
      ones(`blk.${layer}.ffn_norm.weight`),
      weight(`blk.${layer}.ffn_gate.weight`, width, hidden),
      weight(`blk.${layer}.ffn_up.weight`, width, hidden),
      weight(`blk.${layer}.ffn_down.weight`, hidden, width),
    ]).flat(),
    ones('output_norm.weight'),
    tensor('output.weight', [width, tokens.length], (index) =>
      index % width === 0 ? biasOf(tokens[Math.floor(index / width)] as TinyToken) : uniform(0.4)(),
    ),
  ];
}

function entry(key: string, type: number, value: Uint8Array): Uint8Array {
  return join([string(key), uint32(type), value]);
}

function text(key: string, value: string): Uint8Array {
  return entry(key, 8, string(value));
}

function list(key: string, type: number, length: number, items: Uint8Array): Uint8Array {
  return entry(key, 9, join([uint32(type), uint64(length), items]));
}

function string(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join([uint64(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
}

function uint64(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function float32(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Tensor data begin at multiples of 32 bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  return join([bytes, new Uint8Array((32 - (bytes.length % 32)) % 32)]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

import { createSeededRandom } from '#vocabulary';
import { asJson, writeTokenizerJson } from '../tokens/tokenizer-files.ts';

export interface TinyTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TinyBertOptions {
  readonly seed?: string;
  readonly labels?: readonly string[];
  readonly pooling?: 'mean' | 'first';
}

export interface TinyBert {
  readonly tensors: ReadonlyMap<string, TinyTensor>;
  /** As they stand in a model's folder. */
  readonly files: ReadonlyMap<string, Blob>;
}

export const tinyBertSizes = { layers: 2, width: 16, heads: 4, hidden: 24, positions: 24, segments: 2, epsilon: 1e-6 };

const letters = 'abcdefghijklmnopqrstuvwxyz.,';
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'the', 'sky', 'is', 'blue', '##ing', '##s', ...letters];

/** An encoder of some kilobytes with random weights, in the files of a sentence encoder or a classifier. */
export function writeTinyBert({ seed = 'bert', labels = [], pooling = 'mean' }: TinyBertOptions = {}): TinyBert {
  const tensors = createTensors(seed, labels.length);
  const { layers, width, heads, hidden, positions, segments, epsilon } = tinyBertSizes;
  const config = {
    model_type: 'bert',
    hidden_act: 'gelu',
    num_hidden_layers: layers,
    hidden_size: width,
    num_attention_heads: heads,
    intermediate_size: hidden,
    vocab_size: vocabulary.length,
    max_position_embeddings: positions,
    type_vocab_size: segments,
    layer_norm_eps: epsilon,
    ...(labels.length > 0 && { id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])) }),
  };
  const files = new Map([
    ['model.safetensors', writeSafetensors(tensors)],
    ['config.json', asJson(config)],
    ['1_Pooling/config.json', asJson({ [`pooling_mode_${pooling === 'mean' ? 'mean_tokens' : 'cls_token'}`]: true })],
    ['tokenizer.json', writeTinyTokenizer()],
  ]);
  return { tensors, files };
}

export function writeSafetensors(tensors: ReadonlyMap<string, TinyTensor>): Blob {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length), true);
  return new Blob([length.buffer, header, ...[...tensors.values()].map(({ values }) => values as BlobPart)]);
}

function writeTinyTokenizer(): Blob {
  const frame = [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
  ];
  return writeTokenizerJson({
    added: vocabulary.slice(0, 4).map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    preTokenizer: { type: 'BertPreTokenizer' },
    postProcessor: { type: 'TemplateProcessing', single: frame, pair: frame },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      vocab: Object.fromEntries(vocabulary.map((text, id) => [text, id])),
    },
  });
}

function createTensors(seed: string, labels: number): ReadonlyMap<string, TinyTensor> {
  const random = createSeededRandom(seed);
  const { layers, width, hidden, positions, segments } = tinyBertSizes;
  const tensors = new Map<string, TinyTensor>();
  const add = (name: string, centre: number, ...shape: readonly number[]): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    tensors.set(name, { shape, values: Float32Array.from({ length }, () => centre + random.next() - 0.5) });
  };
  const linear = (name: string, outputs: number, inputs: number): void => {
    add(`${name}.weight`, 0, outputs, inputs);
    add(`${name}.bias`, 0, outputs);
  };
  const norm = (name: string): void => {
    add(`${name}.LayerNorm.weight`, 1, width);
    add(`${name}.LayerNorm.bias`, 0, width);
  };
  const prefix = labels > 0 ? 'bert.' : '';
  add(`${prefix}embeddings.word_embeddings.weight`, 0, vocabulary.length, width);
  add(`${prefix}embeddings.position_embeddings.weight`, 0, positions, width);
  add(`${prefix}embeddings.token_type_embeddings.weight`, 0, segments, width);
  norm(`${prefix}embeddings`);
  for (let layer = 0; layer < layers; layer++) {
    const block = `${prefix}encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${block}.attention.self.${part}`, width, width);
    linear(`${block}.attention.output.dense`, width, width);
    norm(`${block}.attention.output`);
    linear(`${block}.intermediate.dense`, hidden, width);
    linear(`${block}.output.dense`, width, hidden);
    norm(`${block}.output`);
  }
  linear(`${prefix}pooler.dense`, width, width);
  if (labels > 0) linear('classifier', labels, width);
  return tensors;
}

import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type SafeTensor, isReal } from './safetensors.ts';

/** How the states of a text's tokens become one vector. */
export type Pooling = 'mean' | 'first';

/** Sizes of an encoder of the BERT family, each matching the file's tensors. */
export interface BertShape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly vocabulary: number;
  /** The longest text, in tokens with its marks. */
  readonly positions: number;
  readonly segments: number;
  readonly epsilon: number;
  readonly pooling: Pooling;
  /** Names of the classes of a classifier; empty for an encoder alone. */
  readonly labels: readonly string[];
  /** Before the names of the encoder's tensors. */
  readonly prefix: string;
}

export interface BertFiles {
  /** config.json */
  readonly config: Blob;
  /** 1_Pooling/config.json of a sentence encoder; without it the mean is taken. */
  readonly pooling?: Blob | undefined;
}

const maxConfigBytes = 2 ** 20;
const whole = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limit));

const configSchema = v.object({
  model_type: v.literal('bert'),
  hidden_act: v.literal('gelu'),
  position_embedding_type: v.optional(v.literal('absolute')),
  is_decoder: v.optional(v.literal(false)),
  num_hidden_layers: whole(256),
  hidden_size: whole(16_384),
  num_attention_heads: whole(256),
  intermediate_size: whole(65_536),
  vocab_size: whole(2 ** 20),
  max_position_embeddings: whole(65_536),
  type_vocab_size: whole(64),
  layer_norm_eps: v.pipe(v.number(), v.gtValue(0), v.ltValue(1)),
  id2label: v.optional(v.record(v.string(), v.pipe(v.string(), v.maxLength(256))), {}),
});
const poolingSchema = v.object({
  pooling_mode_cls_token: v.optional(v.boolean(), false),
  pooling_mode_mean_tokens: v.optional(v.boolean(), false),
  pooling_mode_max_tokens: v.optional(v.literal(false)),
  pooling_mode_mean_sqrt_len_tokens: v.optional(v.literal(false)),
});

export async function readBertShape(
  files: BertFiles,
  tensors: ReadonlyMap<string, SafeTensor>,
): Promise<Result<BertShape, EngineError>> {
  const config = await readJson(files.config, 'config.json', configSchema);
  if (!config.ok) return config;
  const { value } = config;
  const pooling = files.pooling === undefined ? ok<Pooling>('mean') : await readPooling(files.pooling);
  if (!pooling.ok) return pooling;
  if (value.hidden_size % value.num_attention_heads !== 0)
    return err(unusable('config.json', 'the heads do not fit the width.'));

  const labels = tensors.get('classifier.weight')?.shape[0] ?? 0;
  if (labels > 1_000) return err(unusable('weights', 'there are too many classes.'));
  const shape: BertShape = {
    layers: value.num_hidden_layers,
    width: value.hidden_size,
    heads: value.num_attention_heads,
    hidden: value.intermediate_size,
    vocabulary: value.vocab_size,
    positions: value.max_position_embeddings,
    segments: value.type_vocab_size,
    epsilon: value.layer_norm_eps,
    pooling: pooling.value,
    labels: Array.from({ length: labels }, (_, label) => value.id2label[String(label)] ?? `LABEL_${label}`),
    prefix: tensors.has('bert.embeddings.word_embeddings.weight') ? 'bert.' : '',
  };
  const problem = compareTensors(shape, tensors);
  return problem === undefined ? ok(shape) : err(unusable('weights', problem));
}

/** What every tensor of the file that is used must measure: matrices are [outputs, inputs]. */
export function expectedTensors(shape: BertShape): Map<string, readonly number[]> {
  const { width, hidden, prefix } = shape;
  const expected = new Map<string, readonly number[]>();
  const add = (name: string, ...size: readonly number[]): unknown => expected.set(name, size);
  const linear = (name: string, outputs: number, inputs: number): void => {
    add(`${name}.weight`, outputs, inputs);
    add(`${name}.bias`, outputs);
  };
  const norm = (name: string): void => {
    add(`${name}.LayerNorm.weight`, width);
    add(`${name}.LayerNorm.bias`, width);
  };
  add(`${prefix}embeddings.word_embeddings.weight`, shape.vocabulary, width);
  add(`${prefix}embeddings.position_embeddings.weight`, shape.positions, width);
  add(`${prefix}embeddings.token_type_embeddings.weight`, shape.segments, width);
  norm(`${prefix}embeddings`);
  for (let layer = 0; layer < shape.layers; layer++) {
    const block = `${prefix}encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${block}.attention.self.${part}`, width, width);
    linear(`${block}.attention.output.dense`, width, width);
    norm(`${block}.attention.output`);
    linear(`${block}.intermediate.dense`, hidden, width);
    linear(`${block}.output.dense`, width, hidden);
    norm(`${block}.output`);
  }
  if (shape.labels.length > 0) {
    linear(`${prefix}pooler.dense`, width, width);
    linear('classifier', shape.labels.length, width);
  }
  return expected;
}

function compareTensors(shape: BertShape, tensors: ReadonlyMap<string, SafeTensor>): string | undefined {
  for (const [name, size] of expectedTensors(shape)) {
    const found = tensors.get(name);
    if (found === undefined) return `tensor "${name}" is missing.`;
    if (!isReal(found.type)) return `tensor "${name}" is of the kind ${found.type}.`;
    if (found.shape.length !== size.length || found.shape.some((length, index) => length !== size[index]))
      return `tensor "${name}" is ${found.shape.join(' x ')} instead of ${size.join(' x ')}.`;
  }
  return undefined;
}

async function readPooling(file: Blob): Promise<Result<Pooling, EngineError>> {
  const config = await readJson(file, '1_Pooling/config.json', poolingSchema);
  if (!config.ok) return config;
  const { pooling_mode_cls_token: first, pooling_mode_mean_tokens: mean } = config.value;
  return first === mean ? err(unusable('1_Pooling/config.json', 'it names no one way.')) : ok(first ? 'first' : 'mean');
}

async function readJson<T>(
  file: Blob,
  name: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<Result<T, EngineError>> {
  if (file.size > maxConfigBytes) return err(unusable(name, 'it is larger than 1 MiB.'));
  try {
    return ok(v.parse(schema, JSON.parse(await file.text())));
  } catch (cause) {
    return err(unusable(name, describe(cause)));
  }
}

/** Which entry is not as it must be, and how. */
function describe(cause: unknown): string {
  if (!v.isValiError(cause)) return messageOf(cause);
  const [issue] = cause.issues;
  return `${v.getDotPath(issue) ?? 'its content'}: ${issue.message}`;
}

function unusable(name: string, reason: string): EngineError {
  return failure(
    'load-failed',
    `The model's ${name} cannot be used: ${reason.slice(0, 300)}`,
    'Choose an encoder of the BERT family.',
  );
}

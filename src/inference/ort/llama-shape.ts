import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { GgufHeader } from '../gguf/gguf-header.ts';
import type { TensorTable } from '../gguf/gguf-tensors.ts';

/** Sizes of a decoder of the Llama family, each matching the file's tensors. */
export interface LlamaShape {
  readonly layers: number;
  /** Of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Heads of keys and values; each serves `heads / keyHeads` heads of queries. */
  readonly keyHeads: number;
  readonly headWidth: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  readonly ropeBase: number;
  /** The output matrix is the embedding. */
  readonly isTied: boolean;
  /** Divides the rotation's frequencies, as in Llama 3. */
  readonly hasRopeFactors: boolean;
  readonly trainedContext: number;
}

const limits = { layers: 512, width: 65_536, heads: 1024, headWidth: 512, hidden: 524_288, vocabulary: 2 ** 20 };

/** A typed error says which part of the file this engine cannot run; nothing unknown is passed over. */
export function readLlamaShape({ metadata }: GgufHeader, tensors: TensorTable): Result<LlamaShape, EngineError> {
  const architecture = metadata.get('general.architecture');
  if (architecture !== 'llama') return err(unsupported(`models of the kind "${String(architecture)}"`));
  const integer = (key: string, limit: number): number | undefined => {
    const value = metadata.get(`llama.${key}`);
    return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= limit ? value : undefined;
  };
  const layers = integer('block_count', limits.layers);
  const width = integer('embedding_length', limits.width);
  const hidden = integer('feed_forward_length', limits.hidden);
  const heads = integer('attention.head_count', limits.heads);
  const trainedContext = integer('context_length', 2 ** 31);
  if (
    layers === undefined ||
    width === undefined ||
    hidden === undefined ||
    heads === undefined ||
    trainedContext === undefined
  )
    return err(damaged('it does not say its sizes.'));
  const keyHeads = metadata.has('llama.attention.head_count_kv') ? integer('attention.head_count_kv', heads) : heads;
  const headWidth = metadata.has('llama.attention.key_length')
    ? integer('attention.key_length', limits.headWidth)
    : width / heads;
  if (keyHeads === undefined || heads % keyHeads !== 0 || headWidth === undefined || headWidth % 2 !== 0)
    return err(damaged('its heads do not fit its width.'));
  const epsilon = metadata.get('llama.attention.layer_norm_rms_epsilon');
  const ropeBase = metadata.get('llama.rope.freq_base') ?? 10_000;
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < 1)) return err(damaged('its epsilon makes no sense.'));
  if (typeof ropeBase !== 'number' || !(ropeBase > 1 && ropeBase < 1e12))
    return err(damaged('its rotation makes no sense.'));
  const rotated = metadata.get('llama.rope.dimension_count') ?? headWidth;
  if (rotated !== headWidth) return err(unsupported('a rotation of parts of heads'));
  const scaling = metadata.get('llama.rope.scaling.type') ?? 'none';
  if (scaling !== 'none') return err(unsupported(`a rotation scaled by "${String(scaling)}"`));
  if ((metadata.get('llama.expert_count') ?? 0) !== 0) return err(unsupported('models with experts'));
  if ((metadata.get('llama.attention.value_length') ?? headWidth) !== headWidth)
    return err(unsupported('values of another width than keys'));

  const shape: LlamaShape = {
    layers,
    width,
    heads,
    keyHeads,
    headWidth,
    hidden,
    vocabulary: tensors.get('token_embd.weight')?.shape[1] ?? 0,
    epsilon,
    ropeBase,
    isTied: !tensors.has('output.weight'),
    hasRopeFactors: tensors.has('rope_freqs.weight'),
    trainedContext,
  };
  const problem = compareTensors(shape, tensors);
  return problem === undefined ? ok(shape) : err(problem);
}

/** What every tensor of the file must measure. */
export function expectedTensors(shape: LlamaShape): Map<string, readonly number[]> {
  const { width, heads, keyHeads, headWidth, hidden, vocabulary } = shape;
  const expected = new Map<string, readonly number[]>([
    ['token_embd.weight', [width, vocabulary]],
    ['output_norm.weight', [width]],
  ]);
  if (!shape.isTied) expected.set('output.weight', [width, vocabulary]);
  if (shape.hasRopeFactors) expected.set('rope_freqs.weight', [headWidth / 2]);
  for (let layer = 0; layer < shape.layers; layer++)
    for (const [name, size] of [
      ['attn_norm', [width]],
      ['attn_q', [width, heads * headWidth]],
      ['attn_k', [width, keyHeads * headWidth]],
      ['attn_v', [width, keyHeads * headWidth]],
      ['attn_output', [heads * headWidth, width]],
      ['ffn_norm', [width]],
      ['ffn_gate', [width, hidden]],
      ['ffn_up', [width, hidden]],
      ['ffn_down', [hidden, width]],
    ] as const)
      expected.set(`blk.${layer}.${name}.weight`, size);
  return expected;
}

function compareTensors(shape: LlamaShape, tensors: TensorTable): EngineError | undefined {
  if (shape.vocabulary < 1 || shape.vocabulary > limits.vocabulary) return damaged('it holds no embedding.');
  const expected = expectedTensors(shape);
  for (const [name, size] of expected) {
    const found = tensors.get(name);
    if (found === undefined) return damaged(`tensor "${name}" is missing.`);
    if (found.shape.length !== size.length || found.shape.some((length, index) => length !== size[index]))
      return damaged(`tensor "${name}" is ${found.shape.join(' x ')} instead of ${size.join(' x ')}.`);
  }
  for (const name of tensors.keys()) if (!expected.has(name)) return unsupported(`the tensor "${name}"`);
  return undefined;
}

function damaged(reason: string): EngineError {
  return failure('load-failed', `The model cannot be run: ${reason}`, 'Choose another model file.');
}

function unsupported(what: string): EngineError {
  return failure('load-failed', `This engine does not run ${what}.`, 'Choose another engine for this model.');
}

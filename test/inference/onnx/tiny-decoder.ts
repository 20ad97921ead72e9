import { readGgufHeader } from '../../../src/inference/gguf/gguf-header.ts';
import { readTensor, readTensorTable } from '../../../src/inference/gguf/gguf-tensors.ts';
import {
  type OnnxConstant,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
  writeOnnxModel,
} from '../../../src/inference/ort/onnx-writer.ts';

/** Sizes of the model that `writeTinyGguf` writes. */
const sizes = { width: 64, layers: 2, hidden: 128, heads: 4, keyHeads: 2, headWidth: 16, context: 1024 };

export interface TinyDecoderOptions {
  readonly hasPositions?: boolean;
}

/**
 * The tiny GGUF model as `optimum` would export it, in standard operators: the same weights, so the same answers.
 * Without `position_ids` the positions follow from the mask, as in older exports.
 */
export async function writeTinyDecoder(gguf: Blob, { hasPositions = true }: TinyDecoderOptions = {}): Promise<Blob> {
  const header = await readGgufHeader(gguf);
  if (!header.ok) throw new Error(header.error.message);
  const table = await readTensorTable(gguf, header.value);
  if (!table.ok) throw new Error(table.error.message);
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const read = (name: string): Promise<Float32Array> => {
    const entry = table.value.get(name);
    if (entry === undefined) throw new Error(`There is no tensor "${name}".`);
    return readTensor(gguf, entry);
  };
  const constant = (name: string, type: OnnxType, shape: readonly number[], data: Uint8Array): string => {
    constants.push({ name, type, shape, data });
    return name;
  };
  const floats = (name: string, shape: readonly number[], values: readonly number[] | Float32Array): string =>
    constant(name, 'float32', shape, new Uint8Array(Float32Array.from(values).buffer));
  const integers = (name: string, values: readonly number[], shape: readonly number[] = [values.length]): string =>
    constant(name, 'int64', shape, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  const add = (
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): string => {
    nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  };
  const matrix = async (name: string, inputs: number, outputs: number): Promise<string> => {
    const values = await read(name);
    const turned = Float32Array.from({ length: inputs * outputs }, (_, index) => {
      const [input, output] = [Math.floor(index / outputs), index % outputs];
      return values[output * inputs + input] as number;
    });
    return floats(name, [inputs, outputs], turned);
  };
  const norm = async (input: string, name: string, output: string): Promise<string> =>
    add('SimplifiedLayerNormalization', [input, floats(name, [sizes.width], await read(name))], output, {
      axis: { int: -1 },
      epsilon: { float: 1e-5 },
      stash_type: { int: 1 },
    });

  const { width, heads, keyHeads, headWidth, hidden, context } = sizes;
  const vocabulary = (await read('token_embd.weight')).length / width;
  const half = headWidth / 2;
  const angle = (index: number): number => Math.floor(index / half) / 10_000 ** ((2 * (index % half)) / headWidth);
  const angles = Array.from({ length: context * half }, (_, index) => angle(index));
  floats('cosines', [context, half], angles.map(Math.cos));
  floats('sines', [context, half], angles.map(Math.sin));
  integers('axis0', [0]);
  integers('keyAxes', [0, 1, 2]);
  integers('queryAxes', [1, 3]);
  integers(
    'headsOfKeys',
    Array.from({ length: heads }, (_, head) => Math.floor((head * keyHeads) / heads)),
  );
  integers('queryShape', [1, -1, heads, headWidth]);
  integers('keyShape', [1, -1, keyHeads, headWidth]);
  integers('joinedShape', [1, -1, heads * headWidth]);
  integers('zero', [0], []);
  integers('one', [1], []);
  floats('scale', [], [1 / Math.sqrt(headWidth)]);
  floats('barred', [], [-1e9]);
  floats('open', [], [0]);

  // Which keys each query sees: those not after it, and not masked.
  add('Shape', ['attention_mask'], 'maskShape');
  add('Gather', ['maskShape', 'one'], 'total', { axis: { int: 0 } });
  if (!hasPositions) {
    add('Shape', ['input_ids'], 'idsShape');
    add('Gather', ['idsShape', 'one'], 'count', { axis: { int: 0 } });
    add('Sub', ['total', 'count'], 'pastCount');
    add('Range', ['pastCount', 'total', 'one'], 'flatPositions');
    add('Unsqueeze', ['flatPositions', 'axis0'], 'position_ids');
  }
  add('Range', ['zero', 'total', 'one'], 'flatKeys');
  add('Unsqueeze', ['flatKeys', 'keyAxes'], 'keyPlaces');
  add('Unsqueeze', ['position_ids', 'queryAxes'], 'queryPlaces');
  add('LessOrEqual', ['keyPlaces', 'queryPlaces'], 'isBefore');
  integers('maskAxes', [1, 2]);
  add('Unsqueeze', ['attention_mask', 'maskAxes'], 'wideMask');
  add('Equal', ['wideMask', 'one'], 'isThere');
  add('And', ['isBefore', 'isThere'], 'isSeen');
  add('Where', ['isSeen', 'open', 'barred'], 'bias');

  floats('embedding', [vocabulary, width], await read('token_embd.weight'));
  let stream = add('Gather', ['embedding', 'input_ids'], 'embedded', { axis: { int: 0 } });
  const inputs: OnnxValue[] = [
    { name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] },
    { name: 'attention_mask', type: 'int64', shape: ['batch', 'total'] },
  ];
  if (hasPositions) inputs.push({ name: 'position_ids', type: 'int64', shape: ['batch', 'tokens'] });
  const outputs: OnnxValue[] = [{ name: 'logits', type: 'float32', shape: ['batch', 'tokens', vocabulary] }];
  for (let layer = 0; layer < sizes.layers; layer++) {
    const at = (part: string): string => `${part}.${layer}`;
    const tensor = (part: string): string => `blk.${layer}.${part}.weight`;
    const normed = await norm(stream, tensor('attn_norm'), at('normed'));
    const project = async (part: string, size: number, shape: string): Promise<string> => {
      const product = add('MatMul', [normed, await matrix(tensor(part), width, size)], at(`${part}.product`));
      const split = add('Reshape', [product, shape], at(`${part}.split`));
      return add('Transpose', [split], at(part), { perm: { ints: [0, 2, 1, 3] } });
    };
    const rotate = (input: string, count: number): string =>
      add('com.microsoft/RotaryEmbedding', [input, 'position_ids', 'cosines', 'sines'], `${input}.turned`, {
        interleaved: { int: 1 },
        num_heads: { int: count },
      });
    const queries = rotate(await project('attn_q', heads * headWidth, 'queryShape'), heads);
    const fresh = {
      key: rotate(await project('attn_k', keyHeads * headWidth, 'keyShape'), keyHeads),
      value: await project('attn_v', keyHeads * headWidth, 'keyShape'),
    };
    for (const kind of ['key', 'value'] as const) {
      const present = `present.${layer}.${kind}`;
      inputs.push({
        name: `past_key_values.${layer}.${kind}`,
        type: 'float32',
        shape: ['batch', keyHeads, 'past', headWidth],
      });
      outputs.push({ name: present, type: 'float32', shape: ['batch', keyHeads, 'total', headWidth] });
      add('Concat', [`past_key_values.${layer}.${kind}`, fresh[kind]], present, { axis: { int: 2 } });
      add('Gather', [present, 'headsOfKeys'], at(`all.${kind}`), { axis: { int: 1 } });
    }
    add('Transpose', [at('all.key')], at('turnedKeys'), { perm: { ints: [0, 1, 3, 2] } });
    add('MatMul', [queries, at('turnedKeys')], at('rawScores'));
    add('Mul', [at('rawScores'), 'scale'], at('scores'));
    add('Add', [at('scores'), 'bias'], at('maskedScores'));
    add('Softmax', [at('maskedScores')], at('shares'), { axis: { int: -1 } });
    add('MatMul', [at('shares'), at('all.value')], at('mixed'));
    add('Transpose', [at('mixed')], at('mixedBack'), { perm: { ints: [0, 2, 1, 3] } });
    add('Reshape', [at('mixedBack'), 'joinedShape'], at('joined'));
    add('MatMul', [at('joined'), await matrix(tensor('attn_output'), heads * headWidth, width)], at('attended'));
    const between = add('Add', [stream, at('attended')], at('between'));
    const wide = await norm(between, tensor('ffn_norm'), at('wide'));
    add('MatMul', [wide, await matrix(tensor('ffn_gate'), width, hidden)], at('gate'));
    add('MatMul', [wide, await matrix(tensor('ffn_up'), width, hidden)], at('up'));
    add('Sigmoid', [at('gate')], at('open'));
    add('Mul', [at('gate'), at('open')], at('silu'));
    add('Mul', [at('silu'), at('up')], at('gated'));
    add('MatMul', [at('gated'), await matrix(tensor('ffn_down'), hidden, width)], at('down'));
    stream = add('Add', [between, at('down')], at('stream'));
  }
  const last = await norm(stream, 'output_norm.weight', 'last');
  add('MatMul', [last, await matrix('output.weight', width, vocabulary)], 'logits');
  return new Blob([writeOnnxModel({ nodes, inputs, outputs, constants, weights: [] }) as BlobPart]);
}

import { int64Constant, integerProduct, integerProductConstants } from './integer-product.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { OnnxConstant, OnnxModel, OnnxNode, OnnxValue, OnnxWeight } from './onnx-writer.ts';

/** How matrices are kept: exactly, or each output's weights as whole numbers of 8 bits and one scale. */
export type Precision = 'float32' | 'int8';

export interface GraphPlan {
  readonly shape: LlamaShape;
  /** Blocks `from` to `to - 1` are in the graph. */
  readonly from: number;
  readonly to: number;
  /** Whether the graph ends in logits or in the residual stream after its last block. */
  readonly hasHead: boolean;
  readonly precision: Precision;
  /** Positions there are rotations for. */
  readonly contextTokens: number;
}

/** A matrix of the graph, made of one or more tensors of the file side by side; [inputs, outputs] in memory. */
export interface GraphMatrix {
  readonly name: string;
  readonly tensors: readonly string[];
  readonly inputs: number;
  readonly outputs: number;
}

export interface LlamaGraph {
  readonly model: OnnxModel;
  readonly matrices: readonly GraphMatrix[];
  /** Vectors by the name of the tensor they are. */
  readonly vectors: readonly string[];
}

/**
 * A decoder of the Llama family. Inputs: `hidden` [1, n, width] (embeddings, or the stream after block `from - 1`),
 * `positions` [1, n], `bias` [1, 1, n, total] added to attention scores, `length` (total - 1) and `total`, `begin` and `end`
 * (places of the n new tokens in the cache), `rows` (tokens whose logits are wanted), and for each block `key.L`, `value.L`
 * [1, key heads, room, head width]. Outputs: `logits` [rows, vocabulary], `states.L` (the stream after block L),
 * and `fresh` [2 * blocks, key heads, n, head width], the new tokens' keys and values block by block.
 */
export function buildLlamaGraph(plan: GraphPlan): LlamaGraph {
  const { shape, from, to } = plan;
  const { width, heads, keyHeads, headWidth, hidden } = shape;
  const nodes: OnnxNode[] = [];
  const matrices: GraphMatrix[] = [];
  const vectors: string[] = [];
  const inputs: OnnxValue[] = [
    { name: 'hidden', type: 'float32', shape: [1, 'tokens', width] },
    { name: 'positions', type: 'int64', shape: [1, 'tokens'] },
    { name: 'bias', type: 'float32', shape: [1, 1, 'tokens', 'total'] },
    { name: 'length', type: 'int32', shape: [1] },
    { name: 'total', type: 'int32', shape: [] },
    { name: 'begin', type: 'int64', shape: [1] },
    { name: 'end', type: 'int64', shape: [1] },
  ];
  const outputs: OnnxValue[] = [];
  const constants: OnnxConstant[] = [int64Constant('rowAxis', 2)];

  const vector = (name: string): string => {
    vectors.push(name);
    return name;
  };
  const multiply = (
    name: string,
    tensors: readonly string[],
    [input, inputSize]: readonly [string, number],
    outputSize: number,
  ): string => {
    const output = `${name}.out`;
    matrices.push({ name, tensors, inputs: inputSize, outputs: outputSize });
    if (plan.precision === 'float32') nodes.push({ operator: 'MatMul', inputs: [input, name], outputs: [output] });
    else nodes.push(...integerProduct(input, name, output));
    return output;
  };
  const normalise = { epsilon: { float: shape.epsilon } };

  let stream = 'hidden';
  let normalised = '';
  const fresh: string[] = [];
  if (to > from) {
    normalised = 'first.norm';
    nodes.push({
      operator: 'SimplifiedLayerNormalization',
      inputs: [stream, vector(`blk.${from}.attn_norm.weight`)],
      outputs: [normalised],
      attributes: { ...normalise, axis: { int: -1 }, stash_type: { int: 1 } },
    });
  }
  for (let layer = from; layer < to; layer++) {
    const tensor = (part: string): string => `blk.${layer}.${part}.weight`;
    const [key, value, attended] = [`key.${layer}`, `value.${layer}`, `attended.${layer}`];
    const qkv = multiply(
      `qkv.${layer}`,
      [tensor('attn_q'), tensor('attn_k'), tensor('attn_v')],
      [normalised, width],
      (heads + 2 * keyHeads) * headWidth,
    );
    const past = { type: 'float32', shape: [1, keyHeads, 'room', headWidth] } as const;
    inputs.push({ name: key, ...past }, { name: value, ...past });
    nodes.push({
      operator: 'com.microsoft/GroupQueryAttention',
      inputs: [qkv, '', '', key, value, 'length', 'total', 'cosines', 'sines', 'positions', 'bias'],
      outputs: [attended, `${key}.all`, `${value}.all`],
      attributes: {
        num_heads: { int: heads },
        kv_num_heads: { int: keyHeads },
        do_rotary: { int: 1 },
        rotary_interleaved: { int: 1 },
      },
    });
    for (const name of [key, value]) {
      fresh.push(`${name}.fresh`);
      nodes.push({
        operator: 'Slice',
        inputs: [`${name}.all`, 'begin', 'end', 'rowAxis'],
        outputs: [`${name}.fresh`],
      });
    }
    const projected = multiply(`attention.${layer}`, [tensor('attn_output')], [attended, heads * headWidth], width);
    nodes.push({
      operator: 'com.microsoft/SkipSimplifiedLayerNormalization',
      inputs: [stream, projected, vector(tensor('ffn_norm'))],
      outputs: [`middle.norm.${layer}`, '', '', `middle.${layer}`],
      attributes: normalise,
    });
    const gate = multiply(`gate.${layer}`, [tensor('ffn_gate')], [`middle.norm.${layer}`, width], hidden);
    const up = multiply(`up.${layer}`, [tensor('ffn_up')], [`middle.norm.${layer}`, width], hidden);
    nodes.push(
      {
        operator: 'com.microsoft/QuickGelu',
        inputs: [gate],
        outputs: [`opened.${layer}`],
        attributes: { alpha: { float: 1 } },
      },
      { operator: 'Mul', inputs: [`opened.${layer}`, up], outputs: [`gated.${layer}`] },
    );
    const down = multiply(`down.${layer}`, [tensor('ffn_down')], [`gated.${layer}`, hidden], width);
    const after = `states.${layer + 1}`;
    const isLast = layer + 1 === to;
    if (isLast) nodes.push({ operator: 'Add', inputs: [`middle.${layer}`, down], outputs: [after] });
    else {
      normalised = `norm.${layer + 1}`;
      nodes.push({
        operator: 'com.microsoft/SkipSimplifiedLayerNormalization',
        inputs: [`middle.${layer}`, down, vector(`blk.${layer + 1}.attn_norm.weight`)],
        outputs: [normalised, '', '', after],
        attributes: normalise,
      });
    }
    outputs.push({ name: after, type: 'float32', shape: [1, 'tokens', width] });
    stream = after;
  }

  nodes.push({ operator: 'Concat', inputs: fresh, outputs: ['fresh'], attributes: { axis: { int: 0 } } });
  outputs.push({ name: 'fresh', type: 'float32', shape: [2 * (to - from), keyHeads, 'tokens', headWidth] });

  if (plan.hasHead) {
    inputs.push({ name: 'rows', type: 'int64', shape: ['rows'] });
    nodes.push(
      { operator: 'Gather', inputs: [stream, 'rows'], outputs: ['wanted'], attributes: { axis: { int: 1 } } },
      {
        operator: 'SimplifiedLayerNormalization',
        inputs: ['wanted', vector('output_norm.weight')],
        outputs: ['last.norm'],
        attributes: { ...normalise, axis: { int: -1 }, stash_type: { int: 1 } },
      },
    );
    const source = shape.isTied ? 'token_embd.weight' : 'output.weight';
    const logits = multiply('head', [source], ['last.norm', width], shape.vocabulary);
    outputs.push({ name: logits, type: 'float32', shape: [1, 'rows', shape.vocabulary] });
  }
  const weights: OnnxWeight[] = [
    ...matrices.flatMap((matrix) => describeMatrix(matrix, plan.precision)),
    ...vectors.map((name) => floatWeight(name, [width])),
    ...['cosines', 'sines'].map((name) => floatWeight(name, [plan.contextTokens, headWidth / 2])),
  ];
  if (plan.precision === 'int8') constants.push(...integerProductConstants);
  return { model: { nodes, inputs, outputs, constants, weights }, matrices, vectors };
}

function describeMatrix({ name, inputs, outputs }: GraphMatrix, precision: Precision): OnnxWeight[] {
  if (precision === 'float32') return [floatWeight(name, [inputs, outputs])];
  return [
    { name, type: 'int8', shape: [inputs, outputs], sizeBytes: inputs * outputs },
    floatWeight(`${name}.scale`, [outputs]),
  ];
}

function floatWeight(name: string, shape: readonly number[]): OnnxWeight {
  return { name, type: 'float32', shape, sizeBytes: 4 * shape.reduce((product, size) => product * size, 1) };
}

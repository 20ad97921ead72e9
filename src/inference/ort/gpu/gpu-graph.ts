import type { LlamaShape } from '../llama-shape.ts';
import type { OnnxConstant, OnnxModel, OnnxNode, OnnxValue, OnnxWeight } from '../onnx-writer.ts';
import { type BlockBits, blockLength } from './block-weights.ts';

/** A matrix of the graph: tensors of the file below each other, each row one output. */
export interface GpuMatrix {
  readonly name: string;
  readonly tensors: readonly string[];
  readonly inputs: number;
  readonly outputs: number;
  /** Undefined where it is kept in floats. */
  readonly bits: BlockBits | undefined;
  /** Of how many of its first heads rows are put into the order of half rotations. */
  readonly turnedHeads: number;
}

export interface GpuGraph {
  readonly model: OnnxModel;
  readonly matrices: readonly GpuMatrix[];
  /** Vectors by the name of the tensor they are. */
  readonly vectors: readonly string[];
}

/** Bits of a matrix made of these tensors. */
export type ChooseBits = (tensors: readonly string[]) => BlockBits | undefined;

/**
 * A decoder of the Llama family for a graphics processor, on which caches stay. Inputs: `hidden` [1, n, width], the
 * embeddings of n new tokens, `last` [1] (place of the last of them in the context), `total` (one more), `rows` (those of the
 * n whose logits are wanted), and for each block `past.key.L`, `past.value.L` [1, key heads, room, head width].
 * Outputs: `logits` [1, rows, vocabulary]; `key.L`, `value.L`: the caches with the new tokens in them; and, computed for
 * whoever asks, `states.L`: the stream after block L.
 */
export function buildGpuGraph(shape: LlamaShape, contextTokens: number, chooseBits: ChooseBits): GpuGraph {
  const { layers, width, heads, keyHeads, headWidth, hidden, vocabulary } = shape;
  const nodes: OnnxNode[] = [];
  const matrices: GpuMatrix[] = [];
  const vectors: string[] = [];
  const inputs: OnnxValue[] = [
    { name: 'hidden', type: 'float32', shape: [1, 'tokens', width] },
    { name: 'last', type: 'int32', shape: [1] },
    { name: 'total', type: 'int32', shape: [] },
    { name: 'rows', type: 'int64', shape: ['rows'] },
  ];
  const outputs: OnnxValue[] = [{ name: 'logits', type: 'float32', shape: [1, 'rows', vocabulary] }];
  const constants: OnnxConstant[] = [];

  const vector = (name: string): string => {
    vectors.push(name);
    return name;
  };
  const multiply = (
    name: string,
    tensors: readonly string[],
    input: string,
    [inputSize, outputSize]: readonly [number, number],
    { turnedHeads = 0, output = `${name}.out` }: { readonly turnedHeads?: number; readonly output?: string } = {},
  ): string => {
    // Rows that are no whole blocks stay floats.
    const bits = inputSize % blockLength === 0 ? chooseBits(tensors) : undefined;
    matrices.push({ name, tensors, inputs: inputSize, outputs: outputSize, bits, turnedHeads });
    if (bits === undefined) nodes.push({ operator: 'MatMul', inputs: [input, name], outputs: [output] });
    else
      nodes.push({
        operator: 'com.microsoft/MatMulNBits',
        inputs: [input, name, `${name}.scales`],
        outputs: [output],
        attributes: {
          K: { int: inputSize },
          N: { int: outputSize },
          bits: { int: bits },
          block_size: { int: blockLength },
        },
      });
    return output;
  };
  const epsilon = { float: shape.epsilon };
  const normalise = (input: string, name: string, output: string): string => {
    nodes.push({
      operator: 'SimplifiedLayerNormalization',
      inputs: [input, vector(name)],
      outputs: [output],
      attributes: { epsilon, axis: { int: -1 }, stash_type: { int: 1 } },
    });
    return output;
  };
  /** The stream with `added` in it, and that normalised. */
  const addNormed = (stream: string, added: string, name: string, at: string): { stream: string; normed: string } => {
    const normed = `${at}.normed`;
    nodes.push({
      operator: 'com.microsoft/SkipSimplifiedLayerNormalization',
      inputs: [stream, added, vector(name)],
      outputs: [normed, '', '', at],
      attributes: { epsilon },
    });
    return { stream: at, normed };
  };

  let stream = 'hidden';
  let normed = normalise('hidden', 'blk.0.attn_norm.weight', 'first.normed');
  for (let layer = 0; layer < layers; layer++) {
    const tensor = (part: string): string => `blk.${layer}.${part}.weight`;
    const [key, value] = [`key.${layer}`, `value.${layer}`];
    const qkv = multiply(
      `qkv.${layer}`,
      ['attn_q', 'attn_k', 'attn_v'].map(tensor),
      normed,
      [width, (heads + 2 * keyHeads) * headWidth],
      { turnedHeads: heads + keyHeads },
    );
    for (const name of [key, value]) {
      inputs.push({ name: `past.${name}`, type: 'float32', shape: [1, keyHeads, 'room', headWidth] });
      outputs.push({ name, type: 'float32', shape: [1, keyHeads, 'room', headWidth] });
    }
    nodes.push({
      operator: 'com.microsoft/GroupQueryAttention',
      inputs: [qkv, '', '', `past.${key}`, `past.${value}`, 'last', 'total', 'cosines', 'sines'],
      outputs: [`attended.${layer}`, key, value],
      attributes: {
        num_heads: { int: heads },
        kv_num_heads: { int: keyHeads },
        do_rotary: { int: 1 },
        rotary_interleaved: { int: 0 },
      },
    });
    const projected = multiply(`attention.${layer}`, [tensor('attn_output')], `attended.${layer}`, [
      heads * headWidth,
      width,
    ]);
    const between = addNormed(stream, projected, tensor('ffn_norm'), `between.${layer}`);
    const gate = multiply(`gate.${layer}`, [tensor('ffn_gate')], between.normed, [width, hidden]);
    const up = multiply(`up.${layer}`, [tensor('ffn_up')], between.normed, [width, hidden]);
    const gated = `gated.${layer}`;
    nodes.push(
      // x * sigmoid(x), in one step.
      {
        operator: 'com.microsoft/QuickGelu',
        inputs: [gate],
        outputs: [`${gate}.silu`],
        attributes: { alpha: { float: 1 } },
      },
      { operator: 'Mul', inputs: [`${gate}.silu`, up], outputs: [gated] },
    );
    const down = multiply(`down.${layer}`, [tensor('ffn_down')], gated, [hidden, width]);
    if (layer + 1 < layers)
      ({ stream, normed } = addNormed(between.stream, down, `blk.${layer + 1}.attn_norm.weight`, `states.${layer}`));
    else {
      stream = `states.${layer}`;
      nodes.push({ operator: 'Add', inputs: [between.stream, down], outputs: [stream] });
    }
    outputs.push({ name: `states.${layer}`, type: 'float32', shape: [1, 'tokens', width] });
  }
  nodes.push({ operator: 'Gather', inputs: [stream, 'rows'], outputs: ['wanted'], attributes: { axis: { int: 1 } } });
  const head = normalise('wanted', 'output_norm.weight', 'last.normed');
  const source = shape.isTied ? 'token_embd.weight' : 'output.weight';
  multiply('head', [source], head, [width, vocabulary], { output: 'logits' });
  const weights: OnnxWeight[] = [
    ...matrices.flatMap(describeMatrix),
    ...vectors.map((name) => floatWeight(name, [width])),
    ...['cosines', 'sines'].map((name) => floatWeight(name, [contextTokens, headWidth / 2])),
  ];
  return { model: { nodes, inputs, outputs, constants, weights }, matrices, vectors };
}

function describeMatrix({ name, inputs, outputs, bits }: GpuMatrix): OnnxWeight[] {
  if (bits === undefined) return [floatWeight(name, [inputs, outputs])];
  const blocks = inputs / blockLength;
  const blockBytes = (blockLength * bits) / 8;
  return [
    { name, type: 'uint8', shape: [outputs, blocks, blockBytes], sizeBytes: outputs * blocks * blockBytes },
    floatWeight(`${name}.scales`, [outputs * blocks]),
  ];
}

function floatWeight(name: string, shape: readonly number[]): OnnxWeight {
  return { name, type: 'float32', shape, sizeBytes: 4 * shape.reduce((product, size) => product * size, 1) };
}

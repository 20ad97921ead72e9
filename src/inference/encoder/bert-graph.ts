import type { OnnxConstant, OnnxModel, OnnxNode, OnnxValue, OnnxWeight } from '../ort/onnx-writer.ts';
import type { BertShape } from './bert-shape.ts';
import type { SafetensorsFile } from './safetensors.ts';

/**
 * An encoder of the BERT family (Devlin et al. 2019) over one text: no other text shares the batch, so there is nothing
 * to mask. Input: `ids` [1, n]. Outputs: `states` [1, n, width], `vector` [1, width] pooled, and, for a classifier,
 * `logits` [1, labels].
 */
export function buildBertGraph(shape: BertShape): OnnxModel {
  const { width, heads, hidden, epsilon } = shape;
  const nodes: OnnxNode[] = [];
  const weights: OnnxWeight[] = [];
  const constants: OnnxConstant[] = [];
  const weight = (name: string, ...size: readonly number[]): string => {
    weights.push({
      name,
      type: 'float32',
      shape: size,
      sizeBytes: 4 * size.reduce((product, length) => product * length, 1),
    });
    return name;
  };
  const multiply = (input: string, name: string, inputs: number, outputs: number): string => {
    nodes.push({
      operator: 'MatMul',
      inputs: [input, weight(`${name}.weight`, inputs, outputs)],
      outputs: [`${name}.out`],
    });
    return `${name}.out`;
  };
  /** LayerNorm of the sum of the stream, what a part adds to it, and that part's bias. */
  const addNormed = (stream: string, added: string, name: string, output: string): void => {
    const bias = weight(`${name}.dense.bias`, width);
    nodes.push({
      operator: 'com.microsoft/SkipLayerNormalization',
      inputs: [added, stream, weight(`${name}.LayerNorm.weight`, width), weight(`${name}.LayerNorm.bias`, width), bias],
      outputs: [output],
      attributes: { epsilon: { float: epsilon } },
    });
  };

  nodes.push({
    operator: 'com.microsoft/EmbedLayerNormalization',
    inputs: [
      'ids',
      '',
      weight('words', shape.vocabulary, width),
      weight('positions', shape.positions, width),
      '',
      weight('embeddings.LayerNorm.weight', width),
      weight('embeddings.LayerNorm.bias', width),
    ],
    outputs: ['stream.0', 'unmasked'],
    attributes: { epsilon: { float: epsilon } },
  });
  for (let layer = 0; layer < shape.layers; layer++) {
    const block = `encoder.layer.${layer}`;
    const stream = `stream.${layer}`;
    const attended = `${block}.attended`;
    const between = `${block}.between`;
    nodes.push({
      operator: 'com.microsoft/Attention',
      inputs: [
        stream,
        weight(`${block}.attention.self.weight`, width, 3 * width),
        weight(`${block}.attention.self.bias`, 3 * width),
      ],
      outputs: [attended],
      attributes: { num_heads: { int: heads } },
    });
    addNormed(
      stream,
      multiply(attended, `${block}.attention.output.dense`, width, width),
      `${block}.attention.output`,
      between,
    );
    const wide = multiply(between, `${block}.intermediate.dense`, width, hidden);
    nodes.push({
      operator: 'com.microsoft/BiasGelu',
      inputs: [wide, weight(`${block}.intermediate.dense.bias`, hidden)],
      outputs: [`${block}.gelu`],
    });
    addNormed(
      between,
      multiply(`${block}.gelu`, `${block}.output.dense`, hidden, width),
      `${block}.output`,
      layer + 1 === shape.layers ? 'states' : `stream.${layer + 1}`,
    );
  }

  const outputs: OnnxValue[] = [
    { name: 'states', type: 'float32', shape: [1, 'tokens', width] },
    { name: 'vector', type: 'float32', shape: [1, width] },
  ];
  const needsFirst = shape.pooling === 'first' || shape.labels.length > 0;
  if (needsFirst) {
    constants.push(int64Constant('zero', [], 0));
    nodes.push({
      operator: 'Gather',
      inputs: ['states', 'zero'],
      outputs: [shape.pooling === 'first' ? 'vector' : 'first'],
      attributes: { axis: { int: 1 } },
    });
  }
  if (shape.pooling === 'mean') {
    constants.push(int64Constant('tokenAxis', [1], 1));
    nodes.push({
      operator: 'ReduceMean',
      inputs: ['states', 'tokenAxis'],
      outputs: ['vector'],
      attributes: { keepdims: { int: 0 } },
    });
  }
  if (shape.labels.length > 0) {
    const first = shape.pooling === 'first' ? 'vector' : 'first';
    const dense = (input: string, name: string, size: number, output: string): void => {
      const inputs = [input, weight(`${name}.weight`, width, size), weight(`${name}.bias`, size)];
      nodes.push({ operator: 'Gemm', inputs, outputs: [output] });
    };
    dense(first, 'pooler.dense', width, 'pooled');
    nodes.push({ operator: 'Tanh', inputs: ['pooled'], outputs: ['bent'] });
    dense('bent', 'classifier', shape.labels.length, 'logits');
    outputs.push({ name: 'logits', type: 'float32', shape: [1, shape.labels.length] });
  }
  return { nodes, inputs: [{ name: 'ids', type: 'int32', shape: [1, 'tokens'] }], outputs, constants, weights };
}

/** The bytes of one of the graph's weights, from the tensors of the file. */
export async function readBertWeight(file: SafetensorsFile, shape: BertShape, name: string): Promise<Float32Array> {
  const { width, prefix } = shape;
  if (name === 'words') return file.read(`${prefix}embeddings.word_embeddings.weight`);
  if (name === 'positions') {
    // Every token is of the first segment.
    const [positions, segments] = await Promise.all(
      ['position', 'token_type'].map((part) => file.read(`${prefix}embeddings.${part}_embeddings.weight`)),
    );
    return (positions as Float32Array).map((value, index) => value + ((segments as Float32Array)[index % width] ?? 0));
  }
  const fused = /^(.+\.attention\.self)\.(weight|bias)$/.exec(name);
  if (fused !== null) {
    const parts = ['query', 'key', 'value'].map((part) => file.read(`${prefix}${fused[1]}.${part}.${fused[2]}`));
    const joined = concatenate(await Promise.all(parts));
    // Three matrices below each other, [3 outputs, inputs].
    return fused[2] === 'bias' ? joined : transpose(joined, width);
  }
  const values = await file.read(name.startsWith('classifier.') ? name : prefix + name);
  if (!name.endsWith('.weight') || name.endsWith('LayerNorm.weight')) return values;
  return transpose(values, name.endsWith('.output.dense.weight') && !name.includes('attention') ? shape.hidden : width);
}

/** [outputs, inputs] to [inputs, outputs], as the graph multiplies. */
function transpose(values: Float32Array, inputs: number): Float32Array {
  const outputs = values.length / inputs;
  const turned = new Float32Array(values.length);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      turned[input * outputs + output] = values[output * inputs + input] as number;
  return turned;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function int64Constant(name: string, shape: readonly number[], value: number): OnnxConstant {
  return { name, type: 'int64', shape, data: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer) };
}

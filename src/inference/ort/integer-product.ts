import type { OnnxConstant, OnnxNode } from './onnx-writer.ts';

/**
 * `input` times a matrix of 8-bit whole numbers. The library rounds activations to 8 bits by one scale for all tokens,
 * which costs this kind of model dearly: a few numbers in a row are twenty times the others. So each row is first brought
 * to a largest value of 1, and what rounding leaves over is rounded to 8 bits again: twice the rows through the same
 * matrix, and activations of 16 bits in effect. What remains is the rounding of the weights.
 */
export function integerProduct(input: string, name: string, output: string): OnnxNode[] {
  const part = (suffix: string): string => `${name}.${suffix}`;
  const tokenAxis = { axis: { int: 1 } };
  return [
    { operator: 'Abs', inputs: [input], outputs: [part('abs')] },
    { operator: 'ReduceMax', inputs: [part('abs'), 'lastAxis'], outputs: [part('max')] },
    { operator: 'Add', inputs: [part('max'), 'tiny'], outputs: [part('most')] },
    { operator: 'Div', inputs: [input, part('most')], outputs: [part('even')] },
    { operator: 'QuantizeLinear', inputs: [part('even'), 'coarseStep', 'middle'], outputs: [part('coarse')] },
    { operator: 'DequantizeLinear', inputs: [part('coarse'), 'coarseStep', 'middle'], outputs: [part('rounded')] },
    { operator: 'Sub', inputs: [part('even'), part('rounded')], outputs: [part('rest')] },
    { operator: 'QuantizeLinear', inputs: [part('rest'), 'fineStep', 'middle'], outputs: [part('fine')] },
    { operator: 'Concat', inputs: [part('coarse'), part('fine')], outputs: [part('both')], attributes: tokenAxis },
    {
      operator: 'com.microsoft/MatMulIntegerToFloat',
      inputs: [part('both'), name, 'coarseStep', part('scale'), 'middle'],
      outputs: [part('products')],
    },
    {
      operator: 'Split',
      inputs: [part('products')],
      outputs: [part('coarsePart'), part('fineSum')],
      attributes: { ...tokenAxis, num_outputs: { int: 2 } },
    },
    { operator: 'Mul', inputs: [part('fineSum'), 'finePerCoarse'], outputs: [part('finePart')] },
    { operator: 'Add', inputs: [part('coarsePart'), part('finePart')], outputs: [part('sum')] },
    { operator: 'Mul', inputs: [part('sum'), part('most')], outputs: [output] },
  ];
}

/** Half a coarse step is 127 fine ones. */
const finePerCoarse = 1 / 254;

export const integerProductConstants: readonly OnnxConstant[] = [
  int64Constant('lastAxis', -1),
  { name: 'middle', type: 'uint8', shape: [], data: Uint8Array.of(128) },
  floatConstant('coarseStep', 1 / 127),
  floatConstant('fineStep', finePerCoarse / 127),
  floatConstant('finePerCoarse', finePerCoarse),
  // A row of zeros is divided by this.
  floatConstant('tiny', 1e-30),
];

export function int64Constant(name: string, value: number): OnnxConstant {
  return { name, type: 'int64', shape: [1], data: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer) };
}

function floatConstant(name: string, value: number): OnnxConstant {
  return { name, type: 'float32', shape: [], data: new Uint8Array(Float32Array.of(value).buffer) };
}

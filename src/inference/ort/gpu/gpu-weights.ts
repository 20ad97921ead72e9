import type { TensorEntry, TensorTable } from '../../gguf/gguf-tensors.ts';
import { dequantise } from '../../gguf/dequantise.ts';
import type { LlamaShape } from '../llama-shape.ts';
import { type BlockBits, bitsOf, blockLength, toBlockWeights } from './block-weights.ts';
import type { ChooseBits, GpuGraph, GpuMatrix } from './gpu-graph.ts';

export interface WeightData {
  readonly path: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Tensors that stand together in one matrix are kept alike: with 4 bits where all are, with 8 where any is rounded at all. */
export function chooseBitsIn(tensors: TensorTable): ChooseBits {
  return (names) => {
    const bits = names.map((name) => bitsOf(entryOf(tensors, name).type));
    if (bits.some((each) => each === undefined)) return undefined;
    return bits.every((each) => each === 4) ? 4 : 8;
  };
}

/** The external data of a graph, from the file's tensors, one tensor at a time. */
export async function* readGpuWeights(
  file: Blob,
  tensors: TensorTable,
  shape: LlamaShape,
  graph: GpuGraph,
  contextTokens: number,
): AsyncGenerator<WeightData> {
  for (const matrix of graph.matrices) yield* readMatrix(file, tensors, matrix, shape.headWidth);
  for (const name of graph.vectors) yield { path: name, data: bytesOf(await readFloats(file, entryOf(tensors, name))) };
  const factors = shape.hasRopeFactors ? await readFloats(file, entryOf(tensors, 'rope_freqs.weight')) : undefined;
  const half = shape.headWidth / 2;
  const angles = Array.from({ length: contextTokens * half }, (_, index) => {
    const pair = index % half;
    return Math.floor(index / half) / shape.ropeBase ** (pair / half) / (factors?.[pair] ?? 1);
  });
  yield { path: 'cosines', data: bytesOf(Float32Array.from(angles, Math.cos)) };
  yield { path: 'sines', data: bytesOf(Float32Array.from(angles, Math.sin)) };
}

async function* readMatrix(
  file: Blob,
  tensors: TensorTable,
  matrix: GpuMatrix,
  headWidth: number,
): AsyncGenerator<WeightData> {
  const { name, inputs, outputs, bits } = matrix;
  const rowOf = turnRows(matrix.turnedHeads, headWidth);
  if (bits === undefined) {
    const turned = new Float32Array(inputs * outputs);
    let from = 0;
    for (const tensor of matrix.tensors) {
      const values = await readFloats(file, entryOf(tensors, tensor));
      // [inputs, outputs], as MatMul multiplies; the file's order is the other.
      for (let row = 0; row < values.length / inputs; row++)
        for (let input = 0; input < inputs; input++)
          turned[input * outputs + rowOf(from + row)] = values[row * inputs + input] as number;
      from += values.length / inputs;
    }
    return yield { path: name, data: bytesOf(turned) };
  }
  const rowBytes = (inputs * bits) / 8;
  const rowBlocks = inputs / blockLength;
  const numbers = new Uint8Array(outputs * rowBytes);
  const scales = new Float32Array(outputs * rowBlocks);
  let from = 0;
  for (const tensor of matrix.tensors) {
    const entry = entryOf(tensors, tensor);
    const packed = await readBlocks(file, entry, bits);
    const rows = lengthOf(entry) / inputs;
    for (let row = 0; row < rows; row++) {
      const to = rowOf(from + row);
      numbers.set(packed.numbers.subarray(row * rowBytes, (row + 1) * rowBytes), to * rowBytes);
      scales.set(packed.scales.subarray(row * rowBlocks, (row + 1) * rowBlocks), to * rowBlocks);
    }
    from += rows;
  }
  yield { path: name, data: numbers };
  yield { path: `${name}.scales`, data: bytesOf(scales) };
}

async function readBlocks(file: Blob, entry: TensorEntry, bits: BlockBits) {
  return toBlockWeights(entry.type, await readBytes(file, entry), bits, lengthOf(entry));
}

/**
 * GGUF has the two numbers of each rotated pair side by side; rotations of halves, which the graph uses, are the faster kind.
 * Where row `row` goes: within a head, first numbers of pairs to its first half.
 */
function turnRows(turnedHeads: number, headWidth: number): (row: number) => number {
  return (row) => {
    const head = Math.floor(row / headWidth);
    if (head >= turnedHeads) return row;
    const place = row % headWidth;
    return head * headWidth + (place % 2) * (headWidth / 2) + (place >> 1);
  };
}

function entryOf(tensors: TensorTable, name: string): TensorEntry {
  const entry = tensors.get(name);
  if (entry === undefined) throw new Error(`There is no tensor "${name}".`);
  return entry;
}

function lengthOf({ shape }: TensorEntry): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function readBytes(file: Blob, { offsetBytes, sizeBytes }: TensorEntry): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(offsetBytes, offsetBytes + sizeBytes).arrayBuffer());
}

async function readFloats(file: Blob, entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(lengthOf(entry));
  dequantise(entry.type, await readBytes(file, entry), values);
  return values;
}

function bytesOf(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer);
}

import { type TensorEntry, type TensorTable, readTensor } from '../gguf/gguf-tensors.ts';
import type { GraphMatrix, LlamaGraph, Precision } from './llama-graph.ts';
import type { LlamaShape } from './llama-shape.ts';

/** A weight that is no number would make every answer none. */
export class DamagedWeights extends Error {}

export interface WeightData {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The external data of a graph, from the file's tensors; one tensor at a time is held in 32-bit floats. */
export async function readWeights(
  file: Blob,
  tensors: TensorTable,
  shape: LlamaShape,
  graph: LlamaGraph,
  { precision, contextTokens }: { readonly precision: Precision; readonly contextTokens: number },
): Promise<readonly WeightData[]> {
  const weights: WeightData[] = [];
  for (const matrix of graph.matrices) weights.push(...(await readMatrix(file, tensors, matrix, precision)));
  const vector = async (name: string): Promise<Float32Array<ArrayBuffer>> => {
    const entry = tensors.get(name);
    if (entry === undefined) throw new Error(`There is no tensor "${name}".`);
    return readNumbers(file, entry);
  };
  for (const name of graph.vectors) weights.push({ name, data: bytesOf(await vector(name)) });
  const factors = shape.hasRopeFactors ? await vector('rope_freqs.weight') : undefined;
  return [...weights, ...rotations(shape, contextTokens, factors)];
}

async function readNumbers(file: Blob, entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  const values = await readTensor(file, entry);
  for (const value of values)
    if (!Number.isFinite(value))
      throw new DamagedWeights(`The model is damaged: "${entry.name}" holds what is no number.`);
  return values;
}

async function readMatrix(
  file: Blob,
  tensors: TensorTable,
  matrix: GraphMatrix,
  precision: Precision,
): Promise<WeightData[]> {
  const { name, inputs, outputs } = matrix;
  const isFloat = precision === 'float32';
  const data = isFloat ? new Float32Array(inputs * outputs) : new Int8Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  let from = 0;
  for (const tensor of matrix.tensors) {
    const entry = tensors.get(tensor);
    if (entry === undefined) throw new Error(`There is no tensor "${tensor}".`);
    const values = await readNumbers(file, entry);
    const count = values.length / inputs;
    if (!isFloat) quantiseRows(values, inputs, scales.subarray(from, from + count));
    transposeInto(values, inputs, data, outputs, from);
    from += count;
  }
  if (isFloat) return [{ name, data: bytesOf(data as Float32Array<ArrayBuffer>) }];
  return [
    { name, data: new Uint8Array(data.buffer) },
    { name: `${name}.scale`, data: bytesOf(scales) },
  ];
}

/** Rounds each row to whole numbers of -127 to 127 times its own scale, in place. */
function quantiseRows(values: Float32Array, rowLength: number, scales: Float32Array): void {
  for (let row = 0; row < scales.length; row++) {
    const begin = row * rowLength;
    const end = begin + rowLength;
    let most = 0;
    for (let index = begin; index < end; index++) most = Math.max(most, Math.abs(values[index] as number));
    const scale = most / 127;
    scales[row] = scale;
    const factor = scale > 0 ? 1 / scale : 0;
    for (let index = begin; index < end; index++) values[index] = Math.round((values[index] as number) * factor);
  }
}

/** Rows of `values` become columns from `column` on; in tiles, which fit the processor's cache. */
function transposeInto(
  values: Float32Array,
  rowLength: number,
  target: Float32Array | Int8Array,
  targetRowLength: number,
  column: number,
): void {
  const rows = values.length / rowLength;
  const tile = 64;
  for (let rowTile = 0; rowTile < rows; rowTile += tile)
    for (let placeTile = 0; placeTile < rowLength; placeTile += tile) {
      const rowEnd = Math.min(rows, rowTile + tile);
      const placeEnd = Math.min(rowLength, placeTile + tile);
      for (let place = placeTile; place < placeEnd; place++) {
        const to = place * targetRowLength + column;
        for (let row = rowTile; row < rowEnd; row++) target[to + row] = values[row * rowLength + place] as number;
      }
    }
}

/** Cosines and sines of every position's angles: positions by half a head's width. */
function rotations(
  { headWidth, ropeBase }: LlamaShape,
  contextTokens: number,
  factors: Float32Array | undefined,
): WeightData[] {
  const half = headWidth / 2;
  const cosines = new Float32Array(contextTokens * half);
  const sines = new Float32Array(contextTokens * half);
  for (let place = 0; place < half; place++) {
    const frequency = ropeBase ** ((-2 * place) / headWidth) / (factors?.[place] ?? 1);
    for (let position = 0; position < contextTokens; position++) {
      cosines[position * half + place] = Math.cos(position * frequency);
      sines[position * half + place] = Math.sin(position * frequency);
    }
  }
  return [
    { name: 'cosines', data: bytesOf(cosines) },
    { name: 'sines', data: bytesOf(sines) },
  ];
}

function bytesOf(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

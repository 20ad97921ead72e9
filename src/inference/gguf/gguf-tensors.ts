import { type Result, err, failure, ok } from '#vocabulary';
import { dequantise } from './dequantise.ts';
import { Cursor, Malformed, Truncated } from './cursor.ts';
import type { GgufError, GgufHeader } from './gguf-header.ts';
import { type TensorType, blockShapes, tensorTypes } from './tensor-types.ts';

export interface TensorEntry {
  readonly name: string;
  /** Innermost first, as the file has it: a matrix is [inputs, outputs], stored output by output. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** From the beginning of the file. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export type TensorTable = ReadonlyMap<string, TensorEntry>;

const maxDimensions = 4;
/** ggml's own limit is 64; no harm in some more. */
const maxNameBytes = 256;
/** Numbers in one tensor: the largest embeddings in use have some 10^9. */
const maxNumbers = 2 ** 32;
/** 100,000 tensors with the longest names would need more; such files do not exist. */
const maxTableBytes = 16 * 2 ** 20;

/** The tensors of a file, each within it. Reads only the table between metadata and weights. */
export async function readTensorTable(file: Blob, header: GgufHeader): Promise<Result<TensorTable, GgufError>> {
  const end = Math.min(file.size, header.metadataBytes + maxTableBytes);
  const bytes = new Uint8Array(await file.slice(header.metadataBytes, end).arrayBuffer());
  return parseTensorTable(bytes, header, file.size);
}

/** `bytes` begin where the metadata end, and `fileBytes` is the length of the whole file. */
export function parseTensorTable(
  bytes: Uint8Array,
  header: GgufHeader,
  fileBytes: number,
): Result<TensorTable, GgufError> {
  const alignment = header.metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1 || alignment > 2 ** 20)
    return err(notAModel('its alignment makes no sense.'));
  try {
    const cursor = new Cursor(bytes);
    const entries = Array.from({ length: header.tensorCount }, () => readEntry(cursor));
    const weightsAt = Math.ceil((header.metadataBytes + cursor.offset) / alignment) * alignment;
    const table = new Map<string, TensorEntry>();
    for (const { offset, ...entry } of entries) {
      const offsetBytes = weightsAt + offset;
      if (table.has(entry.name)) return err(notAModel(`tensor "${entry.name}" is there twice.`));
      if (offset % alignment !== 0) return err(notAModel(`tensor "${entry.name}" is not aligned.`));
      if (offsetBytes + entry.sizeBytes > fileBytes) return err(notAModel('the file ends inside its weights.'));
      table.set(entry.name, { ...entry, offsetBytes });
    }
    return ok(table);
  } catch (cause) {
    if (cause instanceof Truncated) return err(notAModel('the file ends inside its list of tensors.'));
    if (cause instanceof Malformed) return err(notAModel(cause.message));
    throw cause;
  }
}

interface RawEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorType;
  readonly offset: number;
  readonly sizeBytes: number;
}

function readEntry(cursor: Cursor): RawEntry {
  const name = cursor.string(maxNameBytes);
  const dimensions = cursor.uint32();
  if (dimensions < 1 || dimensions > maxDimensions)
    throw new Malformed(`tensor "${name}" has ${dimensions} dimensions.`);
  let numbers = 1;
  const shape: number[] = [];
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const size = cursor.count(maxNumbers, 'numbers in a tensor');
    numbers *= size;
    if (size < 1 || numbers > maxNumbers) throw new Malformed(`tensor "${name}" is of no possible size.`);
    shape.push(size);
  }
  const typeNumber = cursor.uint32();
  const type = tensorTypes.get(typeNumber);
  if (type === undefined) throw new Malformed(`tensor "${name}" is of type ${typeNumber}, which is not read.`);
  const block = blockShapes[type];
  if ((shape[0] as number) % block.length !== 0)
    throw new Malformed(`a row of "${name}" is no whole number of blocks.`);
  const offset = cursor.count(Number.MAX_SAFE_INTEGER, 'bytes');
  return { name, shape, type, offset, sizeBytes: (numbers / block.length) * block.sizeBytes };
}

/** A tensor's numbers, row after row; only its own bytes are read. */
export async function readTensor(file: Blob, entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await file.slice(entry.offsetBytes, entry.offsetBytes + entry.sizeBytes).arrayBuffer());
  const values = new Float32Array(entry.shape.reduce((product, size) => product * size, 1));
  dequantise(entry.type, bytes, values);
  return values;
}

function notAModel(reason: string): GgufError {
  return failure('not-a-model', `Not a usable GGUF model: ${reason}`, 'Choose another file, ending in .gguf.');
}

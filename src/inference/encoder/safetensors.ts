import * as v from 'valibot';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';
import { dequantise } from '../gguf/dequantise.ts';

/** Bytes of one number of each kind that the format has. */
const numberBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;
export type NumberType = keyof typeof numberBytes;

export interface SafeTensor {
  readonly type: NumberType;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  /** The numbers of a tensor of floating-point numbers; throws where the file has no such tensor. */
  read(name: string): Promise<Float32Array>;
}

export type SafetensorsError = Failure<'not-a-model'>;

/** The format allows 100 MB; a model of 2,000 tensors takes 0.3. */
const maxHeaderBytes = 16 * 2 ** 20;
const maxDimensions = 8;
/** So that a tensor's size in bytes stays an exact integer. */
const maxLength = 2 ** 40;

const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxLength));
const tensorSchema = v.object({
  dtype: v.picklist(Object.keys(numberBytes) as NumberType[]),
  shape: v.pipe(v.array(size), v.maxLength(maxDimensions)),
  data_offsets: v.tuple([size, size]),
});

/** Reads the list of tensors; their numbers stay in the file until they are asked for. */
export async function openSafetensors(file: Blob): Promise<Result<SafetensorsFile, SafetensorsError>> {
  const head = new DataView(await file.slice(0, 8).arrayBuffer());
  if (head.byteLength < 8) return err(notSafetensors('it ends before its header.'));
  const headerBytes = head.getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(maxHeaderBytes, file.size - 8)))
    return err(notSafetensors(`a header of ${headerBytes} bytes is too long.`));
  const dataAt = 8 + Number(headerBytes);
  let header: unknown;
  try {
    header = JSON.parse(await file.slice(8, dataAt).text());
  } catch (cause) {
    return err(notSafetensors(messageOf(cause)));
  }
  const tensors = readTensors(header, dataAt, file.size);
  if (!tensors.ok) return tensors;
  return ok({
    tensors: tensors.value,
    async read(name) {
      const tensor = tensors.value.get(name);
      if (tensor === undefined) throw new Error(`There is no tensor "${name}".`);
      const { offsetBytes, sizeBytes, type } = tensor;
      if (!isReal(type)) throw new Error(`Numbers of the kind ${type} are not read.`);
      const values = new Float32Array(sizeBytes / numberBytes[type]);
      dequantise(type, new Uint8Array(await file.slice(offsetBytes, offsetBytes + sizeBytes).arrayBuffer()), values);
      return values;
    },
  });
}

function readTensors(
  header: unknown,
  dataAt: number,
  fileBytes: number,
): Result<ReadonlyMap<string, SafeTensor>, SafetensorsError> {
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return err(notSafetensors('its header is no list of tensors.'));
  const tensors = new Map<string, SafeTensor>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const parsed = v.safeParse(tensorSchema, value);
    if (!parsed.success) return err(notSafetensors(`tensor "${name.slice(0, 64)}" is described wrongly.`));
    const { dtype: type, shape, data_offsets: offsets } = parsed.output;
    const sizeBytes = offsets[1] - offsets[0];
    if (shape.reduce((product, length) => product * length, numberBytes[type]) !== sizeBytes)
      return err(notSafetensors(`tensor "${name.slice(0, 64)}" has not the bytes of its shape.`));
    tensors.set(name, { type, shape, offsetBytes: dataAt + offsets[0], sizeBytes });
  }
  // One after the other, without gaps, to the end: nothing is read twice and nothing hides between them.
  let end = dataAt;
  for (const { offsetBytes, sizeBytes } of [...tensors.values()].sort((a, b) => a.offsetBytes - b.offsetBytes)) {
    if (offsetBytes !== end) return err(notSafetensors('its tensors overlap or leave gaps.'));
    end += sizeBytes;
  }
  return end === fileBytes ? ok(tensors) : err(notSafetensors('its tensors do not end where the file ends.'));
}

/** Whether numbers of this kind can be read. */
export function isReal(type: NumberType): type is 'F32' | 'F16' | 'BF16' {
  return type === 'F32' || type === 'F16' || type === 'BF16';
}

function notSafetensors(reason: string): SafetensorsError {
  return failure('not-a-model', `Not a usable safetensors file: ${reason}`, 'Choose another file.');
}

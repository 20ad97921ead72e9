import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { Cursor, Malformed, Truncated } from './cursor.ts';

export type GgufScalar = number | boolean | string;
export type GgufValue = GgufScalar | readonly GgufScalar[];

/** What precedes the weights in a GGUF file (versions 2 and 3, little-endian): its key-value metadata. */
export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Length of what was read: the list of tensors begins here. */
  readonly metadataBytes: number;
}

export type GgufError = Failure<'not-a-model'>;

/** Largest header that is read: vocabularies of 262,144 tokens with merges take about 12 MiB. */
const maxHeaderBytes = 64 * 2 ** 20;
const firstReadBytes = 4 * 2 ** 20;
const maxEntries = 4096;
const maxTensors = 100_000;
const maxKeyBytes = 65_535;
/** Chat templates are the longest strings met, some 20 kB. */
const maxStringBytes = 2 ** 20;
/** Merges of the largest vocabularies in use number about half a million. */
const maxArrayLength = 2 ** 20;

const magic = 0x46554747;
const stringType = 8;
const arrayType = 9;

/** Reads no more of the file than its header. */
export async function readGgufHeader(file: Blob): Promise<Result<GgufHeader, GgufError>> {
  for (let lengthBytes = firstReadBytes; ; lengthBytes *= 4) {
    const bytes = new Uint8Array(await file.slice(0, Math.min(lengthBytes, maxHeaderBytes)).arrayBuffer());
    const header = parseGgufHeader(bytes);
    if (header.ok || header.error.type === 'not-a-model') return header as Result<GgufHeader, GgufError>;
    if (bytes.length === file.size || lengthBytes >= maxHeaderBytes) return err(notAModel(header.error.message));
  }
}

/** `truncated` says that the bytes are a proper beginning which needs more; nothing is ever read past the end. */
export function parseGgufHeader(bytes: Uint8Array): Result<GgufHeader, GgufError | Failure<'truncated'>> {
  try {
    return ok(parse(new Cursor(bytes)));
  } catch (cause) {
    if (cause instanceof Truncated) return err(failure('truncated', 'The file ends inside its header.'));
    if (cause instanceof Malformed) return err(notAModel(cause.message));
    throw cause;
  }
}

function notAModel(reason: string): GgufError {
  return failure('not-a-model', `Not a usable GGUF model: ${reason}`, 'Choose another file, ending in .gguf.');
}

function parse(cursor: Cursor): GgufHeader {
  if (cursor.uint32() !== magic) throw new Malformed('the file does not begin with "GGUF".');
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) throw new Malformed(`version ${version} is unknown.`);
  const tensorCount = cursor.count(maxTensors, 'tensors');
  const entryCount = cursor.count(maxEntries, 'metadata entries');
  const metadata = new Map<string, GgufValue>();
  for (let entry = 0; entry < entryCount; entry++) {
    const key = cursor.string(maxKeyBytes);
    if (metadata.has(key)) throw new Malformed(`"${key.slice(0, 64)}" is given twice.`);
    const type = cursor.uint32();
    metadata.set(key, type === arrayType ? readArray(cursor) : readScalar(cursor, type));
  }
  return { version, tensorCount, metadata, metadataBytes: cursor.offset };
}

function readArray(cursor: Cursor): GgufScalar[] {
  const type = cursor.uint32();
  if (type === arrayType) throw new Malformed('arrays of arrays are not read.');
  const length = cursor.count(maxArrayLength, 'array elements');
  // Grown element by element: a hostile length reserves nothing.
  const values: GgufScalar[] = [];
  for (let index = 0; index < length; index++) values.push(readScalar(cursor, type));
  return values;
}

function readScalar(cursor: Cursor, type: number): GgufScalar {
  switch (type) {
    case 0:
      return cursor.view(1).getUint8(0);
    case 1:
      return cursor.view(1).getInt8(0);
    case 2:
      return cursor.view(2).getUint16(0, true);
    case 3:
      return cursor.view(2).getInt16(0, true);
    case 4:
      return cursor.uint32();
    case 5:
      return cursor.view(4).getInt32(0, true);
    case 6:
      return cursor.view(4).getFloat32(0, true);
    case 7:
      return cursor.view(1).getUint8(0) !== 0;
    case stringType:
      return cursor.string(maxStringBytes);
    // 64-bit integers beyond 2^53 lose their last digits; no such value is used.
    case 10:
      return Number(cursor.view(8).getBigUint64(0, true));
    case 11:
      return Number(cursor.view(8).getBigInt64(0, true));
    case 12:
      return cursor.view(8).getFloat64(0, true);
    default:
      throw new Malformed(`value type ${type} is unknown.`);
  }
}

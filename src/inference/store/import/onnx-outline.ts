import { type Result, err, ok } from '#vocabulary';
import type { ModelError } from '../../model.ts';
import { type ChosenFile, notAModel } from './file-names.ts';
import { MalformedProtobuf, type ProtobufField, ProtobufWalk } from './protobuf-walk.ts';

/** What an ONNX file says of itself, without its weights. */
export interface OnnxOutline {
  /** Numbers in its weights. */
  readonly parameters: number;
  /** Files beside it that hold weights, and how many bytes of each it refers to. */
  readonly externalBytes: ReadonlyMap<string, number>;
}

/** Large decoders have some 5,000 nodes and 1,000 tensors, each with tens of fields. */
const maxFields = 2_000_000;
/** Field numbers of onnx.proto. */
const model = { irVersion: 1, graph: 7 } as const;
const graph = { initializer: 5, output: 12 } as const;
const tensor = { dims: 1, externalData: 13 } as const;
const entry = { key: 1, value: 2 } as const;
const newestIrVersion = 50;

export async function readOnnxOutline({ path, blob }: ChosenFile): Promise<Result<OnnxOutline, ModelError>> {
  try {
    return ok(await outline(new ProtobufWalk(blob, maxFields)));
  } catch (cause) {
    if (cause instanceof MalformedProtobuf) return err(notAModel(`${path} is no ONNX model: ${cause.message}.`));
    throw cause;
  }
}

async function outline(walk: ProtobufWalk): Promise<OnnxOutline> {
  let irVersion = 0;
  let outputs = 0;
  let parameters = 0;
  const externalBytes = new Map<string, number>();
  for await (const field of walk.fields(0, walk.end)) {
    if (field.number === model.irVersion && field.wire === 0) irVersion = field.value;
    if (field.number !== model.graph || field.wire !== 2) continue;
    for await (const part of walk.fields(field.start, field.end)) {
      if (part.number === graph.output) outputs++;
      if (part.number !== graph.initializer || part.wire !== 2) continue;
      const weights = await readTensor(walk, part);
      parameters += weights.size;
      if (weights.external === undefined) continue;
      const { location, endBytes } = weights.external;
      externalBytes.set(location, Math.max(endBytes, externalBytes.get(location) ?? 0));
    }
  }
  if (irVersion < 1 || irVersion > newestIrVersion) throw new MalformedProtobuf('it states no version');
  if (outputs === 0) throw new MalformedProtobuf('it has no graph that computes anything');
  return { parameters: Number.isSafeInteger(parameters) ? parameters : 0, externalBytes };
}

interface Weights {
  readonly size: number;
  readonly external?: { readonly location: string; readonly endBytes: number };
}

async function readTensor(walk: ProtobufWalk, field: ProtobufField): Promise<Weights> {
  let size = 1;
  const external = new Map<string, string>();
  for await (const part of walk.fields(field.start, field.end)) {
    if (part.number === tensor.dims) size *= await readDims(walk, part);
    if (part.number !== tensor.externalData || part.wire !== 2) continue;
    const { key, value } = await readEntry(walk, part);
    external.set(key, value);
  }
  const location = external.get('location');
  if (location === undefined) return { size };
  const endBytes = Number(external.get('offset') ?? 0) + Number(external.get('length') ?? 0);
  if (!Number.isSafeInteger(endBytes) || endBytes < 0) throw new MalformedProtobuf('weights lie nowhere');
  return { size, external: { location, endBytes } };
}

/** Dimensions stand one a field, or packed. */
async function readDims(walk: ProtobufWalk, field: ProtobufField): Promise<number> {
  if (field.wire === 0) return field.value;
  let product = 1;
  for (const dim of await walk.varints(field)) product *= dim;
  return product;
}

async function readEntry(walk: ProtobufWalk, field: ProtobufField): Promise<{ key: string; value: string }> {
  let key = '';
  let value = '';
  for await (const part of walk.fields(field.start, field.end)) {
    if (part.number === entry.key) key = await walk.text(part, 64);
    if (part.number === entry.value) value = await walk.text(part, 1_024);
  }
  return { key, value };
}

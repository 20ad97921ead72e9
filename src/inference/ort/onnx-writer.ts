import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * Writes a model in ONNX's protobuf format (onnx.proto of ONNX 1.17; field numbers below are its). Large weights stay
 * outside: the model names them and whoever opens a session hands them over as external data.
 */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
  readonly weights: readonly OnnxWeight[];
}

/** Names of operators outside the standard begin with their domain: `com.microsoft/QuickGelu`. */
export interface OnnxNode {
  readonly operator: string;
  /** Empty names stand for optional inputs that are left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] };

export type OnnxType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** Names are sizes known only when the model runs. */
  readonly shape: readonly (number | string)[];
}

/** Small: its bytes, little-endian, are written into the model. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Its bytes are external data under the weight's own name. */
export interface OnnxWeight {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

const irVersion = 10;
const operatorSets: Readonly<Record<string, number>> = { '': 21, 'com.microsoft': 1 };
const typeNumbers: Readonly<Record<OnnxType, number>> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };

export function writeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(irVersion);
  writer.tag(2, WireType.LengthDelimited).string('peerage');
  message(writer, 7, () => writeGraph(writer, model));
  for (const [domain, version] of Object.entries(operatorSets))
    message(writer, 8, () => {
      writer.tag(1, WireType.LengthDelimited).string(domain);
      writer.tag(2, WireType.Varint).int64(version);
    });
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, { nodes, inputs, outputs, constants, weights }: OnnxModel): void {
  for (const node of nodes) message(writer, 1, () => writeNode(writer, node));
  writer.tag(2, WireType.LengthDelimited).string('decoder');
  for (const { name, type, shape, data } of constants)
    message(writer, 5, () => {
      writeTensorHead(writer, name, type, shape);
      writer.tag(9, WireType.LengthDelimited).bytes(data);
    });
  for (const { name, type, shape, sizeBytes } of weights)
    message(writer, 5, () => {
      writeTensorHead(writer, name, type, shape);
      for (const [key, value] of Object.entries({ location: name, offset: '0', length: String(sizeBytes) }))
        message(writer, 13, () => {
          writer.tag(1, WireType.LengthDelimited).string(key);
          writer.tag(2, WireType.LengthDelimited).string(value);
        });
      writer.tag(14, WireType.Varint).int32(1);
    });
  for (const input of inputs) message(writer, 11, () => writeValue(writer, input));
  for (const output of outputs) message(writer, 12, () => writeValue(writer, output));
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, attributes = {} }: OnnxNode): void {
  const slash = operator.lastIndexOf('/');
  for (const input of inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(3, WireType.LengthDelimited).string(`${outputs.find((output) => output !== '') ?? ''}:${operator}`);
  writer.tag(4, WireType.LengthDelimited).string(operator.slice(slash + 1));
  for (const [name, attribute] of Object.entries(attributes))
    message(writer, 5, () => {
      writer.tag(1, WireType.LengthDelimited).string(name);
      writeAttribute(writer, attribute);
    });
  if (slash >= 0) writer.tag(7, WireType.LengthDelimited).string(operator.slice(0, slash));
}

/** The value and, in field 20, its kind. */
function writeAttribute(writer: BinaryWriter, attribute: OnnxAttribute): void {
  if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    writer.tag(20, WireType.Varint).int32(1);
  } else if ('int' in attribute) {
    writer.tag(3, WireType.Varint).int64(attribute.int);
    writer.tag(20, WireType.Varint).int32(2);
  } else {
    for (const value of attribute.ints) writer.tag(8, WireType.Varint).int64(value);
    writer.tag(20, WireType.Varint).int32(7);
  }
}

function writeTensorHead(writer: BinaryWriter, name: string, type: OnnxType, shape: readonly number[]): void {
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(typeNumbers[type]);
  writer.tag(8, WireType.LengthDelimited).string(name);
}

function writeValue(writer: BinaryWriter, { name, type, shape }: OnnxValue): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(typeNumbers[type]);
      message(writer, 2, () => {
        for (const size of shape)
          message(writer, 1, () => {
            if (typeof size === 'number') writer.tag(1, WireType.Varint).int64(size);
            else writer.tag(2, WireType.LengthDelimited).string(size);
          });
      });
    }),
  );
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

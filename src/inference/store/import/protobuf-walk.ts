/** One field of a protobuf message inside a file: its number, and where its content lies or what it is. */
export interface ProtobufField {
  readonly number: number;
  /** 0 varint, 1 64 bits, 2 bytes, 5 32 bits. */
  readonly wire: number;
  /** Of a varint. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

export class MalformedProtobuf extends Error {}

const windowBytes = 64 * 1024;

/** Walks messages in a file without reading what it skips. Reads at most `maxFields` fields in all. */
export class ProtobufWalk {
  readonly #blob: Blob;
  #fieldsLeft: number;
  #window = new Uint8Array();
  #windowStart = 0;

  constructor(blob: Blob, maxFields: number) {
    this.#blob = blob;
    this.#fieldsLeft = maxFields;
  }

  get end(): number {
    return this.#blob.size;
  }

  async *fields(start: number, end: number): AsyncGenerator<ProtobufField> {
    let offset = start;
    while (offset < end) {
      if (this.#fieldsLeft-- <= 0) throw new MalformedProtobuf('it has too many fields');
      const tag = await this.#varint(offset, end);
      const wire = tag.value % 8;
      const number = Math.floor(tag.value / 8);
      if (number === 0) throw new MalformedProtobuf('a field has no number');
      const length = await this.#lengthOf(wire, tag.next, end);
      if (length.next > end) throw new MalformedProtobuf('a field is longer than its message');
      yield { number, wire, value: length.value, start: length.start, end: length.next };
      offset = length.next;
    }
  }

  async text(field: ProtobufField, maxBytes: number): Promise<string> {
    if (field.end - field.start > maxBytes) throw new MalformedProtobuf('a text is too long');
    return this.#blob.slice(field.start, field.end).text();
  }

  /** A packed row of numbers. */
  async varints(field: ProtobufField): Promise<readonly number[]> {
    const values: number[] = [];
    for (let at = field.start; at < field.end;) {
      if (this.#fieldsLeft-- <= 0) throw new MalformedProtobuf('it has too many fields');
      const { value, next } = await this.#varint(at, field.end);
      values.push(value);
      at = next;
    }
    return values;
  }

  async #lengthOf(wire: number, at: number, end: number): Promise<{ value: number; start: number; next: number }> {
    switch (wire) {
      case 0: {
        const { value, next } = await this.#varint(at, end);
        return { value, start: at, next };
      }
      case 1:
        return { value: 0, start: at, next: at + 8 };
      case 2: {
        const { value, next } = await this.#varint(at, end);
        return { value: 0, start: next, next: next + value };
      }
      case 5:
        return { value: 0, start: at, next: at + 4 };
      default:
        throw new MalformedProtobuf(`wire type ${wire} is unknown`);
    }
  }

  /** Numbers beyond 2^53 are imprecise; no length is that large, and nothing else here is compared. */
  async #varint(at: number, end: number): Promise<{ value: number; next: number }> {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      if (at + index >= end) throw new MalformedProtobuf('it ends inside a number');
      const byte = await this.#byte(at + index);
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return { value, next: at + index + 1 };
    }
    throw new MalformedProtobuf('a number is too long');
  }

  async #byte(at: number): Promise<number> {
    const isInside = at >= this.#windowStart && at < this.#windowStart + this.#window.length;
    if (!isInside) {
      this.#window = new Uint8Array(await this.#blob.slice(at, at + windowBytes).arrayBuffer());
      this.#windowStart = at;
    }
    const byte = this.#window[at - this.#windowStart];
    if (byte === undefined) throw new MalformedProtobuf('it ends too early');
    return byte;
  }
}

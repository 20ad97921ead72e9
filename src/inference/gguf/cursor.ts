/** The bytes are a proper beginning which needs more. */
export class Truncated extends Error {}
export class Malformed extends Error {}

/** Reads little-endian values one after the other, never past the end. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #text = new TextDecoder();
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#offset;
  }

  view(lengthBytes: number): DataView {
    const taken = this.#take(lengthBytes);
    return new DataView(taken.buffer, taken.byteOffset, lengthBytes);
  }

  uint32(): number {
    return this.view(4).getUint32(0, true);
  }

  count(limit: number, what: string): number {
    const count = this.view(8).getBigUint64(0, true);
    if (count > BigInt(limit)) throw new Malformed(`${count} ${what} are more than ${limit}.`);
    return Number(count);
  }

  string(limitBytes: number): string {
    return this.#text.decode(this.#take(this.count(limitBytes, 'bytes of text')));
  }

  #take(lengthBytes: number): Uint8Array {
    const end = this.#offset + lengthBytes;
    if (end > this.#bytes.length) throw new Truncated();
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }
}

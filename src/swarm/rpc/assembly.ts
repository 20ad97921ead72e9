/** Puts the parts of one value together. Memory is what the value was said to have, never more. */
export class Assembly {
  readonly #total: number;
  #whole: Uint8Array | undefined;
  #filled = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** The whole value with its last part, undefined before, `too-long` when the parts exceed the length. */
  add(part: Uint8Array): Uint8Array | undefined | 'too-long' {
    const from = this.#filled;
    if (from + part.byteLength > this.#total) return 'too-long';
    this.#filled += part.byteLength;
    if (part.byteLength === this.#total) return owned(part);
    this.#whole ??= new Uint8Array(this.#total);
    this.#whole.set(part, from);
    return this.#filled === this.#total ? this.#whole : undefined;
  }

  /** Bytes that have not come. */
  missing(): number {
    return this.#total - this.#filled;
  }
}

/** A view that would keep alive more than twice its size is copied. */
function owned(part: Uint8Array): Uint8Array {
  return part.byteLength * 2 >= part.buffer.byteLength ? part : part.slice();
}

/** Puts the parts of one value together. Memory is what the value was said to have, never more. */
export interface Assembly {
  /** The whole value with its last part, undefined before, `too-long` when the parts exceed the length. */
  add(part: Uint8Array): Uint8Array | undefined | 'too-long';
  /** Bytes that have not come. */
  missing(): number;
}

export function createAssembly(total: number): Assembly {
  let whole: Uint8Array | undefined;
  let filled = 0;
  return {
    add(part) {
      if (filled + part.byteLength > total) return 'too-long';
      if (filled === 0 && part.byteLength === total) {
        filled = total;
        return owned(part);
      }
      whole ??= new Uint8Array(total);
      whole.set(part, filled);
      filled += part.byteLength;
      return filled === total ? whole : undefined;
    },
    missing: () => total - filled,
  };
}

/** A view that would keep alive more than twice its size is copied. */
function owned(part: Uint8Array): Uint8Array {
  return part.byteLength * 2 >= part.buffer.byteLength ? part : part.slice();
}

/**
 * Cuts a row of bytes into frames, each behind its length as an unsigned varint. Pure.
 * A frame that came in one piece is a view into that piece; the others are put together.
 */
export interface FrameReader {
  /** Takes the next bytes; false when they cannot be frames, or a frame is empty or too long. */
  read(bytes: Uint8Array, onFrame: (frame: Uint8Array) => void): boolean;
}

/** A length over the limit is refused before that: four bytes hold 268 million. */
const MAX_PREFIX_BYTES = 4;

export function createFrameReader(maxFrameBytes: number): FrameReader {
  let prefixBytes = 0;
  let length = 0;
  /** The frame being put together; undefined while its length is read. */
  let partial: Uint8Array | undefined;
  let filled = 0;

  return {
    read(bytes, onFrame) {
      for (let at = 0; at < bytes.byteLength;) {
        if (partial === undefined) {
          const byte = bytes[at++] as number;
          length += (byte & 0x7f) * 2 ** (7 * prefixBytes++);
          if (byte >= 0x80) {
            if (prefixBytes === MAX_PREFIX_BYTES) return false;
            continue;
          }
          if (length === 0 || length > maxFrameBytes) return false;
          const end = at + length;
          if (end > bytes.byteLength) {
            partial = new Uint8Array(length);
            filled = 0;
            continue;
          }
          prefixBytes = length = 0;
          onFrame(bytes.subarray(at, end));
          at = end;
        } else {
          const taken = Math.min(partial.byteLength - filled, bytes.byteLength - at);
          partial.set(bytes.subarray(at, at + taken), filled);
          at += taken;
          filled += taken;
          if (filled < partial.byteLength) continue;
          const whole = partial;
          partial = undefined;
          prefixBytes = length = 0;
          onFrame(whole);
        }
      }
      return true;
    },
  };
}

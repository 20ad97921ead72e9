import { equalBytes } from '#vocabulary';

/*
 * Names in messages are few and come again and again, and the platform's codecs for text cost more than everything else
 * that is done for a short message.
 */

/** More are not kept: names to send are this product's own. */
const MAX_KEPT = 64;

export interface Names {
  /** The UTF-8 form, not to be changed. */
  encode(name: string): Uint8Array;
  /** The name, or undefined where it is not UTF-8. */
  decode(bytes: Uint8Array): string | undefined;
}

export function createNames(): Names {
  const text = new TextEncoder();
  const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const encoded = new Map<string, Uint8Array>();
  let lastBytes = new Uint8Array();
  let lastName = '';

  return {
    encode(name) {
      const known = encoded.get(name);
      if (known !== undefined) return known;
      const bytes = text.encode(name);
      if (encoded.size >= MAX_KEPT) encoded.clear();
      encoded.set(name, bytes);
      return bytes;
    },
    decode(bytes) {
      if (equalBytes(bytes, lastBytes)) return lastName;
      try {
        lastName = strictText.decode(bytes);
      } catch {
        return undefined;
      }
      lastBytes = bytes.slice();
      return lastName;
    },
  };
}

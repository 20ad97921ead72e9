import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 (FIPS 180-4), 32 bytes. Synchronous so that pure reducers can use it. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(nobleSha256(bytes));
}

/** SHA-256 over a stream of pieces: a model file never has to stand in memory whole. */
export interface StreamingDigest {
  update(piece: Uint8Array): void;
  /** Lower-case hex of all pieces so far; call once, at the end. */
  finishHex(): string;
}

export function createStreamingSha256(): StreamingDigest {
  const hash = nobleSha256.create();
  return {
    update: (piece) => {
      hash.update(piece);
    },
    finishHex: () => bytesToHex(hash.digest()),
  };
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

import type { PeerId } from './ids.ts';

/** Holds one peer's private key. */
export interface Signer {
  readonly peer: PeerId;
  /** Ed25519 signature (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Checks anybody's signature; the public key is inside the peer id. False for a malformed id, never throws. */
export type VerifySignature = (peer: PeerId, bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>;

import type { Failure, PeerId, Signer } from '#vocabulary';

/** One peer: its key and what follows from it. */
export interface Identity {
  readonly peer: PeerId;
  readonly signer: Signer;
  /** Protobuf form of the Ed25519 private key. Whoever has it is this peer. */
  readonly privateKey: Uint8Array;
  /** False when the browser keeps nothing (private browsing): the peer ends with the page. */
  readonly isKept: boolean;
}

export type IdentityError = Failure<'malformed-identity' | 'storage-unavailable'>;

import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id';
import { type PeerId, type Signer, type VerifySignature, asPeerId, sha256 } from '#vocabulary';

/** The Ed25519 identity of a name, the same on every run. */
export async function createNamedSigner(name: string): Promise<Signer> {
  const key = await generateKeyPairFromSeed('Ed25519', sha256(new TextEncoder().encode(name)));
  return {
    peer: asPeerId(peerIdFromPrivateKey(key).toString()),
    sign: async (bytes) => key.sign(bytes),
  };
}

export const verifyEd25519: VerifySignature = async (peer, bytes, signature) => {
  try {
    return (await peerIdFromString(peer).publicKey?.verify(bytes, signature)) ?? false;
  } catch {
    return false;
  }
};

/** A keyed digest in place of a signature, a thousand times faster: for tests about what records mean. */
export function createScriptedSigner(name: string): Signer {
  const peer = asPeerId(name);
  return { peer, sign: async (bytes) => scriptedSignature(peer, bytes) };
}

export const verifyScripted: VerifySignature = async (peer, bytes, signature) => {
  const expected = scriptedSignature(peer, bytes);
  return signature.length === expected.length && signature.every((byte, index) => byte === expected[index]);
};

function scriptedSignature(peer: PeerId, bytes: Uint8Array): Uint8Array {
  const key = new TextEncoder().encode(peer);
  const half = sha256(new Uint8Array([...key, ...bytes]));
  return new Uint8Array([...half, ...sha256(half)]);
}

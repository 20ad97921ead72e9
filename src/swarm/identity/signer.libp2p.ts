import { privateKeyFromProtobuf } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id';
import { type Signer, type VerifySignature, asPeerId } from '#vocabulary';

const SIGNATURE_BYTES = 64;

/** `privateKey` is the protobuf form of an Ed25519 key. Throws when it is not. */
export function createSigner(privateKey: Uint8Array): Signer {
  const key = privateKeyFromProtobuf(privateKey);
  if (key.type !== 'Ed25519') throw new TypeError('a peer signs with an Ed25519 key');
  return {
    peer: asPeerId(peerIdFromPrivateKey(key).toString()),
    sign: async (bytes) => key.sign(bytes),
  };
}

export const verifySignature: VerifySignature = async (peer, bytes, signature) => {
  if (signature.byteLength !== SIGNATURE_BYTES) return false;
  try {
    const { publicKey, type } = peerIdFromString(peer);
    return type === 'Ed25519' && publicKey !== undefined && (await publicKey.verify(bytes, signature));
  } catch {
    return false;
  }
};

import { hexToBytes, bytesToHex } from '#vocabulary';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** CIDv1 (raw, sha2-256), 36 bytes: how messages name a file. */
export function cidBytes(sha256: string): Uint8Array {
  return CID.createV1(RAW, create(SHA2_256, hexToBytes(sha256))).bytes;
}

/** The same as text (base32). */
export function cidText(sha256: string): string {
  return CID.createV1(RAW, create(SHA2_256, hexToBytes(sha256))).toString();
}

/** The SHA-256 that a CID names, in hex; undefined for anything else than the form above. */
export function readCid(bytes: Uint8Array): string | undefined {
  try {
    const cid = CID.decode(bytes);
    const { code, digest } = cid.multihash;
    return cid.version === 1 && cid.code === RAW && code === SHA2_256 && digest.length === 32
      ? bytesToHex(digest)
      : undefined;
  } catch {
    return undefined;
  }
}

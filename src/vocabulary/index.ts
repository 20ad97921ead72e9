export { type Result, type Failure, ok, err, failure, messageOf } from './result.ts';
export {
  type PeerId,
  type RoundId,
  type ModelId,
  type RecordId,
  asPeerId,
  asRoundId,
  asModelId,
  asRecordId,
} from './ids.ts';
export { type Clock, sleep } from './clock.ts';
export { orAborted } from './or-aborted.ts';
export { systemClock } from './clock.system.ts';
export { type VirtualClock, createVirtualClock } from './clock.virtual.ts';
export { type Random, randomInteger, randomNormal, shuffled } from './random.ts';
export { createSeededRandom } from './random.seeded.ts';
export { systemRandom } from './random.system.ts';
export {
  type StreamingDigest,
  sha256,
  sha256Hex,
  createStreamingSha256,
  bytesToHex,
  equalBytes,
  hexToBytes,
} from './digest.ts';
export { type Canonical, encodeCanonical, decodeCanonical } from './canonical.ts';
export type { Signer, VerifySignature } from './signer.ts';
export {
  type Rate,
  type TokenBucket,
  type Tokens,
  createTokenBucket,
  fullTokens,
  takeTokens,
  tokensAt,
} from './token-bucket.ts';

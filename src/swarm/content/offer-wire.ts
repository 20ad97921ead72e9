import {
  type Failure,
  type PeerId,
  type Result,
  asPeerId,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  ok,
} from '#vocabulary';
import * as v from 'valibot';
import { cidBytes, readCid } from './cid.ts';
import { MAX_OFFERED } from './constants.ts';

/** What a tab offers: the newest files it has or is getting, all of them unless there are more than `MAX_OFFERED`. */
export interface Offer {
  /** Its own claim. */
  readonly peer: PeerId;
  readonly digests: readonly string[];
}

const MAX_PEER_LENGTH = 128;

const schema = v.strictObject({
  peer: v.pipe(v.string(), v.regex(/^[\w-]+$/), v.maxLength(MAX_PEER_LENGTH)),
  cids: v.pipe(v.array(v.instance(Uint8Array)), v.maxLength(MAX_OFFERED)),
});

/** Canonical CBOR: `peer`, `cids` (36 bytes each). */
export function encodeOffer({ peer, digests }: Offer): Uint8Array {
  return encodeCanonical({ peer, cids: digests.slice(0, MAX_OFFERED).map(cidBytes) });
}

export function decodeOffer(bytes: Uint8Array): Result<Offer, Failure<'malformed-offer'>> {
  const value = decodeCanonical(bytes);
  const parsed = value.ok ? v.safeParse(schema, value.value) : undefined;
  if (parsed?.success !== true) return err(failure('malformed-offer', 'This is no announcement of files.'));
  const digests = parsed.output.cids.map(readCid);
  if (!digests.every((digest) => digest !== undefined))
    return err(failure('malformed-offer', 'A file is not named by its SHA-256.'));
  return ok({ peer: asPeerId(parsed.output.peer), digests });
}

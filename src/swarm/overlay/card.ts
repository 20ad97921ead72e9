import * as v from 'valibot';
import { type PeerId, type Signer, type VerifySignature, decodeCanonical, encodeCanonical } from '#vocabulary';
import { advertSchema } from '../session/advert.ts';
import { isRelayAddress, peerIdSchema } from '../joining/rendezvous-wire.ts';
import type { Advert } from '../swarm.ts';
import { CARD_LIFE_MS, CARD_SKEW_MS } from './constants.ts';

/*
 * A card: what a tab says of itself to tabs it has no connection to. Canonical CBOR {c: claims, s: signature}, claims
 * again canonical CBOR {p: peer, r: relay address or "", t: issued, ms since 1970, a: advert}; the signature is the
 * peer's Ed25519 over "peerage/card/1\n" and the bytes of the claims. Passed on as it is, byte for byte.
 */

export interface Card {
  readonly peer: PeerId;
  /** Multiaddr of the relay through which the peer is reached. */
  readonly relay: string | undefined;
  readonly advert: Advert;
  readonly issuedAtMs: number;
  /** The signed form, as it is passed on. */
  readonly sealed: Uint8Array;
}

/** A full advert, the longest relay address and what stands around them. */
export const MAX_CARD_BYTES = 2 * 1024;
const SIGNATURE_BYTES = 64;
const SIGNED_FOR = new TextEncoder().encode('peerage/card/1\n');

const bytesOf = (min: number, max: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check(({ byteLength }) => byteLength >= min && byteLength <= max, 'too short or too long'),
  );
const sealedSchema = v.strictObject({
  c: bytesOf(1, MAX_CARD_BYTES),
  s: bytesOf(SIGNATURE_BYTES, SIGNATURE_BYTES),
});
const claimsSchema = v.strictObject({
  p: peerIdSchema,
  r: v.pipe(
    v.string(),
    v.check((text) => text === '' || isRelayAddress(text), 'not the address of a relay'),
  ),
  t: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  a: advertSchema,
});

/** Reads a card without believing it: `verifyCard` says whether the peer made it. */
export function decodeCard(sealed: Uint8Array): Card | undefined {
  if (sealed.byteLength > MAX_CARD_BYTES) return undefined;
  const parts = readSealed(sealed);
  if (parts === undefined) return undefined;
  const claims = decodeCanonical(parts.c);
  if (!claims.ok) return undefined;
  const parsed = v.safeParse(claimsSchema, claims.value);
  if (!parsed.success) return undefined;
  const { p, r, t, a } = parsed.output;
  return { peer: p, relay: r === '' ? undefined : r, advert: a, issuedAtMs: t, sealed: sealed.slice() };
}

export async function verifyCard(card: Card, verify: VerifySignature): Promise<boolean> {
  const parts = readSealed(card.sealed);
  return parts !== undefined && verify(card.peer, signedBytes(parts.c), parts.s);
}

export async function signCard(
  signer: Signer,
  advert: Advert,
  relay: string | undefined,
  issuedAtMs: number,
): Promise<Card> {
  const claims = encodeCanonical({ p: signer.peer, r: relay ?? '', t: Math.floor(issuedAtMs), a: { ...advert } });
  const signature = await signer.sign(signedBytes(claims));
  return { peer: signer.peer, relay, advert, issuedAtMs, sealed: encodeCanonical({ c: claims, s: signature }) };
}

export function isFresh(card: Card, nowMs: number): boolean {
  return card.issuedAtMs <= nowMs + CARD_SKEW_MS && card.issuedAtMs > nowMs - CARD_LIFE_MS;
}

function readSealed(sealed: Uint8Array): v.InferOutput<typeof sealedSchema> | undefined {
  const decoded = decodeCanonical(sealed);
  if (!decoded.ok) return undefined;
  const parsed = v.safeParse(sealedSchema, decoded.value);
  return parsed.success ? parsed.output : undefined;
}

function signedBytes(claims: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIGNED_FOR.byteLength + claims.byteLength);
  bytes.set(SIGNED_FOR);
  bytes.set(claims, SIGNED_FOR.byteLength);
  return bytes;
}

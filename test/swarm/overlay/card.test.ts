import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCanonical, encodeCanonical } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { MAX_CARD_BYTES, decodeCard, isFresh, signCard, verifyCard } from '../../../src/swarm/overlay/card.ts';
import { createSigner, verifySignature } from '../../../src/swarm/identity/signer.libp2p.ts';

const START_MS = 1_700_000_000_000;
const relay = '/dns4/relay.example/tcp/443/tls/wss/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp';
const signer = createSigner(privateKeyToProtobuf(await generateKeyPair('Ed25519')));
const card = await signCard(signer, { ...EMPTY_ADVERT, name: 'anna', modelId: 'tiny' }, relay, START_MS);

describe('cards', () => {
  test('R76: a card is read back as it was made, and is its author’s', async () => {
    const read = decodeCard(card.sealed);
    expect(read).toEqual(card);
    expect(read && (await verifyCard(read, verifySignature))).toBe(true);
    expect(isFresh(card, START_MS)).toBe(true);
  });

  test('R76: a card that was changed, or signed by somebody else, is not genuine', async () => {
    const outer = decodeCanonical(card.sealed);
    if (!outer.ok) throw new Error('a card is canonical');
    const { c, s } = outer.value as { c: Uint8Array; s: Uint8Array };
    const claims = decodeCanonical(c);
    if (!claims.ok) throw new Error('claims are canonical');
    const altered = encodeCanonical({ ...(claims.value as object), t: START_MS + 1 } as never);
    const other = createSigner(privateKeyToProtobuf(await generateKeyPair('Ed25519')));
    const foreign = await other.sign(c);
    for (const forged of [encodeCanonical({ c: altered, s }), encodeCanonical({ c, s: foreign })]) {
      const read = decodeCard(forged);
      expect(read).toBeDefined();
      expect(read && (await verifyCard(read, verifySignature))).toBe(false);
    }
  });

  test('R76, R81: arbitrary bytes, too many bytes and odd relay addresses are no card', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeCard(bytes)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.nat(card.sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = card.sealed.slice();
        bytes[at] = (bytes[at] as number) ^ change;
        // Still readable perhaps, never the same card.
        expect(decodeCard(bytes)?.sealed).not.toEqual(card.sealed);
      }),
    );
    expect(decodeCard(new Uint8Array(MAX_CARD_BYTES + 1))).toBeUndefined();
    const claims = { p: signer.peer, r: '/ip4/1.2.3.4/tcp/22', t: START_MS, a: { ...EMPTY_ADVERT } };
    expect(decodeCard(encodeCanonical({ c: encodeCanonical(claims), s: new Uint8Array(64) }))).toBeUndefined();
  });
});

import 'fake-indexeddb/auto';
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, test } from 'vitest';
import { createSigner, exportIdentity, importIdentity, loadIdentity, verifySignature } from '#swarm';
import { asPeerId } from '#vocabulary';

const message = new TextEncoder().encode('a vote');

afterEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('identity', () => {
  test('R20: a database keeps one peer, also when two tabs ask at once', async () => {
    const [first, second] = await Promise.all([loadIdentity('one'), loadIdentity('one')]);
    expect(first.peer).toMatch(/^12D3KooW/);
    expect(second.peer).toBe(first.peer);
    expect((await loadIdentity('one')).peer).toBe(first.peer);
    expect((await loadIdentity('two')).peer).not.toBe(first.peer);
    expect(first.isKept).toBe(true);
  });

  test('R20: where nothing is kept there is a peer for the page, and it says so', async () => {
    globalThis.indexedDB = {
      open: () => {
        throw new Error('denied');
      },
    } as unknown as IDBFactory;
    const identity = await loadIdentity('one');
    expect(identity.isKept).toBe(false);
    expect(await verifySignature(identity.peer, message, await identity.signer.sign(message))).toBe(true);
    expect(await importIdentity('one', exportIdentity(identity))).toMatchObject({
      error: { type: 'storage-unavailable' },
    });
  });

  test('R20: an exported peer is the same peer elsewhere', async () => {
    const identity = await loadIdentity('here');
    expect(await importIdentity('there', ` ${exportIdentity(identity)}\n`)).toMatchObject({ ok: true });
    const moved = await loadIdentity('there');
    expect(moved.peer).toBe(identity.peer);
    expect(await moved.signer.sign(message)).toEqual(await identity.signer.sign(message));
  });

  test.each([
    '',
    'peerage-identity-1:',
    'peerage-identity-1:zz',
    'peerage-identity-1:0011',
    `peerage-identity-1:${'00'.repeat(5000)}`,
    'nonsense',
  ])('R20: "%.40s" is no identity', async (text) => {
    expect(await importIdentity('one', text)).toMatchObject({ ok: false, error: { type: 'malformed-identity' } });
  });
});

describe('signatures', () => {
  test('R21: the signature of a peer verifies for its id and bytes alone', async () => {
    const [anna, berta] = [await loadIdentity('anna'), await loadIdentity('berta')];
    const signature = await anna.signer.sign(message);
    expect(signature.byteLength).toBe(64);
    expect(await verifySignature(anna.peer, message, signature)).toBe(true);
    expect(await verifySignature(berta.peer, message, signature)).toBe(false);
    expect(await verifySignature(anna.peer, message.with(0, 0), signature)).toBe(false);
    expect(await verifySignature(anna.peer, message, signature.with(5, (signature[5] as number) ^ 1))).toBe(false);
  });

  test.each(['', 'anna', '12D3KooW', 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N', '/'])(
    'R21: "%s" is no peer that could have signed',
    async (peer) => {
      expect(await verifySignature(asPeerId(peer), message, new Uint8Array(64))).toBe(false);
      expect(await verifySignature(asPeerId(peer), message, new Uint8Array(3))).toBe(false);
    },
  );

  test('R21: a peer signs with Ed25519', async () => {
    const other = await generateKeyPair('secp256k1');
    expect(() => createSigner(privateKeyToProtobuf(other))).toThrow(TypeError);
  });
});

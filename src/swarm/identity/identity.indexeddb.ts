import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Result, bytesToHex, err, failure, hexToBytes, ok } from '#vocabulary';
import type { Identity, IdentityError } from './identity.ts';
import { createSigner } from './signer.libp2p.ts';

interface Schema extends DBSchema {
  identity: { key: 'private-key'; value: Uint8Array };
}

const VERSION = 1;
/** Marks an exported identity, and its version, for people and for `importIdentity`. */
const EXPORT_PREFIX = 'peerage-identity-1:';
/** The protobuf form of an Ed25519 key has 68 bytes. */
const MAX_KEY_BYTES = 128;

/**
 * The peer of this database: read, or made on first use. Two tabs that do so at once get the same one. Where the
 * browser keeps nothing a peer for this page alone is made, and says so.
 */
export async function loadIdentity(databaseName: string): Promise<Identity> {
  // Made before the transaction, which would end while waiting for it.
  const fresh = privateKeyToProtobuf(await generateKeyPair('Ed25519'));
  let database: IDBPDatabase<Schema> | undefined;
  try {
    database = await open(databaseName);
    const transaction = database.transaction('identity', 'readwrite', { durability: 'strict' });
    const kept = await transaction.store.get('private-key');
    if (kept === undefined) await transaction.store.put(fresh, 'private-key');
    await transaction.done;
    return identityOf(kept ?? fresh, true);
  } catch {
    return identityOf(fresh, false);
  } finally {
    database?.close();
  }
}

/** Text form of a private key, to carry a peer to another browser. */
export function exportIdentity(identity: Identity): string {
  return EXPORT_PREFIX + bytesToHex(identity.privateKey);
}

/** Replaces the peer of this database by an exported one; in force when the page is loaded anew. */
export async function importIdentity(databaseName: string, text: string): Promise<Result<Identity, IdentityError>> {
  const hex = text.trim().slice(EXPORT_PREFIX.length);
  const malformed = err(
    failure('malformed-identity', 'This is not an exported identity.', `It begins with ${EXPORT_PREFIX}`),
  );
  if (!text.trim().startsWith(EXPORT_PREFIX) || hex.length > 2 * MAX_KEY_BYTES) return malformed;
  let identity: Identity;
  try {
    identity = identityOf(hexToBytes(hex), true);
  } catch {
    return malformed;
  }
  try {
    const database = await open(databaseName);
    await database.put('identity', identity.privateKey, 'private-key');
    database.close();
    return ok(identity);
  } catch {
    return err(
      failure(
        'storage-unavailable',
        'The browser keeps no data for this page.',
        'Leave private browsing and try again.',
      ),
    );
  }
}

function open(databaseName: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(databaseName, VERSION, {
    upgrade: (database) => {
      database.createObjectStore('identity');
    },
  });
}

function identityOf(privateKey: Uint8Array, isKept: boolean): Identity {
  const signer = createSigner(privateKey);
  return { peer: signer.peer, signer, privateKey, isKept };
}

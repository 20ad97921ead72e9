import { readFile, rename, writeFile } from 'node:fs/promises';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { PrivateKey } from '@libp2p/interface';

/**
 * The relay's key: read from `file`, or made and written there (mode 0600), so that tabs meet the same relay after a
 * restart. Without a file the key lives as long as the process. Throws when the file is there but no key.
 */
export async function loadRelayKey(file: string | undefined): Promise<PrivateKey> {
  if (file === undefined) return generateKeyPair('Ed25519');
  try {
    return privateKeyFromProtobuf(await readFile(file));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`${file} holds no relay key. Delete it to get a new one.`, { cause });
  }
  const key = await generateKeyPair('Ed25519');
  // Written aside and renamed: a crash leaves no half-written key behind.
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, privateKeyToProtobuf(key), { mode: 0o600 });
  await rename(temporary, file);
  return key;
}

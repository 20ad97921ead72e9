import type { ModelId } from '#vocabulary';

/** Names in storage: a file's digest, or one of these with a digest of what it stands for. */
export const entryPrefix = 'entry-';
/** A file that is downloaded from an address before anybody knows its digest. */
export const downloadPrefix = 'address-';

export function isDigest(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Names of locks between the tabs of an origin. */
export const fileLock = (sha256: string): string => `peerage/model/${sha256}`;
export const entryLock = (id: ModelId): string => `peerage/model-entry/${id}`;
export const modelInUse = (id: ModelId): string => `peerage/model-in-use/${id}`;
/** Of all tabs only one imports from addresses: such files have no digests yet that would keep tabs apart. */
export const importLock = 'peerage/model-import';
export const roomLock = 'peerage/model-room';

/** The lock under which a file is written. */
export function writeLock(name: string): string {
  return name.startsWith(downloadPrefix) ? importLock : fileLock(name);
}

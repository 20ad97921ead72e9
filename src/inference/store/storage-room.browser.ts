import type { StorageRoom } from './storage-room.ts';

/** Old browsers and some private windows refuse these calls; then nothing is known, which is an answer too. */
export const browserRoom: StorageRoom = {
  async estimate() {
    try {
      const { usage, quota } = await navigator.storage.estimate();
      return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
    } catch {
      return undefined;
    }
  },
  async isPersistent() {
    try {
      return await navigator.storage.persisted();
    } catch {
      return false;
    }
  },
  async askPersistence() {
    try {
      return await navigator.storage.persist();
    } catch {
      return false;
    }
  },
};

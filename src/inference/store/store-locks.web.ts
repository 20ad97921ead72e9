import type { StoreLocks } from './store-locks.ts';

export const webLocks: StoreLocks = {
  // The browser's types do not carry the result of an asynchronous callback.
  exclusively: async (name, signal, work) => await navigator.locks.request(name, { signal }, work),
  hold: (name) =>
    new Promise((resolve, reject) => {
      navigator.locks
        .request(name, { mode: 'shared' }, () => new Promise<void>((release) => resolve(release)))
        .catch(reject);
    }),
  ifFree: async (name, work) =>
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      await work();
      return true;
    }),
  async isTaken(name) {
    const { held = [] } = await navigator.locks.query();
    return held.some((lock) => lock.name === name);
  },
};

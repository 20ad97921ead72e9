import type { StoreLocks } from '../../../src/inference/store/store-locks.ts';

/** Locks as tabs of one origin share them, inside one process. */
export function createMemoryLocks(): StoreLocks {
  const lastByName = new Map<string, Promise<unknown>>();
  const takenByName = new Map<string, number>();
  const count = (name: string, change: number): void => {
    takenByName.set(name, (takenByName.get(name) ?? 0) + change);
  };
  return {
    exclusively(name, signal, work) {
      const turn = async (): ReturnType<typeof work> => {
        if (signal.aborted) throw new DOMException('aborted', 'AbortError');
        count(name, 1);
        try {
          return await work();
        } finally {
          count(name, -1);
        }
      };
      const mine = (lastByName.get(name) ?? Promise.resolve()).then(turn);
      lastByName.set(
        name,
        mine.catch(() => undefined),
      );
      return mine;
    },
    hold(name) {
      count(name, 1);
      return Promise.resolve(() => count(name, -1));
    },
    async ifFree(name, work) {
      if ((takenByName.get(name) ?? 0) > 0) return false;
      count(name, 1);
      await work();
      count(name, -1);
      return true;
    },
    isTaken: (name) => Promise.resolve((takenByName.get(name) ?? 0) > 0),
  };
}

/** One at a time, in the order of asking. */
export interface Turns {
  /** Resolves to what ends the turn, or to undefined as soon as `signal` aborts while waiting. */
  take(signal?: AbortSignal): Promise<(() => void) | undefined>;
}

export function createTurns(): Turns {
  let lastEnds: Promise<void> = Promise.resolve();
  return {
    take(signal) {
      const begins = lastEnds;
      const { promise: ends, resolve: end } = Promise.withResolvers<void>();
      lastEnds = ends;
      return new Promise((resolve) => {
        const giveUp = (): void => {
          resolve(undefined);
          // The place in the line passes on when its turn would have come.
          void begins.then(end);
        };
        if (signal?.aborted === true) return giveUp();
        signal?.addEventListener('abort', giveUp, { once: true });
        void begins.then(() => {
          signal?.removeEventListener('abort', giveUp);
          if (signal?.aborted !== true) resolve(end);
        });
      });
    },
  };
}

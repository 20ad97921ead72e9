/** One at a time, in the order of asking. */
export interface Turns {
  /** Resolves to what ends the turn, or to undefined as soon as `signal` aborts while waiting. */
  take(signal?: AbortSignal): Promise<(() => void) | undefined>;
}

export function createTurns(): Turns {
  let lastEnds: Promise<void> = Promise.resolve();
  return {
    async take(signal) {
      const begins = lastEnds;
      const { promise: ends, resolve: end } = Promise.withResolvers<void>();
      lastEnds = ends;
      const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<void>();
      const onAbort = (): void => giveUp();
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', onAbort, { once: true });
      await Promise.race([begins, givenUp]);
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted !== true) return end;
      // The place in the line passes on when its turn would have come.
      void passOn(begins, end);
      return undefined;
    },
  };
}

async function passOn(begins: Promise<void>, end: () => void): Promise<void> {
  await begins;
  end();
}

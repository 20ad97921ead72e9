/**
 * Events of work that runs by itself: it begins at once and never waits for its reader. `work` stops on its signal,
 * which aborts when `signal` does or when the reader leaves its loop. One reader only.
 */
export function openEventStream<Event>(
  work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): AsyncIterable<Event> {
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  const waiting: Event[] = [];
  let wake = Promise.withResolvers<void>();
  let isOver = false;
  const ended = work((event) => {
    waiting.push(event);
    wake.resolve();
  }, abort.signal).finally(() => {
    signal?.removeEventListener('abort', onAbort);
    isOver = true;
    wake.resolve();
  });
  // A broken invariant reaches the reader below; without a reader it must not end the page.
  ended.catch(() => undefined);

  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const event = waiting.shift();
          if (event !== undefined) {
            yield event;
          } else if (isOver) {
            return await ended;
          } else {
            await wake.promise;
            wake = Promise.withResolvers<void>();
          }
        }
      } finally {
        abort.abort();
      }
    },
  };
}

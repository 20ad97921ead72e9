import { type Clock, type PeerId, sleep } from '#vocabulary';
import { MAX_WAITING } from './constants.ts';
import type { ContentLimits } from './content.ts';

/**
 * Who is given a chunk next: of those who wait, each taker in turn, however much each asks for. And how fast: all uploads
 * share the rate that the person set.
 */
export interface UploadQueue {
  /** Resolves with a function that ends the upload; undefined where this taker waits for too much already or `signal` aborts. */
  enter(taker: PeerId, signal: AbortSignal): Promise<(() => void) | undefined>;
  /** Resolves when so many bytes more may go. */
  pace(bytes: number, signal: AbortSignal): Promise<void>;
  setLimits(limits: ContentLimits): void;
}

interface Waiting {
  readonly start: (release: (() => void) | undefined) => void;
}

/** Bytes that may go at once after a pause, in time of the rate. */
const BURST_MS = 250;

export function createUploadQueue(clock: Clock, first: ContentLimits): UploadQueue {
  let limits = first;
  let running = 0;
  /** In the order of their turns: who was served last stands last. */
  const waiting = new Map<PeerId, Waiting[]>();
  /** When all that was let go so far has gone, at the rate. */
  let freeAtMs = 0;

  const serveNext = (): void => {
    while (running < limits.maxUploads) {
      const [next] = waiting;
      if (next === undefined) return;
      const [taker, asks] = next;
      const ask = asks.shift();
      waiting.delete(taker);
      if (asks.length > 0) waiting.set(taker, asks);
      if (ask === undefined) continue;
      running++;
      let isOver = false;
      ask.start(() => {
        if (isOver) return;
        isOver = true;
        running--;
        serveNext();
      });
    }
  };

  return {
    enter(taker, signal) {
      const asks = waiting.get(taker) ?? [];
      if (signal.aborted || asks.length >= MAX_WAITING) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const ask: Waiting = {
          start(release) {
            signal.removeEventListener('abort', onAbort);
            resolve(release);
          },
        };
        const onAbort = (): void => {
          const index = asks.indexOf(ask);
          if (index < 0) return;
          asks.splice(index, 1);
          if (asks.length === 0 && waiting.get(taker) === asks) waiting.delete(taker);
          resolve(undefined);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        asks.push(ask);
        waiting.set(taker, asks);
        serveNext();
      });
    },
    async pace(bytes, signal) {
      const rate = limits.uploadBytesPerSecond;
      if (rate === undefined) return;
      const nowMs = clock.now();
      freeAtMs = Math.max(freeAtMs, nowMs - BURST_MS) + (bytes * 1_000) / Math.max(1, rate);
      if (freeAtMs > nowMs) await sleep(clock, freeAtMs - nowMs, signal);
    },
    setLimits(changed) {
      limits = changed;
      freeAtMs = Math.min(freeAtMs, clock.now());
      serveNext();
    },
  };
}

import { type Clock, type Rate, createTokenBucket, sleep } from '#vocabulary';
import type { Channel } from '../session/channel.ts';

/**
 * What a tab sends to one peer over a relay. A round of text is below 1 MB each way and fits the burst or takes
 * seconds; a relay that carries a hundred such peers at full rate moves 13 MB/s, which is what such a machine has.
 */
export const RELAYED_BYTES_PER_SECOND = 128 * 1024;
export const RELAYED_BURST_BYTES = 512 * 1024;

/** Lets bytes through at a rate, in the order of asking. */
export interface Pacer {
  /** Resolves when `bytes` may be sent; at once after `signal` aborts. */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Counts what could not wait; later takers wait for it. */
  spend(bytes: number): void;
}

/** A single piece larger than the burst is let through when the bucket is full, and owed afterwards. */
export function createPacer(clock: Clock, rate: Rate): Pacer {
  const bucket = createTokenBucket(rate, clock.now());
  let line: Promise<unknown> = Promise.resolve();
  const takeInTurn = async (bytes: number, signal: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      const waitMs = bucket.waitMs(Math.min(bytes, rate.burst), clock.now());
      if (waitMs === 0 || signal?.aborted === true) break;
      await sleep(clock, waitMs, signal);
    }
    bucket.spend(bytes, clock.now());
  };
  return {
    take(bytes, signal) {
      const turn = line.then(() => takeInTurn(bytes, signal));
      line = turn;
      return turn;
    },
    spend: (bytes) => bucket.spend(bytes, clock.now()),
  };
}

/** The same channel with its messages paced. Signs of life do not wait: a slow peer is not a dead one. */
export function paced<C extends Channel>(channel: C, clock: Clock): C {
  const pacer = createPacer(clock, { perSecond: RELAYED_BYTES_PER_SECOND, burst: RELAYED_BURST_BYTES });
  const over = new AbortController();
  const ending =
    <P extends unknown[]>(end: (...parameters: P) => void) =>
    (...parameters: P): void => {
      over.abort();
      end(...parameters);
    };
  return {
    ...channel,
    listen: (listener) =>
      channel.listen({
        ...listener,
        onClose: ending(listener.onClose),
      }),
    async write(head, body) {
      await pacer.take(head.byteLength + body.byteLength, over.signal);
      // Closed meanwhile, the channel says so itself.
      return channel.write(head, body);
    },
    post(frame) {
      pacer.spend(frame.byteLength);
      channel.post(frame);
    },
    close: ending(channel.close),
    abort: ending(channel.abort),
  };
}

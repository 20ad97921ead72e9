import type { Clock } from '#vocabulary';
import type { Channel } from '../channel.ts';
import { createTokenBucket } from './token-bucket.ts';

/**
 * What a tab sends to one peer over a relay. A round of text is below 1 MB each way and fits the burst or takes
 * seconds; a relay that carries a hundred such peers at full rate moves 13 MB/s, which is what such a machine has.
 */
export const RELAYED_BYTES_PER_SECOND = 128 * 1024;
export const RELAYED_BURST_BYTES = 512 * 1024;

/** The same channel with its messages paced. Signs of life do not wait: a slow peer is not a dead one. */
export function paced<C extends Channel>(channel: C, clock: Clock): C {
  const bucket = createTokenBucket(clock, {
    bytesPerSecond: RELAYED_BYTES_PER_SECOND,
    burstBytes: RELAYED_BURST_BYTES,
  });
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
    async write(frame) {
      await bucket.take(frame.byteLength, over.signal);
      // Closed meanwhile, the channel says so itself.
      return channel.write(frame);
    },
    post(frame) {
      bucket.spend(frame.byteLength);
      channel.post(frame);
    },
    close: ending(channel.close),
    abort: ending(channel.abort),
  };
}

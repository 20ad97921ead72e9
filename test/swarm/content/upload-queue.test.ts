import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createVirtualClock } from '#vocabulary';
import { MAX_WAITING } from '../../../src/swarm/content/constants.ts';
import { createUploadQueue } from '../../../src/swarm/content/upload-queue.ts';

const limits = { isSharing: true, uploadBytesPerSecond: undefined, maxUploads: 1 };
const never = new AbortController().signal;
const [a, b, c] = ['a', 'b', 'c'].map(asPeerId) as [PeerId, PeerId, PeerId];

describe('turns of takers', () => {
  test('R66: each taker in turn, however much one asks for', async () => {
    const clock = createVirtualClock();
    const queue = createUploadQueue(clock, limits);
    const served: PeerId[] = [];
    const ask = async (taker: PeerId): Promise<void> => {
      const release = await queue.enter(taker, never);
      served.push(taker);
      clock.after(10, () => release?.());
    };
    const asks = [a, a, a, a, a, a, b, b, c].map(ask);
    await clock.advance(1_000);
    await Promise.all(asks);
    expect(served.join('')).toBe('aabcabaaa');
  });

  test('R66: no more at once than the person set, and more as soon as more are set', async () => {
    const clock = createVirtualClock();
    const queue = createUploadQueue(clock, { ...limits, maxUploads: 2 });
    const releases: (() => void)[] = [];
    for (const taker of [a, b, c, a, b])
      void queue.enter(taker, never).then((release) => release && releases.push(release));
    await clock.advance(1);
    expect(releases).toHaveLength(2);
    queue.setLimits({ ...limits, maxUploads: 4 });
    await clock.advance(1);
    expect(releases).toHaveLength(4);
    releases[0]?.();
    releases[0]?.();
    await clock.advance(1);
    expect(releases).toHaveLength(5);
  });

  test('R66: who waits for too much is refused at once, and who goes makes room', async () => {
    const clock = createVirtualClock();
    const queue = createUploadQueue(clock, limits);
    const first = await queue.enter(a, never);
    const gone = new AbortController();
    const waiting = Array.from({ length: MAX_WAITING }, () => queue.enter(b, gone.signal));
    expect(await queue.enter(b, never)).toBeUndefined();
    const other = queue.enter(c, never);
    gone.abort();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => undefined));
    first?.();
    expect(await other).toBeTypeOf('function');
    expect(await queue.enter(a, gone.signal)).toBeUndefined();
  });

  test('R66: all uploads together keep to the rate, whatever pieces they send', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1_000, max: 1e7 }),
        fc.array(fc.integer({ min: 1, max: 65_536 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async (rate, pieces, lanes) => {
          const clock = createVirtualClock();
          const queue = createUploadQueue(clock, { ...limits, uploadBytesPerSecond: rate });
          const left = [...pieces];
          let sent = 0;
          let lastMs = 0;
          const lane = async (): Promise<void> => {
            for (let piece = left.shift(); piece !== undefined; piece = left.shift()) {
              await queue.pace(piece, never);
              sent += piece;
              lastMs = clock.now();
              // At any moment: what went, less the piece that may go ahead, is within the rate and a quarter of a second.
              expect(sent).toBeLessThanOrEqual((rate * (lastMs + 250)) / 1_000 + 1);
            }
          };
          const all = Promise.all(Array.from({ length: lanes }, lane));
          await clock.advance((pieces.reduce((sum, piece) => sum + piece, 0) * 1_000) / rate + 1_000);
          await all;
          const total = pieces.reduce((sum, piece) => sum + piece, 0);
          expect(sent).toBe(total);
          expect(lastMs).toBeLessThanOrEqual((total * 1_000) / rate + 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

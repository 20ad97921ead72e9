import { describe, expect, test } from 'vitest';
import { openEventStream } from '../../../src/inference/serving/event-stream.ts';
import { createSpeedGauge } from '../../../src/inference/serving/speed-gauge.ts';
import { createTurns } from '../../../src/inference/serving/turns.ts';

describe('turns', () => {
  test('R2: one at a time, in the order of asking', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const work = async (name: string): Promise<void> => {
      const end = await turns.take();
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      end?.();
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test('R6: who gives up while waiting is told at once, and holds nobody up', async () => {
    const turns = createTurns();
    const endFirst = await turns.take();
    const abort = new AbortController();
    const second = turns.take(abort.signal);
    const third = turns.take();
    abort.abort();
    expect(await second).toBeUndefined();
    let hasThird = false;
    void third.then(() => (hasThird = true));
    await Promise.resolve();
    expect(hasThird).toBe(false);
    endFirst?.();
    expect(await third).toBeTypeOf('function');
    expect(await turns.take(AbortSignal.abort())).toBeUndefined();
  });
});

describe('event streams', () => {
  test('R3: work begins before anybody reads, and nothing is lost', async () => {
    let hasBegun = false;
    const stream = openEventStream<number>(async (emit) => {
      hasBegun = true;
      for (let value = 0; value < 5; value++) {
        emit(value);
        if (value % 2 === 0) await Promise.resolve();
      }
    });
    expect(hasBegun).toBe(true);
    const values: number[] = [];
    for await (const value of stream) values.push(value);
    expect(values).toEqual([0, 1, 2, 3, 4]);
  });

  test('R6: leaving the loop aborts the work', async () => {
    const { promise: seen, resolve } = Promise.withResolvers<void>();
    const stream = openEventStream<number>(async (emit, signal) => {
      signal.addEventListener('abort', () => resolve());
      emit(1);
      await seen;
    });
    for await (const value of stream) if (value === 1) break;
    await seen;
  });

  test('R3: a broken invariant reaches the reader', async () => {
    const stream = openEventStream<number>(() => Promise.reject(new Error('broken')));
    await expect(async () => {
      for await (const value of stream) expect(value).toBeUndefined();
    }).rejects.toThrow('broken');
  });
});

describe('speed', () => {
  test('R10: unknown before work, then averaged over recent work', () => {
    const gauge = createSpeedGauge();
    expect(gauge.speed()).toEqual({ prefillTokensPerSecond: undefined, decodeTokensPerSecond: undefined });
    gauge.recordPrefill(100, 5000);
    gauge.recordDecode(64, 6400);
    expect(gauge.speed().prefillTokensPerSecond).toBeCloseTo(20);
    expect(gauge.speed().decodeTokensPerSecond).toBeCloseTo(10);
    // Another half-life of work at 300 ms a token: 200 ms on average.
    gauge.recordDecode(64, 19_200);
    expect(gauge.speed().decodeTokensPerSecond).toBeCloseTo(5);
  });

  test('R10: cache hits and clocks that stand still say nothing', () => {
    const gauge = createSpeedGauge();
    gauge.recordPrefill(1, 60);
    gauge.recordDecode(0, 60);
    gauge.recordDecode(5, 0);
    expect(gauge.speed()).toEqual({ prefillTokensPerSecond: undefined, decodeTokensPerSecond: undefined });
  });
});

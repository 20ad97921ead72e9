import { describe, expect, test } from 'vitest';
import { type Clock, createVirtualClock } from '#vocabulary';
import { SILENCE_MS, watchSilence } from '../../../src/swarm/session/liveness.ts';

/** Timers of a busy machine: each comes `lateMs` too late. */
function createBusyClock(lateMs: () => number) {
  const clock = createVirtualClock(1_000);
  const busy: Clock = { now: () => clock.now(), after: (delayMs, action) => clock.after(delayMs + lateMs(), action) };
  return { clock, busy };
}

describe('R7: silence', () => {
  test('is noticed in time, and not while something is heard', async () => {
    const { clock, busy } = createBusyClock(() => 0);
    let silent = 0;
    const watch = watchSilence(busy, SILENCE_MS, () => silent++);
    for (let turn = 0; turn < 10; turn++) {
      await clock.advance(4_000);
      watch.heard();
    }
    expect(silent).toBe(0);
    await clock.advance(4_600);
    expect(silent).toBe(1);
    await clock.advance(60_000);
    expect(silent).toBe(1);
  });

  test('one stall of this tab is not held against the peer', async () => {
    let lateMs = 30_000;
    const { clock, busy } = createBusyClock(() => lateMs);
    let silent = 0;
    const watch = watchSilence(busy, SILENCE_MS, () => silent++);
    lateMs = 0;
    await clock.advance(SILENCE_MS + 30_000);
    expect(silent).toBe(0);
    // What waited behind the stall is read now.
    watch.heard();
    await clock.advance(4_000);
    expect(silent).toBe(0);
    await clock.advance(1_000);
    expect(silent).toBe(1);
  });

  test('on a machine where every timer is late, a ghost goes all the same', async () => {
    const { clock, busy } = createBusyClock(() => 800);
    let silent = 0;
    watchSilence(busy, SILENCE_MS, () => silent++);
    await clock.advance(12_000);
    expect(silent).toBe(1);
  });
});

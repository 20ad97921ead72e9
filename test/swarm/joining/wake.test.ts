import { describe, expect, test } from 'vitest';
import { type Clock, createVirtualClock } from '#vocabulary';
import { type Wake, gatherWakes, watchSleep } from '../../../src/swarm/joining/wake.ts';

/** A clock whose machine can sleep: time passes, timers do not run until it wakes. */
function createSleepyClock() {
  const clock = createVirtualClock();
  let sleptMs = 0;
  const sleepy: Clock = { now: () => clock.now() + sleptMs, after: (delayMs, action) => clock.after(delayMs, action) };
  return {
    clock: sleepy,
    advance: (byMs: number) => clock.advance(byMs),
    sleep: (forMs: number) => {
      sleptMs += forMs;
    },
  };
}

describe('R30: noticing that time or the network jumped', () => {
  test('a tab that slept notices within a second of waking, once', async () => {
    const { clock, advance, sleep } = createSleepyClock();
    let slept = 0;
    const stop = watchSleep(clock, () => slept++);
    await advance(60_000);
    expect(slept).toBe(0);
    sleep(3_600_000);
    await advance(1_000);
    expect(slept).toBe(1);
    await advance(60_000);
    expect(slept).toBe(1);
    stop();
    sleep(3_600_000);
    await advance(60_000);
    expect(slept).toBe(1);
  });

  test('timers slowed down in hidden tabs are no sleep', async () => {
    const { clock, advance, sleep } = createSleepyClock();
    let slept = 0;
    watchSleep(clock, () => slept++);
    for (let turn = 0; turn < 30; turn++) {
      await advance(1_000);
      sleep(1_000);
    }
    expect(slept).toBe(0);
  });

  test('events of one moment are one wake, the gravest', async () => {
    const clock = createVirtualClock();
    const wakes: Wake[] = [];
    const gathering = gatherWakes(clock, (wake) => wakes.push(wake));
    for (const wake of ['shown', 'changed', 'shown'] as const) gathering.add(wake);
    await clock.advance(1_000);
    gathering.add('shown');
    await clock.advance(1_000);
    expect(wakes).toEqual(['changed', 'shown']);
    gathering.add('shown');
    gathering.stop();
    await clock.advance(1_000);
    expect(wakes).toHaveLength(2);
  });
});

import { describe, expect, test } from 'vitest';
import { createVirtualClock, sleep, systemClock } from '#vocabulary';

describe('R4: the virtual clock', () => {
  test('actions run when due, in the order of their time and then of their registration', async () => {
    const clock = createVirtualClock(1_000);
    const ran: string[] = [];
    clock.after(20, () => ran.push(`late at ${clock.now()}`));
    clock.after(10, () => ran.push('first'));
    clock.after(10, () => ran.push('second'));
    clock.after(-5, () => ran.push('overdue'));
    await clock.advance(15);
    expect(ran).toEqual(['overdue', 'first', 'second']);
    expect(clock.now()).toBe(1_015);
    await clock.advance(5);
    expect(ran.at(-1)).toBe('late at 1020');
  });

  test('an action may set another within the same advance', async () => {
    const clock = createVirtualClock();
    const times: number[] = [];
    const repeat = (): void => {
      times.push(clock.now());
      clock.after(10, repeat);
    };
    clock.after(10, repeat);
    await clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  test('a cancelled action does not run', async () => {
    const clock = createVirtualClock();
    let ran = false;
    clock.after(10, () => (ran = true))();
    await clock.advance(20);
    expect(ran).toBe(false);
  });
});

describe('R4: sleep', () => {
  test('ends after its delay', async () => {
    const clock = createVirtualClock();
    let woke = false;
    void sleep(clock, 10).then(() => (woke = true));
    await clock.advance(9);
    expect(woke).toBe(false);
    await clock.advance(1);
    expect(woke).toBe(true);
  });

  test('ends at once when its signal aborts, before or during it', async () => {
    const clock = createVirtualClock();
    await sleep(clock, 10, AbortSignal.abort());
    const controller = new AbortController();
    const sleeping = sleep(clock, 10, controller.signal);
    controller.abort();
    await sleeping;
    expect(clock.now()).toBe(0);
  });
});

test('R4: the system clock calls back, and not once cancelled', async () => {
  let cancelled = false;
  systemClock.after(0, () => (cancelled = true))();
  await new Promise<void>((resolve) => {
    systemClock.after(1, resolve);
  });
  expect(cancelled).toBe(false);
});

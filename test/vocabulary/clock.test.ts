import { expect, test } from 'vitest';
import { createVirtualClock, sleep } from '#vocabulary';

test('R4: due actions run in order of time, then of registration', async () => {
  const clock = createVirtualClock(1_000);
  const ran: string[] = [];
  clock.after(20, () => ran.push('late'));
  clock.after(10, () => ran.push('first'));
  clock.after(10, () => ran.push('second'));
  await clock.advance(10);
  expect(ran).toEqual(['first', 'second']);
  await clock.advance(10);
  expect(ran).toEqual(['first', 'second', 'late']);
  expect(clock.now()).toBe(1_020);
});

test('R4: an action that registers another within the same span sees it run', async () => {
  const clock = createVirtualClock();
  const ran: number[] = [];
  clock.after(5, () => clock.after(5, () => ran.push(clock.now())));
  await clock.advance(20);
  expect(ran).toEqual([10]);
});

test('R4: a cancelled action never runs', async () => {
  const clock = createVirtualClock();
  const ran: number[] = [];
  clock.after(5, () => ran.push(1))();
  await clock.advance(50);
  expect(ran).toEqual([]);
});

test('sleep ends with its time or with its signal, whichever comes first', async () => {
  const clock = createVirtualClock();
  const ended: string[] = [];
  const controller = new AbortController();
  void sleep(clock, 100).then(() => ended.push('slept'));
  void sleep(clock, 1_000, controller.signal).then(() => ended.push('woken'));
  await clock.advance(50);
  controller.abort();
  await clock.advance(0);
  expect(ended).toEqual(['woken']);
  await clock.advance(50);
  expect(ended).toEqual(['woken', 'slept']);
});

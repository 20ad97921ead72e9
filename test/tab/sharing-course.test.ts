import { describe, expect, test } from 'vitest';
import { SHARING_TICK_MS } from '../../src/tab/session/sharing-course.ts';
import { openSharingStage } from './sharing-stage.ts';
import { DUTY_WINDOW_MS, DEFAULT_POLICY } from '../../src/tab/session/sharing-defaults.ts';

const HOUR_MS = 3_600_000;

describe('R40: sharing', () => {
  test('goes on and rests with battery, background, switch and policy, and tells at once', () => {
    const { course, change } = openSharingStage();
    const told: boolean[] = [];
    course.subscribe(() => told.push(course.getView().serves));
    change({ battery: { status: 'on-battery', level: 0.3 } });
    expect(course.getView()).toMatchObject({ serves: false, reason: { type: 'battery' } });
    course.setPolicy({ ...DEFAULT_POLICY, onBattery: { rule: 'always' }, whenHidden: false });
    change({ isHidden: true });
    expect(course.getView()).toMatchObject({ serves: false, reason: { type: 'hidden' } });
    change({ isHidden: false });
    course.setContributing(false);
    expect(course.getView()).toMatchObject({ serves: false, reason: { type: 'switched-off' } });
    course.setContributing(true);
    expect(told).toEqual([false, true, false, true, false, true]);
    change({ isHidden: false });
    expect(told).toHaveLength(6);
  });

  test('keeps daily hours by itself, over midnight and day after day', async () => {
    const { course, clock } = openSharingStage();
    const changes: [number, boolean][] = [];
    course.setPolicy({ ...DEFAULT_POLICY, schedule: { fromMinute: 22 * 60, toMinute: 6 * 60 } });
    course.subscribe(() => changes.push([clock.now() / HOUR_MS, course.getView().serves]));
    expect(course.getView().serves).toBe(true);
    await clock.advance(48 * HOUR_MS - 1);
    expect(changes).toEqual([
      [6, false],
      [22, true],
      [30, false],
      [46, true],
    ]);
  });

  test('rests at the cap while the figures move, and goes on at the moment it had told', async () => {
    const { course, clock } = openSharingStage();
    course.setPolicy({ ...DEFAULT_POLICY, maxDuty: 0.2 });
    await clock.advance(DUTY_WINDOW_MS);
    const unit = course.beginWork();
    await clock.advance(DUTY_WINDOW_MS * 0.2 - 1);
    expect(course.getView().serves).toBe(true);
    // Found by the course's own tick, while the work still runs.
    await clock.advance(SHARING_TICK_MS + 1);
    expect(course.getView()).toMatchObject({ serves: false, reason: { type: 'cap' } });
    unit.end();
    const { untilMs = 0, duty } = course.getView();
    expect(duty).toBeGreaterThan(0.2);
    await clock.advance(untilMs - clock.now() - 1_000);
    expect(course.getView().serves).toBe(false);
    await clock.advance(1_000 + SHARING_TICK_MS);
    expect(course.getView().serves).toBe(true);
  });

  test('reads a damaged policy of another tab as the default', () => {
    const { course } = openSharingStage();
    course.setPolicy({ maxDuty: 'much' } as never);
    expect(course.getView().policy).toEqual(DEFAULT_POLICY);
  });

  test('falls silent when it is closed', async () => {
    const { course, clock, change, work } = openSharingStage();
    let told = 0;
    course.subscribe(() => told++);
    await work(1_000);
    const before = told;
    course.close();
    change({ isHidden: true });
    await clock.advance(DUTY_WINDOW_MS);
    expect(told).toBe(before);
  });
});

describe('R42: what is measured', () => {
  test('is work for others only, in share and in tokens a second', async () => {
    const { course, clock, work } = openSharingStage();
    course.setRounds({ isAsking: true, isServing: false });
    await work(60_000, 1_000);
    expect(course.getView()).toMatchObject({ duty: 0 });
    expect(course.getView()).not.toHaveProperty('tokensPerSecond');
    course.setRounds({ isAsking: false, isServing: true });
    await work(60_000, 600);
    expect(course.getView()).toMatchObject({ duty: 0.1, dutyWindowMs: DUTY_WINDOW_MS });
    await clock.advance(SHARING_TICK_MS);
    expect(course.getView().tokensPerSecond).toBeCloseTo(10);
    await clock.advance(DUTY_WINDOW_MS + 2 * SHARING_TICK_MS);
    expect(course.getView()).toMatchObject({ duty: 0 });
  });
});

describe('R42: the page', () => {
  test('is told once a second at most of work that comes in small pieces, and of the last of it within a tick', async () => {
    const { course, clock, work } = openSharingStage();
    await clock.advance(60_000);
    let told = 0;
    course.subscribe(() => told++);
    for (let piece = 0; piece < 200; piece++) await work(50, 1);
    expect(told).toBeGreaterThan(5);
    expect(told).toBeLessThanOrEqual(13);
    await clock.advance(SHARING_TICK_MS);
    expect(course.getView().duty).toBeCloseTo(10_000 / DUTY_WINDOW_MS, 9);
    expect(course.getView().tokensPerSecond).toBeCloseTo(20);
  });

  test('is told of work that begins right after something else', async () => {
    const { course, clock } = openSharingStage();
    course.setRounds({ isAsking: false, isServing: true });
    course.beginWork();
    await clock.advance(SHARING_TICK_MS + 1);
    expect(course.getView().duty).toBeGreaterThan(0);
  });
});

describe('R43: the wake lock', () => {
  test('is wanted while a round for others runs, not for a question of its own, and never after', () => {
    const { course, wakeLock } = openSharingStage();
    course.setRounds({ isAsking: true, isServing: false });
    expect(course.getView().wakeLock).toBe('not-held');
    course.setRounds({ isAsking: false, isServing: true });
    expect(course.getView().wakeLock).toBe('held');
    course.setRounds({ isAsking: false, isServing: false });
    expect(course.getView().wakeLock).toBe('not-held');
    course.setRounds({ isAsking: false, isServing: true });
    course.close();
    expect(wakeLock()).toBe('not-held');
  });
});

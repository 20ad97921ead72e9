import { describe, expect, test } from 'vitest';
import { type Clock, createVirtualClock } from '#vocabulary';
import { createDutyMeter } from '../../src/tab/session/duty-meter.ts';
import { DUTY_WINDOW_MS } from '../../src/tab/session/sharing-defaults.ts';

describe('R42: duty', () => {
  test('is the share of the whole window, so that a first minute after the start is a tenth', async () => {
    const clock = createVirtualClock();
    const meter = createDutyMeter(clock);
    const unit = meter.begin();
    await clock.advance(DUTY_WINDOW_MS / 10);
    expect(meter.read()).toMatchObject({ share: 0.1, isWorking: true });
    unit.end();
    unit.end();
    await clock.advance(1_000);
    expect(meter.read()).toMatchObject({ share: 0.1, isWorking: false });
  });

  test('counts work that overlaps once', async () => {
    const clock = createVirtualClock();
    const meter = createDutyMeter(clock);
    const first = meter.begin();
    await clock.advance(30_000);
    const second = meter.begin();
    await clock.advance(30_000);
    first.end();
    await clock.advance(30_000);
    second.end();
    await clock.advance(30_000);
    expect(meter.read().share).toBeCloseTo(90_000 / DUTY_WINDOW_MS, 9);
  });

  test('is full at most, also when one piece of work outlasts the window', async () => {
    const clock = createVirtualClock();
    const meter = createDutyMeter(clock);
    meter.begin();
    await clock.advance(3 * DUTY_WINDOW_MS);
    expect(meter.read().share).toBe(1);
  });

  test('gives tokens a second of work, not of the window', async () => {
    const clock = createVirtualClock();
    const meter = createDutyMeter(clock);
    expect(meter.read().tokensPerSecond).toBeUndefined();
    const unit = meter.begin();
    await clock.advance(10_000);
    unit.addTokens(60);
    unit.addTokens(40);
    unit.end();
    unit.addTokens(1_000);
    await clock.advance(60_000);
    expect(meter.read().tokensPerSecond).toBeCloseTo(10);
  });

  test('survives a clock that is set back', () => {
    let nowMs = 1e12;
    const clock: Clock = { now: () => nowMs, after: () => () => undefined };
    const meter = createDutyMeter(clock);
    const unit = meter.begin();
    nowMs += 60_000;
    expect(meter.read().share).toBeCloseTo(0.1);
    nowMs -= 3_600_000;
    expect(meter.read().share).toBe(0);
    nowMs += 60_000;
    unit.end();
    expect(meter.read().share).toBeCloseTo(0.1);
  });

  test('says when a share will be reached, and never promises none', async () => {
    const clock = createVirtualClock(DUTY_WINDOW_MS * 10);
    const meter = createDutyMeter(clock);
    const unit = meter.begin();
    await clock.advance(DUTY_WINDOW_MS / 2);
    unit.end();
    const reading = meter.read();
    expect(reading.belowAtMs(0.6)).toBe(clock.now());
    // The first half of the window is free; then a tenth of it has to pass.
    const expected = clock.now() + DUTY_WINDOW_MS * 0.6;
    expect(Math.abs((reading.belowAtMs(0.4) ?? 0) - expected)).toBeLessThan(10);
    expect(reading.belowAtMs(0)).toBeUndefined();
  });
});
